"""The real program, driven from inside by key presses; run as a process of its own by the tests beside it.

It prints one JSON object a line: ``painted``, ``ready``, ``piece``, ``end``, ``failed``, ``idle``, ``closed``. What it
is to do is one JSON object in its only argument: ``say`` (messages to type), ``script`` and ``seconds_per_piece`` of a
scripted engine (without them the installed model is used), ``then`` (``close`` or ``stay``).
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from chatbot import app
from chatbot.core.errors import Problem
from chatbot.core.replies import ReplyEnd, ReplyPiece
from chatbot.process import logs

HEARTBEAT_MS = 5


def tell(event: str, **values: object) -> None:
    """One line to the test, at once."""
    print(json.dumps({"event": event, **values}), flush=True)


class Driver(QObject):
    """Types the messages one after another and watches the event loop meanwhile."""

    def __init__(self, program: app.Program, application: QApplication, plan: dict[str, Any]) -> None:
        super().__init__()
        self._program = program
        self._application = application
        self._waiting: list[str] = list(plan.get("say", []))
        self._then: str = plan.get("then", "close")
        self._shown = ""
        self._longest_gap_s = 0.0
        self._beat_at = time.monotonic()
        self._heart = QTimer(self)
        self._heart.setTimerType(Qt.TimerType.PreciseTimer)
        self._heart.setInterval(HEARTBEAT_MS)
        self._heart.timeout.connect(self._on_heartbeat)
        program._first_paint.painted.connect(self._on_painted)
        handle = program.engine_handle
        handle.model_ready.connect(self._on_model_ready)
        handle.model_failed.connect(self._on_failed)
        handle.piece_ready.connect(self._on_piece)
        handle.reply_ended.connect(self._on_reply_ended)
        handle.job_failed.connect(self._on_failed)

    @Slot()
    def _on_painted(self) -> None:
        tell("painted", processor_seconds=time.process_time(), has_torch="torch" in sys.modules)

    @Slot(object)
    def _on_model_ready(self, summary: object) -> None:
        tell("ready", model=summary.id)
        QTimer.singleShot(200, self._begin)

    @Slot()
    def _begin(self) -> None:
        self._beat_at = time.monotonic()
        self._heart.start()
        self._next()

    @Slot()
    def _next(self) -> None:
        if self._waiting:
            field = self._program.window.findChild(QPlainTextEdit, "message_field")
            field.setFocus()
            QTest.keyClicks(field, self._waiting.pop(0))
            QTest.keyClick(field, Qt.Key.Key_Return)
            return
        tell("idle", longest_gap_ms=1000 * self._longest_gap_s)
        if self._then == "close":
            self._program.window.close()

    @Slot(object)
    def _on_piece(self, piece: ReplyPiece) -> None:
        self._shown += piece.text
        tell("piece", shown=self._shown, at=time.time())

    @Slot(object)
    def _on_reply_ended(self, end: ReplyEnd) -> None:
        tell("end", text=end.text, reason=end.reason)
        self._shown = ""
        QTimer.singleShot(100, self._next)

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        tell("failed", sentence=problem.sentence)

    @Slot()
    def _on_heartbeat(self) -> None:
        now = time.monotonic()
        self._longest_gap_s = max(self._longest_gap_s, now - self._beat_at)
        self._beat_at = now


def main() -> int:
    """Run the program as ``chatbot`` does, with a driver beside it."""
    plan = json.loads(sys.argv[1])
    make_engine = None
    if "script" in plan:
        from tests.fakes.scripted_engine import ScriptedEngine
        engine = ScriptedEngine(plan["script"], "scripted", seconds_per_piece=plan.get("seconds_per_piece", 0.0))

        def make_engine(model_id: str) -> ScriptedEngine:
            return engine

    application = app.make_application(sys.argv[:1])
    logs.start_logging()
    program = app.Program(application, make_engine)
    driver = Driver(program, application, plan)
    exit_code = program.run()
    del driver
    tell("closed", exit_code=exit_code)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())

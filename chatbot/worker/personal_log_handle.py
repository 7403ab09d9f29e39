"""The window's door to reading a chat export: a thread of its own, so that a million lines never make it wait."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.personal import LogOverview
from chatbot.worker.named_thread import NamedThread
from chatbot.worker.personal_log_worker import LogRequest, PersonalLogWorker


class PersonalLogHandle(QObject):
    """Lives in the window's thread. A newer ``read`` ends an older one, whose answer is dropped.

    Signals:
        progressed(int, int): kilobytes read of the present file, and its kilobytes in all.
        was_read(LogOverview)
        failed(Problem)
    """

    progressed = Signal(int, int)
    was_read = Signal(object)
    failed = Signal(object)

    _requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request: LogRequest | None = None
        self._worker = PersonalLogWorker()
        self._thread = NamedThread("chat log", self)
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._requested.connect(self._worker.read, queued)
        self._worker.progressed.connect(self._on_progressed, queued)
        self._worker.was_read.connect(self._on_read, queued)
        self._worker.failed.connect(self._on_failed, queued)
        self._thread.finished.connect(self._worker.deleteLater)

    @property
    def is_reading(self) -> bool:
        """Whether an answer is to come."""
        return self._request is not None

    def read(self, files: Sequence[Path], date_order: str | None = None, names: Sequence[str] = ()) -> None:
        """Read ``files``; ``date_order`` answers the question of an earlier report."""
        self._begin(LogRequest(tuple(files), date_order, tuple(names), threading.Event()))

    def read_own_chats(self, base_id: str = "", names: Sequence[str] = ()) -> None:
        """Read the program's own conversations, as a model made from ``base_id`` would learn from them."""
        self._begin(LogRequest((), None, tuple(names), threading.Event(), base_id))

    def _begin(self, request: LogRequest) -> None:
        self.cancel()
        self._request = request
        if not self._thread.isRunning():
            self._thread.start()
        self._requested.emit(self._request)

    def cancel(self) -> None:
        """End the reading that is going on; no answer follows."""
        if self._request is not None:
            self._request.stop.set()
            self._request = None

    def shutdown(self, wait_ms: int = 3000) -> bool:
        """End the thread, wait at most ``wait_ms``; whether it ended in time."""
        self.cancel()
        self._thread.quit()
        return self._thread.wait(wait_ms)

    @Slot(int, int)
    def _on_progressed(self, kilobytes: int, of: int) -> None:
        if self._request is not None:
            self.progressed.emit(kilobytes, of)

    @Slot(object, object)
    def _on_read(self, request: LogRequest, overview: LogOverview) -> None:
        if request is self._request:
            self._request = None
            self.was_read.emit(overview)

    @Slot(object, object)
    def _on_failed(self, request: LogRequest, problem: Problem) -> None:
        if request is self._request:
            self._request = None
            self.failed.emit(problem)

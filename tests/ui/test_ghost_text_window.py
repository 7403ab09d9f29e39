"""Ghost text in the whole window: what the model is asked, and that typing stays quick meanwhile."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from chatbot.core.messages import Role
from chatbot.core.replies import Suggestion, SuggestionRequest
from chatbot.settings import Settings
from chatbot.ui import ghost_text
from chatbot.ui.main_window import MainWindow
from chatbot.worker.engine_handle import EngineHandle
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.fakes.scripted_engine import ScriptedEngine, scripted_factory
from tests.ui.chat_parts import engine, make_window, settings, store, window  # noqa: F401 - fixtures
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("plain_looks")
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


# ---- in the window ----

def paused_typing(window: MainWindow, engine: FakeEngineHandle, text: str) -> list[SuggestionRequest]:
    before = len(engine.suggestion_requests)
    QTest.keyClicks(window.composer.field, text)
    QTest.qWait(ghost_text.PAUSE_MS + 80)
    return engine.suggestion_requests[before:]


def test_the_loaded_model_is_asked_with_what_was_said(window: MainWindow, engine: FakeEngineHandle,
                                                      store: FakeStore) -> None:
    (request,) = paused_typing(window, engine, "he")
    assert (request.text, request.state, request.turns, request.model_id) == ("he", None, (), "")
    engine.suggest("llo Wren")
    assert window.composer.field.ghost.text == "llo Wren"
    QTest.keyClick(window.composer.field, Key.Key_Tab)
    QTest.keyClick(window.composer.field, Key.Key_Return)
    engine.finish("Hi")
    (request,) = paused_typing(window, engine, "how")
    reply = store.path(window.controller.conversation.id)[-1]
    assert request.text == "how" and (request.state, request.turns) == (f"state {reply.id}".encode(), ())
    window.controller.toggle_forgets_next()
    (request,) = paused_typing(window, engine, " are")
    assert (request.state, request.turns) == (None, ()), "the next message begins a new memory"


def test_what_the_store_has_no_memory_of_is_sent_as_turns(window: MainWindow, engine: FakeEngineHandle,
                                                          store: FakeStore) -> None:
    user = store.add_message(window.controller.conversation.id, None, Role.USER, "do you like tea?")
    store.add_message(window.controller.conversation.id, user.id, Role.BOT, "I do.")
    window.controller.open_conversation(window.controller.conversation.id)
    (request,) = paused_typing(window, engine, "me")
    assert [(turn.role, turn.text) for turn in request.turns] == [(Role.USER, "do you like tea?"), (Role.BOT, "I do.")]


def test_an_answer_for_what_was_typed_before_is_dropped(window: MainWindow, engine: FakeEngineHandle) -> None:
    paused_typing(window, engine, "how")
    paused_typing(window, engine, " are")
    engine.suggest(" are you", number=0)
    assert window.composer.field.ghost.text == ""
    engine.suggest(" you")
    assert window.composer.field.ghost.text == " you"


def test_while_a_reply_is_written_nothing_is_asked_or_shown(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("hello")
    assert engine.is_busy and paused_typing(window, engine, "how are") == []
    window.composer.field.ghost.offer("how are", " you")
    assert window.composer.field.ghost.text == ""
    engine.finish("Hi")
    assert len(paused_typing(window, engine, " yo")) == 1


def test_a_message_that_is_edited_gets_none(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("hello")
    engine.finish("Hi")
    QTest.keyClick(window.composer.field, Key.Key_Up)
    assert window.composer.edited is not None and paused_typing(window, engine, " there") == []
    window.composer.cancel_edit()
    assert len(paused_typing(window, engine, "how")) == 1


def test_it_can_be_switched_off(window: MainWindow, engine: FakeEngineHandle, settings: Settings) -> None:
    paused_typing(window, engine, "how")
    engine.suggest(" are you")
    assert window.composer.field.ghost.text
    settings.are_suggestions_shown = False
    window.commands.setting_changed.emit("are_suggestions_shown")
    assert window.composer.field.ghost.text == "", "at once"
    assert paused_typing(window, engine, " are") == []
    settings.are_suggestions_shown = True
    window.commands.setting_changed.emit("are_suggestions_shown")
    assert len(paused_typing(window, engine, " you")) == 1


def test_without_a_loaded_model_nothing_is_asked(qtbot: QtBot, store: FakeStore, settings: Settings) -> None:
    engine = FakeEngineHandle(model_loads=None)  # type: ignore[arg-type]
    window = make_window(qtbot, store, engine, settings)
    assert paused_typing(window, engine, "how") == []
    engine.model_ready.emit(engine.summary(""))
    assert len(paused_typing(window, engine, " are")) == 1
    window.close()


def test_another_conversation_shows_its_draft_without_the_suggestion(window: MainWindow,
                                                                     engine: FakeEngineHandle) -> None:
    paused_typing(window, engine, "how")
    engine.suggest(" are you")
    window.controller.new_conversation()
    field = window.composer.field
    assert field.ghost.text == "" and not field.document().lastBlock().layout().preeditAreaText()


# ---- speed ----

class BusyEngine(ScriptedEngine):
    """Computes for every suggestion until the budget is used up, as a model would on a slow machine."""

    def suggestion(self, request: SuggestionRequest) -> Suggestion:
        self.suggestion_requests.append(request)
        ends_at = time.perf_counter() + request.budget_ms / 1000
        while time.perf_counter() < ends_at and not request.stop.is_set():
            sum(number * number for number in range(200))
        return Suggestion(request.job_id, request.text, " and so on", 0.9)


class Painted(QObject):
    """Remembers when a widget was painted last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


@pytest.fixture
def busy(qtbot: QtBot, store: FakeStore, settings: Settings,
         monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[MainWindow, BusyEngine]]:
    """A window with a real engine thread that works on a suggestion almost all the time."""
    monkeypatch.setattr(ghost_text, "PAUSE_MS", 1)
    model = BusyEngine(model_id="wren-en-s")
    handle = EngineHandle(scripted_factory(**{"": model}))
    window = make_window(qtbot, store, handle, settings)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: window.controller.language_model.status.summary is not None, timeout=5000)
    yield window, model
    window.close()
    assert handle.shutdown(2000)


def test_a_letter_is_painted_within_30_ms_while_the_engine_works(qtbot: QtBot,
                                                                 busy: tuple[MainWindow, BusyEngine]) -> None:
    window, model = busy
    field = window.composer.field
    painted, delays = Painted(field.viewport()), []
    for letter in "one types and types while the model thinks ":
        pressed_at = time.perf_counter()
        QTest.keyClick(field, letter)
        qtbot.waitUntil(lambda pressed_at=pressed_at: painted.at > pressed_at, timeout=2000)
        delays.append(1000 * (painted.at - pressed_at))
        QTest.qWait(12)  # the pause of 1 ms ends, so that the engine is at work at the next key
    assert len(model.suggestion_requests) > 20, "the engine was at work"
    assert statistics.median(delays) < 30, delays
    qtbot.waitUntil(lambda: field.ghost.text == " and so on", timeout=2000)
    cursor = field.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    assert cursor.position() == len(field.toPlainText())

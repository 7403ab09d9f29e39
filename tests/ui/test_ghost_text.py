"""Ghost text in the message field: where it is shown, what the keys do, what it never disturbs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from chatbot.core.messages import Role
from chatbot.core.replies import Suggestion, SuggestionRequest
from chatbot.settings import Settings
from chatbot.ui import ghost_text, theme
from chatbot.ui.composer import Composer, MessageField
from chatbot.ui.main_window import MainWindow
from chatbot.worker.engine_handle import EngineHandle
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.fakes.scripted_engine import ScriptedEngine, scripted_factory
from tests.ui.chat_parts import Heard, engine, make_window, settings, store, window  # noqa: F401
from tests.ui.plain_looks import plain_looks  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("plain_looks")
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


class Desk(QWidget):
    """A composer between two other fields, as wide as a narrow window."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.composer, self.after = QLineEdit(self), Composer(self), QLineEdit(self)
        layout = QVBoxLayout(self)
        for each in (self.before, self.composer, self.after):
            layout.addWidget(each)
        self.resize(420, 300)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    desk = Desk()
    qtbot.addWidget(desk)
    desk.show()
    qtbot.waitExposed(desk)
    desk.activateWindow()
    desk.composer.field.setFocus()
    qtbot.waitUntil(desk.composer.field.hasFocus)
    return desk


@pytest.fixture
def field(desk: Desk) -> MessageField:
    return desk.composer.field


def typed_and_offered(field: MessageField, typed: str, offered: str) -> None:
    QTest.keyClicks(field, typed)
    field.ghost.offer(field.toPlainText(), offered)


def press(field: MessageField, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(field, key, modifiers)


# ---- where it is shown ----

def test_it_is_painted_but_not_part_of_the_text(field: MessageField) -> None:
    changed, contents = Heard(field.textChanged), Heard(field.document().contentsChange)
    QTest.keyClicks(field, "how are yo")
    seen = len(changed.values), len(contents.values)
    cursor_at, bare = field.cursorRect(), field.grab().toImage()
    field.ghost.offer("how are yo", "u doing today")
    assert field.ghost.text == "u doing today"
    assert field.toPlainText() == "how are yo" and field.textCursor().position() == 10
    assert (len(changed.values), len(contents.values)) == seen, "neither drafts nor screen readers hear of it"
    assert field.cursorRect() == cursor_at and field.grab().toImage() != bare
    assert field.document().isUndoAvailable()
    field.ghost.clear()
    assert field.grab().toImage() == bare


def test_it_has_the_muted_colour_of_the_theme(qapp: QApplication, field: MessageField) -> None:
    typed_and_offered(field, "how ", "are you")
    for scheme in ("light", "dark"):
        theme.apply_theme(qapp, scheme, 100)
        layout = field.document().lastBlock().layout()
        (shown,) = layout.formats()
        assert shown.format.foreground().color() == theme.colours().muted_text
        assert (shown.start, shown.length) == (4, 7) and layout.preeditAreaText() == "are you"


def test_it_wraps_and_the_field_grows_with_it(qtbot: QtBot, field: MessageField) -> None:
    low = field.height()
    typed_and_offered(field, "this is a rather long line that goes nearly to its ver", "y end and goes beyond it")
    assert field.ghost.text and field.document().lastBlock().layout().lineCount() == 2
    qtbot.waitUntil(lambda: field.height() > low)
    grown = field.height()
    press(field, Key.Key_Tab)
    assert field.height() == grown, "taking it moves nothing"
    press(field, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: field.height() == low)


@pytest.mark.parametrize("typed", ["", "  ", "/model", " /x", "שלום ", "مرحبا"])
def test_it_is_not_shown_for_nothing_commands_and_right_to_left_text(field: MessageField, typed: str) -> None:
    field.insertPlainText(typed)
    field.ghost.offer(typed, "more of it")
    assert field.ghost.text == ""


@pytest.mark.parametrize("offered", ["", " ", "a\nb", "שלום", "مرحبا"])
def test_what_could_not_stand_behind_the_cursor_is_not_shown(field: MessageField, offered: str) -> None:
    typed_and_offered(field, "hello", offered)
    assert field.ghost.text == ""


def test_it_is_shown_at_the_end_and_without_a_selection_only(field: MessageField) -> None:
    typed_and_offered(field, "how are", " you doing")
    press(field, Key.Key_Left)
    assert field.ghost.text == "", "the cursor is not at the end any more"
    field.ghost.offer("how are", " you doing")
    assert field.ghost.text == ""
    press(field, Key.Key_End)
    field.ghost.offer("how are", " you doing")
    assert field.ghost.text == " you doing"
    press(field, Key.Key_A, CTRL)
    assert field.ghost.text == "" and field.textCursor().selectedText() == "how are"


def test_end_and_home_find_the_ends_of_the_typed_text(field: MessageField) -> None:
    typed_and_offered(field, "how are", " you doing")
    press(field, Key.Key_End)
    assert field.textCursor().position() == 7 and field.ghost.text == " you doing", "it is still the end"
    press(field, Key.Key_End, SHIFT)
    assert not field.textCursor().hasSelection()
    press(field, Key.Key_Home)
    assert field.textCursor().position() == 0 and field.ghost.text == ""


def test_a_late_answer_for_another_text_is_dropped(field: MessageField) -> None:
    QTest.keyClicks(field, "how are")
    field.ghost.offer("how ar", "e you")
    field.ghost.offer("how are yo", "u")
    assert field.ghost.text == ""


def test_without_the_focus_there_is_none(desk: Desk, field: MessageField) -> None:
    typed_and_offered(field, "how are", " you")
    desk.after.setFocus()
    assert field.ghost.text == ""
    field.ghost.offer("how are", " you")
    assert field.ghost.text == ""


def test_a_click_hides_it_and_lands_in_the_text(qtbot: QtBot, field: MessageField) -> None:
    typed_and_offered(field, "how are", " you doing")
    place = field.cursorRect().center()
    qtbot.mouseClick(field.viewport(), Qt.MouseButton.LeftButton, pos=place + place.__class__(60, 0))
    assert field.ghost.text == "" and field.textCursor().position() == 7


# ---- typing on ----

def test_typing_what_is_suggested_keeps_the_rest(field: MessageField) -> None:
    wanted = Heard(field.ghost.wanted)
    typed_and_offered(field, "how are yo", "u doing")
    for letter, rest in zip("u do", (" doing", "doing", "oing", "ing"), strict=True):
        QTest.keyClicks(field, letter)
        assert field.ghost.text == rest
    QTest.qWait(ghost_text.PAUSE_MS + 60)
    assert wanted.values == [], "it need not be asked for again"
    press(field, Key.Key_Backspace)
    assert field.ghost.text == "oing"
    QTest.keyClicks(field, "x")
    assert field.ghost.text == "" and field.toPlainText() == "how are you dx"


def test_it_is_asked_for_after_a_pause_and_only_once(field: MessageField) -> None:
    wanted = Heard(field.ghost.wanted)
    QTest.keyClicks(field, "how are you")
    assert wanted.values == []
    QTest.qWait(ghost_text.PAUSE_MS + 80)
    assert wanted.values == ["how are you"]


@pytest.mark.parametrize("text", ["/help", "   ", "x" * (ghost_text.LONGEST_TEXT + 1)], ids=["slash", "blank", "book"])
def test_it_is_not_asked_for_where_it_would_not_be_shown(field: MessageField, text: str) -> None:
    wanted = Heard(field.ghost.wanted)
    source = QMimeData()
    source.setText(text)
    field.insertFromMimeData(source)
    QTest.qWait(ghost_text.PAUSE_MS + 80)
    assert wanted.values == []


def test_a_new_line_and_a_paste_leave_nothing_behind(field: MessageField) -> None:
    typed_and_offered(field, "how are", " you")
    press(field, Key.Key_Return, SHIFT)
    assert field.ghost.text == "" and field.toPlainText() == "how are\n"
    QTest.keyClicks(field, "and")
    field.ghost.offer("how are\nand", " you")
    source = QMimeData()
    source.setText(" this\nis pasted")
    field.insertFromMimeData(source)
    blocks = [field.document().findBlockByNumber(number) for number in range(field.blockCount())]
    assert field.ghost.text == "" and not any(block.layout().preeditAreaText() for block in blocks)
    assert field.toPlainText() == "how are\nand this\nis pasted"


# ---- keys ----

def test_tab_takes_it_and_without_it_moves_the_focus(desk: Desk, field: MessageField) -> None:
    typed_and_offered(field, "how are yo", "u doing")
    press(field, Key.Key_Tab)
    assert field.toPlainText() == "how are you doing" and field.hasFocus() and field.ghost.text == ""
    assert field.textCursor().atEnd()
    press(field, Key.Key_Tab)
    assert not field.hasFocus() and field.toPlainText() == "how are you doing"
    assert desk.composer.button.hasFocus()


def test_shift_tab_always_moves_the_focus_back(desk: Desk, field: MessageField) -> None:
    typed_and_offered(field, "how are yo", "u doing")
    press(field, Key.Key_Backtab, SHIFT)
    assert desk.before.hasFocus() and field.toPlainText() == "how are yo"


@pytest.mark.parametrize("modifiers", [Qt.KeyboardModifier.NoModifier, CTRL])
def test_right_takes_a_word_at_a_time(field: MessageField, modifiers: Qt.KeyboardModifier) -> None:
    typed_and_offered(field, "how are yo", "u doing today")
    for text, rest in (("how are you", " doing today"), ("how are you doing", " today"),
                       ("how are you doing today", "")):
        press(field, Key.Key_Right, modifiers)
        assert (field.toPlainText(), field.ghost.text) == (text, rest)
    press(field, Key.Key_Left)
    press(field, Key.Key_Right)
    assert field.textCursor().atEnd() and field.toPlainText() == "how are you doing today"


def test_esc_hides_it_until_another_word_is_begun(desk: Desk, field: MessageField) -> None:
    cancelled, wanted = Heard(field.cancel_wanted), Heard(field.ghost.wanted)
    typed_and_offered(field, "how ar", "e you")
    press(field, Key.Key_Escape)
    assert field.ghost.text == "" and cancelled.values == []
    QTest.keyClicks(field, "e")
    field.ghost.offer("how are", " you")
    QTest.qWait(ghost_text.PAUSE_MS + 60)
    assert field.ghost.text == "" and wanted.values == []
    QTest.keyClicks(field, " ")
    field.ghost.offer("how are ", "you")
    assert field.ghost.text == "you"
    press(field, Key.Key_Escape)
    press(field, Key.Key_Escape)
    assert len(cancelled.values) == 1, "with nothing to hide, Esc is for the composer"
    desk.composer.show_draft("")
    QTest.keyClicks(field, "how are ")
    field.ghost.offer("how are ", "you")
    assert field.ghost.text == "you", "another draft, another chance"


def test_undo_takes_an_accepted_suggestion_back_in_one_step(field: MessageField) -> None:
    typed_and_offered(field, "how are yo", "u doing")
    press(field, Key.Key_Tab)
    QTest.keyClicks(field, "? fine")
    texts = []
    for _ in range(3):
        press(field, Key.Key_Z, CTRL)
        texts.append(field.toPlainText())
    assert texts == ["how are you doing", "how are yo", ""]
    field.redo()
    field.ghost.offer("how are yo", "u doing")
    assert field.toPlainText() == "how are yo" and field.ghost.text == "", "it is not offered again at once"
    field.redo()
    assert field.toPlainText() == "how are you doing"


def test_showing_and_hiding_is_no_step_of_undo(field: MessageField) -> None:
    for number, letter in enumerate("how are", 1):
        QTest.keyClicks(field, letter)
        field.ghost.offer("how are"[:number], "zzz")
    assert field.ghost.text == "zzz"
    press(field, Key.Key_Z, CTRL)
    assert field.toPlainText() == "" and field.ghost.text == ""


def test_enter_sends_what_is_typed_and_no_more(desk: Desk, field: MessageField) -> None:
    sent = Heard(desk.composer.submitted)
    typed_and_offered(field, "how are", " you doing")
    press(field, Key.Key_Return)
    assert sent.values == ["how are"]


# ---- input methods and screen readers ----

def compose(field: MessageField, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(field, event)


def test_while_an_input_method_composes_there_is_none(field: MessageField) -> None:
    typed_and_offered(field, "how are ", "you doing")
    compose(field, "ni")
    layout = field.document().lastBlock().layout()
    assert field.ghost.text == "" and layout.preeditAreaText() == "ni", "its word is in the place of ours"
    field.ghost.offer("how are ", "you doing")
    assert field.ghost.text == "" and layout.preeditAreaText() == "ni"
    compose(field, "", "你")
    assert field.toPlainText() == "how are 你" and layout.preeditAreaText() == ""
    field.ghost.offer("how are 你", " doing")
    assert field.ghost.text == " doing"


def test_letters_that_come_from_an_input_method_are_typed_letters(field: MessageField) -> None:
    typed_and_offered(field, "how are ", "you doing")
    compose(field, "", "yo")
    assert field.toPlainText() == "how are yo" and field.ghost.text == "u doing"


def test_a_screen_reader_that_asks_is_told(desk: Desk, field: MessageField) -> None:
    plain = field.accessibleDescription()
    typed_and_offered(field, "how are ", "you doing")
    assert "Suggestion: you doing. Tab takes it" in field.accessibleDescription()
    assert plain in field.accessibleDescription()
    desk.composer.show_send_key("ctrl_enter")
    assert "you doing" in field.accessibleDescription() and "Ctrl+Enter" in field.accessibleDescription()
    field.ghost.clear()
    assert "Suggestion" not in field.accessibleDescription() and "Ctrl+Enter" in field.accessibleDescription()


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

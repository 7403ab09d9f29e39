"""Ghost text in the message field: where it is shown, what the keys do, what it never disturbs."""

from __future__ import annotations


import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from chatbot.ui import ghost_text, theme
from chatbot.ui.composer import Composer
from chatbot.ui.message_field import MessageField
from tests.ui.chat_parts import Heard, engine, settings, store, window  # noqa: F401 - fixtures
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures

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

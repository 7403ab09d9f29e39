"""The transcript: selecting text, what a screen reader hears, the bar of buttons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest

from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.ui.chat_model import MAX_ROWS
from chatbot.ui.main_window import MainWindow
from chatbot.ui.transcript_pane import TranscriptPane
from chatbot.ui.transcript_view import TranscriptView
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.ui.chat_parts import Heard, engine, settings, store, talking, talks, window  # noqa: F401 - fixtures
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures
from tests.ui.transcript_parts import messages, model_of, pane, settle  # noqa: F401 - fixtures


# ---- selecting ----

def text_point(view: TranscriptView, number: int, share: float) -> QPoint:
    """A point in the first line of a row's text, ``share`` of the way along."""
    layout, origin = view.place_of(view.model().index(number))
    line = layout.document.firstBlock().layout().lineAt(0).naturalTextRect()
    return origin + layout.text.topLeft() + QPoint(int(line.width() * share), int(line.height() / 2))


def test_text_inside_a_message_is_selected_with_the_mouse(pane: TranscriptPane) -> None:
    view, number = pane.view, MAX_ROWS - 2
    message = model_of(pane).row(number).message
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=text_point(view, number, 0.0))
    QTest.mouseMove(view.viewport(), text_point(view, number, 0.5))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=text_point(view, number, 0.5))
    selected = view.overlays.reader.selected_text
    assert selected and message.text.startswith(selected) and selected != message.text
    view.copy_text(message.id)
    assert QGuiApplication.clipboard().text() == selected


def test_text_inside_a_message_is_selected_with_the_keyboard(pane: TranscriptPane) -> None:
    view = pane.view
    view.setFocus()
    view.setCurrentIndex(view.model().index(MAX_ROWS - 2))
    QTest.keyClick(view, Qt.Key.Key_Return)
    reader = view.overlays.reader
    assert reader.isVisible() and reader.hasFocus()
    for _ in range(7):
        QTest.keyClick(reader, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert reader.selected_text == "message"
    QTest.keyClick(reader, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "message"
    QTest.keyClick(reader, Qt.Key.Key_Escape)
    assert not reader.isVisible() and view.hasFocus()


def test_the_reader_lies_exactly_over_the_painted_text(pane: TranscriptPane) -> None:
    view = pane.view
    view.read(MAX_ROWS - 1)
    layout, origin = view.place_of(view.model().index(MAX_ROWS - 2))
    assert view.overlays.reader.geometry() == layout.text.translated(origin)
    assert view.overlays.reader.document().size() == layout.document.size()


def test_a_selection_survives_new_text_of_the_same_reply(pane: TranscriptPane) -> None:
    view, model = pane.view, model_of(pane)
    view.read(MAX_ROWS)
    reader = view.overlays.reader
    reader.selectAll()
    model.set_text(MAX_ROWS, "It goes on")
    assert reader.selected_text == "It" and reader.toPlainText() == "It goes on"


# ---- screen reader ----

def test_every_message_says_who_when_and_what(pane: TranscriptPane) -> None:
    interface = QAccessible.queryAccessibleInterface(pane.view)
    assert interface.role() == QAccessible.Role.List
    assert interface.text(QAccessible.Text.Name) == "Conversation"
    model = model_of(pane)
    spoken = [model.index(number).data(Qt.ItemDataRole.AccessibleTextRole) for number in (0, 1)]
    clock = QLocale().toString(time_of(model.row(0).message), QLocale.FormatType.ShortFormat)
    assert spoken[0] == f"You, {clock}, {model.row(0).message.text}"
    assert spoken[1].startswith("Wren, ")
    names = [interface.child(i).text(QAccessible.Text.Name) for i in range(min(3, interface.childCount()))]
    assert names[0] == spoken[0]


def time_of(message: Message) -> object:
    from PySide6.QtCore import QDateTime
    return QDateTime.fromSecsSinceEpoch(int(message.created_at)).time()


def test_unfinished_replies_and_versions_are_spoken(pane: TranscriptPane) -> None:
    model = model_of(pane)
    last = model.rows[-1].message
    model.replace(replace(last, text="", status=MessageStatus.WRITING))
    assert model.spoken(model.rows[-1]).endswith("writing")
    model.replace(replace(last, text="Half", status=MessageStatus.STOPPED, version=2, version_count=3))
    assert model.spoken(model.rows[-1]).endswith("Half, stopped, version 2 of 3")


# ---- the bar of buttons ----

def test_hovering_shows_the_buttons_of_that_message(pane: TranscriptPane) -> None:
    view, model = pane.view, model_of(pane)
    wanted = Heard(view.action_wanted)
    index = model.index(MAX_ROWS - 2)
    view.scrollTo(index)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center())
    QTest.qWait(20)
    bar = view.overlays.bars[Role.USER]
    assert bar.isVisible() and not view.overlays.bars[Role.BOT].isVisible()
    assert view.visualRect(index).contains(bar.geometry().center())
    QTest.mouseClick(bar.findChild(object, "message_edit"), Qt.MouseButton.LeftButton)
    assert wanted.values == [("edit", MAX_ROWS - 1)]


def test_the_keyboard_shows_the_buttons_of_the_message_it_is_on(pane: TranscriptPane) -> None:
    view = pane.view
    view.activateWindow()
    view.setFocus()
    view.setCurrentIndex(model_of(pane).index(MAX_ROWS - 3))
    QTest.qWait(20)
    assert view.overlays.bars[Role.BOT].isVisible()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.qWait(20)
    assert view.overlays.bars[Role.USER].isVisible() and not view.overlays.bars[Role.BOT].isVisible()


def test_the_keyboard_enters_at_the_newest_message(talking: MainWindow) -> None:
    talking.transcript.view.setFocus()
    assert talking.transcript.view.current_id == talking.controller.model.rows[-1].message.id


def test_entering_tells_a_screen_reader_the_message(talking: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Heard with Orca: without it the list alone is spoken."""
    told: list[tuple[object, object, int]] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility",
                        lambda event: told.append((event.object(), event.type(), event.child())))
    view = talking.transcript.view
    view.setFocus()
    QTest.qWait(20)
    assert told[-1] == (view, QAccessible.Event.Focus, len(talking.controller.model.rows) - 1)


def test_version_arrows_work_by_button_and_by_key(talking: MainWindow, qtbot: object) -> None:
    view, model = talking.transcript.view, talking.controller.model
    view.setFocus()
    view.setCurrentIndex(model.index(model.rowCount() - 1))
    QTest.qWait(20)
    bar = view.overlays.bars[Role.BOT]
    assert bar.isVisible() and bar._version.text() == "2/2"
    QTest.mouseClick(bar.findChild(object, "message_previous_version"), Qt.MouseButton.LeftButton)
    assert model.rows[-1].message.text == "Your cat is called Tom."
    view.setFocus()
    view.setCurrentIndex(model.index(model.rowCount() - 1))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert model.rows[-1].message.text.startswith("Tom! I remember")
    talking.menus.actions["previous_version"].trigger()
    assert model.rows[-1].message.text == "Your cat is called Tom."


def test_moving_dots_stop_when_the_first_word_comes(window: MainWindow, engine: FakeEngineHandle) -> None:
    view = window.transcript.view
    window.on_submitted("Hello")
    assert view._dots_timer.isActive()
    engine.write("Hi")
    assert not view._dots_timer.isActive()
    engine.finish()


def test_reduced_motion_moves_no_dots(window: MainWindow, engine: FakeEngineHandle, settings: object) -> None:
    settings.reduce_motion = True
    window.on_setting_changed("reduce_motion")
    window.on_submitted("Hello")
    assert not window.transcript.view._dots_timer.isActive()
    engine.finish("Hi")


def test_a_click_on_the_note_of_a_stopped_reply_continues_it(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("Hello")
    engine.write("Once upon")
    window.controller.stop()
    engine.finish_stopped()
    view = window.transcript.view
    settle(view)
    layout, origin = view.place_of(view.model().index(1))
    assert layout.note_text == "Stopped. Continue"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=origin + layout.note.center())
    assert engine.open[0].written == "Once upon"
    engine.finish(" a time")

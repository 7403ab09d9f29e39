"""The whole window over fakes: a chat by keyboard alone, focus order, and names for everything."""

from __future__ import annotations


import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus
from chatbot.settings import Settings
from chatbot.ui.main_window import MainWindow
from chatbot.ui.shortcuts import ACTIONS
from chatbot.ui.window_menus import CONVERSATION, HELP, MESSAGE, VIEW
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import engine, press, settings, store, talking, talks, texts, window  # noqa: F401 - fixtures
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - fixtures

ENTER, CTRL, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


# ---- writing by keyboard ----

def test_a_whole_chat_by_keyboard_alone(window: MainWindow, engine: FakeEngineHandle, store: FakeStore) -> None:
    assert window.composer.field.hasFocus(), "one can type at once"
    QTest.keyClicks(QApplication.focusWidget(), "Hello")
    press(ENTER, SHIFT)
    QTest.keyClicks(QApplication.focusWidget(), "Wren")
    press(ENTER)
    assert texts(window) == ["Hello\nWren", ""] and window.composer.text == ""
    engine.finish("Hi")
    press(Qt.Key.Key_Up)
    assert window.composer.edited is not None and window.composer.text == "Hello\nWren", "Up edits the last message"
    QTest.keyClicks(QApplication.focusWidget(), "!")
    press(ENTER)
    engine.finish("Hi again")
    assert texts(window) == ["Hello\nWren!", "Hi again"]
    window.menus.actions["regenerate"].trigger()
    engine.finish("Hi once more")
    assert texts(window)[-1] == "Hi once more"
    window.menus.actions["new_conversation"].trigger()
    assert texts(window) == [] and len(store.conversations()) == 2


def test_the_key_that_sends_is_the_users_choice(window: MainWindow, settings: Settings,
                                                engine: FakeEngineHandle) -> None:
    settings.send_key = "ctrl_enter"
    window.on_setting_changed("send_key")
    field = window.composer.field
    QTest.keyClicks(field, "Hello")
    QTest.keyClick(field, ENTER)
    QTest.keyClicks(field, "Wren")
    assert window.composer.text == "Hello\nWren" and texts(window) == []
    assert "Ctrl+Enter" in field.accessibleDescription()
    QTest.keyClick(field, ENTER, CTRL)
    assert texts(window) == ["Hello\nWren", ""]
    engine.finish("Hi")


def test_escape_stops_and_the_button_too(window: MainWindow, engine: FakeEngineHandle) -> None:
    button = window.composer.button
    assert not window.menus.actions["stop"].isEnabled(), "Escape belongs to the focused part while nothing is written"
    window.on_submitted("Hello")
    engine.write("Some words")
    assert button.accessibleName() == "Stop writing" and button.isEnabled()
    press(Qt.Key.Key_Escape)
    assert engine.open[0].stop.is_set()
    engine.finish_stopped()
    assert window.controller.model.rows[-1].message.status == MessageStatus.STOPPED
    assert button.accessibleName() == "Send" and not button.isEnabled()
    window.on_submitted("Again")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert engine.open[0].stop.is_set()
    engine.finish_stopped()


def test_while_a_reply_is_written_the_next_message_is_kept_in_the_field(window: MainWindow,
                                                                        engine: FakeEngineHandle) -> None:
    window.on_submitted("Hello")
    QTest.keyClicks(window.composer.field, "And another thing")
    QTest.keyClick(window.composer.field, ENTER)
    assert window.composer.text == "And another thing" and len(engine.requests) == 1
    assert window.notice.isVisible()
    engine.finish("Hi")
    QTest.keyClick(window.composer.field, ENTER)
    assert texts(window)[-2] == "And another thing"
    engine.finish("Yes?")


def test_a_full_disk_keeps_the_text_in_the_field(window: MainWindow, store: FakeStore) -> None:
    QTest.keyClicks(window.composer.field, "Precious words")
    store.fail_next = StorageError("The disk is full; free some space, then try again.", code="disk_full_test")
    QTest.keyClick(window.composer.field, ENTER)
    assert window.composer.text == "Precious words" and texts(window) == []
    assert "disk is full" in window.notice.label.text() and window.notice.isVisible()


def test_a_reply_that_cannot_be_stored_is_stored_later(window: MainWindow, store: FakeStore,
                                                       engine: FakeEngineHandle, qtbot: object) -> None:
    window.on_submitted("Hello")
    engine.write("Precious")
    store.fail_next = StorageError("The disk is full.", code="disk_full_test")
    engine.finish(" words")
    assert texts(window)[-1] == "Precious words" and window.notice.isVisible()
    conversation_id = window.controller.conversation.id
    qtbot.waitUntil(lambda: store.path(conversation_id)[-1].text == "Precious words", timeout=3000)
    assert store.path(conversation_id)[-1].status == MessageStatus.COMPLETE


def test_tab_leads_through_the_window_and_back(window: MainWindow) -> None:
    QTest.keyClicks(window.composer.field, "x")
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.composer.button
    seen = []
    for _ in range(40):
        seen.append(QApplication.focusWidget())
        press(Qt.Key.Key_Tab)
        if QApplication.focusWidget() is window.composer.field:
            break
    assert QApplication.focusWidget() is window.composer.field, "the path is a circle"
    assert window.panel.search_field in seen and window.panel.view in seen and window.panel.new_button in seen
    assert seen.index(window.panel.search_field) < seen.index(window.panel.view)


def test_f6_goes_from_part_to_part(talking: MainWindow) -> None:
    visited = []
    for _ in range(3):
        talking.commands.next_pane()
        visited.append(QApplication.focusWidget())
    assert visited == [talking.panel.view, talking.transcript.view, talking.composer.field]
    talking.commands.previous_pane()
    assert QApplication.focusWidget() is talking.transcript.view
    talking.commands.toggle_settings_panel()
    talking.commands.focus_composer()
    talking.commands.next_pane()
    assert talking.settings_panel.isAncestorOf(QApplication.focusWidget())


def test_typing_in_the_transcript_writes_in_the_composer(talking: MainWindow) -> None:
    talking.transcript.view.setFocus()
    press(Qt.Key.Key_H, SHIFT)
    assert talking.composer.field.hasFocus() and talking.composer.text in ("H", "h")


# ---- names ----

def test_every_control_has_a_name(talking: MainWindow) -> None:
    talking.commands.toggle_settings_panel()
    talking.composer.begin_edit(talking.controller.model.row(0).message)
    talking.notice.show_notice("Something happened", "x", "Do it")
    # Qt's own button of a menu bar that has no room; it appears with the platform's name.
    assert [line for line in nameless(talking) if "qt_menubar_ext_button" not in line] == []
    for widget, name in ((talking.composer.field, "Message"), (talking.composer.button, "Send"),
                         (talking.transcript.view, "Conversation"), (talking.panel.view, "Conversations"),
                         (talking.panel.results, "Found messages")):
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name) == name
    roles = {QAccessible.queryAccessibleInterface(w).role() for w in (talking.panel.view, talking.transcript.view)}
    assert roles == {QAccessible.Role.List}
    assert (QAccessible.queryAccessibleInterface(talking.composer.field).role() == QAccessible.Role.EditableText)


def test_conversations_are_spoken_with_what_matters(talking: MainWindow, talks: list[int]) -> None:
    spoken = [talking.panel.model.index(i).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(4)]
    assert spoken[0].startswith("Good morning!, ") and spoken[0].endswith("pinned")
    assert sum("has a draft" in line for line in spoken) == 1


def test_a_finished_reply_is_announced_once(window: MainWindow, engine: FakeEngineHandle,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility",
                        lambda event: said.append(event.message()) if hasattr(event, "message") else None)
    window.on_submitted("Hello")
    for word in ("Hi ", "there ", "friend"):
        engine.write(word)
    assert said == [], "never token by token"
    engine.finish()
    assert said == ["Wren: Hi there friend"]


def test_every_action_of_the_registry_is_in_a_menu_with_its_keys(window: MainWindow) -> None:
    in_menus = set(CONVERSATION + MESSAGE + VIEW + HELP) - {""}
    assert in_menus == {spec.id for spec in ACTIONS}
    for spec in ACTIONS:
        action = window.menus.actions[spec.id]
        assert [key.toString() for key in action.shortcuts()] == [QKeySequence(key).toString() for key in spec.keys]
        assert action in window.actions()

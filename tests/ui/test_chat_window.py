"""The whole window over fakes: keyboard path, names, undo, drafts, search, export, import, problems."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QAction, QDropEvent, QGuiApplication, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QWidget

from chatbot.core.errors import Problem, StorageError
from chatbot.core.messages import MessageStatus, Role
from chatbot.core.replies import Distribution, ModelSummary, TokenChance
from chatbot.settings import Settings
from chatbot.ui import theme
from chatbot.ui.export_dialog import ExportChoice, ExportDialog, suggested_name
from chatbot.ui.main_window import MainWindow
from chatbot.ui.message_window import MessageWindow
from chatbot.ui.search_results import split_excerpt
from chatbot.ui.shortcuts import ACTIONS
from chatbot.ui.window_menus import CONVERSATION, HELP, MESSAGE, VIEW
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import (Heard, engine, fill_long, make_window, settings, store, talking,  # noqa: F401
                                 talks, window)
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - a fixture

ENTER, CTRL, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key press wherever the focus is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def texts(window: MainWindow) -> list[str]:
    return [row.message.text for row in window.controller.model.rows]


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


# ---- conversations ----

def test_rename_in_place(talking: MainWindow, store: FakeStore, talks: list[int]) -> None:
    talking.menus.actions["rename_conversation"].trigger()
    editor = talking.panel.view.findChild(QLineEdit)
    assert editor is not None and editor.accessibleName() == "Title of the conversation"
    editor.setText("My cat")
    QTest.keyClick(editor, ENTER)
    QTest.qWait(10)  # the list commits from the event loop
    assert store.conversation(talks[-1]).title == "My cat" and talking.header.title.text() == "My cat"
    assert "My cat" in talking.windowTitle()


def test_a_rename_is_not_disturbed_by_a_reply_that_ends(talking: MainWindow, engine: FakeEngineHandle,
                                                        store: FakeStore, talks: list[int]) -> None:
    talking.on_submitted("Hello")
    talking.menus.actions["rename_conversation"].trigger()
    editor = talking.panel.view.findChild(QLineEdit)
    editor.setText("My c")
    engine.finish("Hi")
    assert talking.panel.view.is_editing and editor.text() == "My c"
    QTest.keyClick(editor, ENTER)
    QTest.qWait(10)
    assert store.conversation(talks[-1]).title == "My c" and not talking.panel.view.is_editing
    assert talking.panel.model.index_of(talks[-1]).data() == "My c"


def test_pin_moves_to_the_top(talking: MainWindow, talks: list[int], store: FakeStore) -> None:
    store.set_pinned(talks[0], False)
    talking.menus.actions["pin_conversation"].trigger()
    assert talking.panel.model.index_of(talks[-1]).row() == 0
    assert store.conversation(talks[-1]).is_pinned


def test_delete_offers_undo(talking: MainWindow, talks: list[int]) -> None:
    talking.panel.view.setFocus()
    press(Qt.Key.Key_Delete)
    assert not talking.panel.model.index_of(talks[-1]).isValid()
    assert talking.notice.isVisible() and "was deleted" in talking.notice.label.text()
    assert talking.controller.conversation.id != talks[-1]
    QTest.mouseClick(talking.notice.button, Qt.MouseButton.LeftButton)
    assert talking.controller.conversation.id == talks[-1] and not talking.notice.isVisible()
    assert talking.panel.model.index_of(talks[-1]).isValid()
    assert talking.panel.view.currentIndex() == talking.panel.model.index_of(talks[-1])


def test_arrow_keys_open_conversations_and_enter_goes_to_the_composer(talking: MainWindow, talks: list[int]) -> None:
    talking.panel.view.setFocus()
    before = talking.controller.conversation.id
    press(Qt.Key.Key_Down)
    assert talking.controller.conversation.id != before and talking.panel.view.hasFocus()
    press(ENTER)
    assert talking.composer.field.hasFocus()
    talking.commands.previous_conversation()
    assert talking.controller.conversation.id == before


def test_drafts_follow_their_conversations_and_survive_a_restart(talking: MainWindow, talks: list[int], qtbot: object,
                                                                 store: FakeStore, settings: Settings) -> None:
    QTest.keyClicks(talking.composer.field, "not sent yet")
    talking.controller.open_conversation(talks[1])
    assert talking.composer.text == "And for dessert"
    talking.controller.open_conversation(talks[-1])
    assert talking.composer.text == "not sent yet"
    talking.close()
    again = make_window(qtbot, store, FakeEngineHandle(), settings)
    again.controller.open_conversation(talks[-1])
    assert again.composer.text == "not sent yet"
    again.close()


def test_an_edit_leaves_the_draft_alone(talking: MainWindow) -> None:
    QTest.keyClicks(talking.composer.field, "draft")
    talking.message_commands.edit()
    assert talking.composer.text == "I will try that. What is my cat called?"
    assert talking.transcript.view.delegate.edited_id == talking.composer.edited.id
    QTest.keyClick(talking.composer.field, Qt.Key.Key_Escape)
    assert talking.composer.text == "draft" and talking.composer.edited is None
    assert talking.transcript.view.delegate.edited_id is None


# ---- search ----

def search(window: MainWindow, qtbot: object, query: str) -> None:
    window.menus.actions["search"].trigger()
    assert window.panel.search_field.hasFocus()
    window.panel.search_field.setText(query)
    with qtbot.waitSignal(window.search.found, timeout=2000):
        pass


def test_search_jumps_to_the_place_and_highlights_it(talking: MainWindow, qtbot: object) -> None:
    search(talking, qtbot, "basil")
    assert talking.panel.results.isVisible() and talking.panel.results_model.rowCount() == 1
    QTest.keyClick(talking.panel.search_field, ENTER)
    view = talking.transcript.view
    found = talking.controller.model.message(view.delegate.found_id)
    assert found.text == "Tomato soup, with a little basil."
    index = view.index_of(found.id)
    assert view.viewport().rect().intersects(view.visualRect(index)) and view.currentIndex() == index
    layout, _ = view.place_of(index)
    marked = view.delegate._found_selections(layout.document)
    assert [selection.cursor.selectedText() for selection in marked] == ["basil"]
    assert not view.scrolling.is_following or view.verticalScrollBar().maximum() == 0


def test_search_reaches_deep_into_a_long_conversation(qtbot: object, plain_looks: object, store: FakeStore,
                                                      engine: FakeEngineHandle, settings: Settings) -> None:
    _, ids = fill_long(store, 500)
    window = make_window(qtbot, store, engine, settings)
    hit = next(hit for hit in store.search("message 77:") if hit.message_id == ids[77])
    window.on_place_wanted(hit, "message 77:")
    view = window.transcript.view
    index = view.index_of(ids[77])
    assert index.isValid() and view.viewport().rect().contains(view.visualRect(index).center())
    assert window.transcript.jump_button.isVisible()
    QTest.mouseClick(window.transcript.jump_button, Qt.MouseButton.LeftButton)
    assert window.controller.model.rows[-1].message.id == ids[-1]
    QTest.qWait(10)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    window.close()


def test_nothing_found_says_so_and_escape_brings_the_list_back(talking: MainWindow, qtbot: object) -> None:
    search(talking, qtbot, "zebra")
    assert talking.panel._nothing.isVisible() and "zebra" in talking.panel._nothing.text()
    QTest.keyClick(talking.panel.search_field, Qt.Key.Key_Escape)
    assert talking.panel.view.isVisible() and talking.panel.search_field.text() == ""


@pytest.mark.parametrize(("excerpt", "expected"), [
    ("a \x02cat\x03 sat", ("a cat sat", [(2, 3)])), ("\x02a\x03\x02b\x03", ("ab", [(0, 1), (1, 1)])),
    ("none", ("none", [])), ("", ("", [])), ("open \x02end", ("open end", [])), ("\x03 stray", (" stray", []))])
def test_marks_in_excerpts(excerpt: str, expected: tuple[str, list[tuple[int, int]]]) -> None:
    assert split_excerpt(excerpt) == expected


# ---- export and import ----

def test_export_and_import_bring_conversations_back(talking: MainWindow, tmp_path: Path, store: FakeStore) -> None:
    target = tmp_path / "chats.json"
    talking.commands.ask_save_path = lambda *_: str(target)
    talking.commands.export(ExportChoice(True, "json"))
    assert len(json.loads(target.read_text(encoding="utf-8"))["conversations"]) == 4
    assert "4 conversation(s)" in talking.notice.label.text() and str(target) in talking.notice.label.text()
    talking.commands.ask_open_path = lambda *_: str(target)
    talking.commands.import_conversations()
    assert len(store.conversations()) == 8 and texts(talking)


def test_one_conversation_is_exported_with_the_right_ending(talking: MainWindow, tmp_path: Path) -> None:
    talking.commands.ask_save_path = lambda *_: str(tmp_path / "talk")
    talking.commands.export(ExportChoice(False, "markdown"))
    assert json.loads((tmp_path / "talk.md").read_text(encoding="utf-8"))["format"] == "markdown"
    talking.commands.ask_save_path = lambda *_: ""
    talking.commands.export(ExportChoice(False, "text"))
    assert [path.name for path in tmp_path.iterdir()] == ["talk.md"], "thinking better of it writes nothing"


def test_the_export_dialog_by_keyboard(talking: MainWindow, qtbot: object) -> None:
    dialog = ExportDialog(talking.controller.conversation, parent=talking)
    qtbot.addWidget(dialog)
    assert dialog.choice == ExportChoice(False, "markdown") and nameless(dialog) == []
    dialog.formats["json"].setChecked(True)
    dialog.all.setChecked(True)
    assert dialog.choice == ExportChoice(True, "json")
    empty = ExportDialog(None, parent=talking)
    assert empty.choice.is_all and not empty.one.isEnabled()


def test_file_names_are_taken_by_every_system(talking: MainWindow) -> None:
    conversation = talking.controller.conversation
    talking.controller.shelf.rename(conversation.id, "a/b\\c: <what>? \u202e")
    name = suggested_name(ExportChoice(False, "text"), talking.controller.conversation)
    assert name == "abc what.txt"
    assert suggested_name(ExportChoice(True, "json"), None).startswith("chats 20")


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)


def test_what_is_dropped_goes_where_its_content_belongs(qtbot: object, talking: MainWindow, tmp_path: Path) -> None:
    """One drop of everything: an export of ours is imported, models are installed, of the rest a model can be made."""
    models, logs, imported = Heard(talking.models_wanted), Heard(talking.personal_wanted), []
    talking.controller.shelf.import_file = imported.append
    export, log, picture = tmp_path / "any name.txt", tmp_path / "chat.json", tmp_path / "cat.png"
    package, chats = tmp_path / "wren", tmp_path / "slack"
    export.write_text('{"schema": "wren-chatbot-conversations", "version": 1}', encoding="utf-8")
    log.write_text("[1, 2", encoding="utf-8")
    picture.write_bytes(b"\x89PNG")
    package.mkdir(), chats.mkdir()
    (package / "model.json").write_text("{}")
    drop(talking, export, package, log, picture, chats)
    qtbot.waitUntil(lambda: logs.values == [[log, picture, chats]], timeout=5000)
    assert models.values == [[package]] and imported == [export]


def test_the_composer_leaves_dropped_files_to_the_window(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/somewhere/chats.json")])
    assert not window.composer.field.canInsertFromMimeData(data)
    text = QMimeData()
    text.setHtml("<b>bold</b>")
    text.setText("bold")
    window.composer.field.insertFromMimeData(text)
    assert window.composer.text == "bold"


# ---- messages ----

def test_the_message_menu_offers_what_is_possible(talking: MainWindow) -> None:
    model = talking.controller.model
    own, reply = model.row(0).message.id, model.rows[-1].message.id
    offered = {entry.data() for entry in talking.message_commands.menu_for(own).actions() if entry.data()}
    assert {"copy", "edit", "branch", "forget"} <= offered and not {"like", "continue", "regenerate"} & offered
    offered = {entry.data() for entry in talking.message_commands.menu_for(reply).actions() if entry.data()}
    assert {"copy", "edit", "branch", "forget", "like", "dislike", "continue", "regenerate",
            "previous_version"} <= offered and "next_version" not in offered


def test_every_message_action_does_something(talking: MainWindow, engine: FakeEngineHandle, store: FakeStore) -> None:
    commands, model = talking.message_commands, talking.controller.model
    reply = model.rows[-1].message
    commands.perform("like", reply.id)
    assert model.rows[-1].message.rating == 1
    commands.perform("like", reply.id)
    assert model.rows[-1].message.rating == 0, "the same thumb again takes it back"
    commands.perform("dislike", reply.id)
    assert model.rows[-1].message.rating == -1
    commands.perform("copy", reply.id)
    assert QGuiApplication.clipboard().text() == reply.text
    commands.perform("forget", model.row(2).message.id)
    assert model.row(2).message.forgets_before
    commands.perform("remember", model.row(2).message.id)
    assert not model.row(2).message.forgets_before
    commands.perform("continue", reply.id)
    engine.finish(" And more.")
    assert model.rows[-1].message.text.endswith("And more.")
    commands.perform("select_text", reply.id)
    assert talking.transcript.view.overlays.reader.isVisible()
    commands.perform("edit", reply.id)
    assert talking.composer.edited.role == Role.BOT and talking.composer.button.accessibleName() == "Save"
    talking.composer.field.setPlainText("Other words")
    QTest.keyClick(talking.composer.field, ENTER)
    assert model.rows[-1].message.is_edited and texts(talking)[-1] == "Other words"
    before = len(store.conversations())
    commands.perform("branch", model.row(1).message.id)
    assert len(store.conversations()) == before + 1 and len(texts(talking)) == 2


def test_thumbs_by_key_bar_and_menu_are_kept_and_taken_back(talking: MainWindow, talks: list[int],
                                                             store: FakeStore) -> None:
    actions, model = talking.menus.actions, talking.controller.model
    reply, view = model.rows[-1].message, talking.transcript.view
    bar = view.overlays.bars[Role.BOT]
    up, down = (bar.findChild(QToolButton, f"message_{name}") for name in ("like", "dislike"))
    press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert store.message(reply.id).rating == 1 and "good reply" in model.spoken(model.rows[-1])
    view.setFocus()
    view.setCurrentIndex(view.index_of(reply.id))
    view.overlays.place()
    assert up.isVisible() and up.isChecked() and not down.isChecked() and up.accessibleName() == "Good reply"
    assert up.toolTip() == "Take back “good reply”" and down.toolTip() == "Bad reply"
    other = next(id for id in talks if id != talking.controller.conversation.id)
    here = talking.controller.conversation.id
    talking.controller.open_conversation(other)
    talking.controller.open_conversation(here)
    assert model.rows[-1].message.rating == 1, "shown again after reopening"
    menu = {entry.data(): entry.text() for entry in talking.message_commands.menu_for(reply.id).actions()}
    assert menu["like"] == "Take back “good reply”" and menu["dislike"] == "Bad reply"
    view.setCurrentIndex(view.index_of(reply.id))
    view.overlays.place()
    down.click()
    view.overlays.place()
    assert store.message(reply.id).rating == -1 and down.isChecked() and not up.isChecked()
    assert "bad reply" in model.spoken(model.rows[-1])
    actions["dislike_reply"].trigger()
    view.overlays.place()
    assert store.message(reply.id).rating == 0 and not down.isChecked() and not up.isChecked()
    assert "reply, you said" not in model.spoken(model.rows[-1])


def test_a_reply_without_words_has_no_thumbs(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("Hello")
    window.controller.stop()
    engine.finish_stopped()
    row = window.controller.model.rows[-1]
    assert row.message.text == "" and not row.is_writing
    assert not {"like", "dislike"} & window.transcript.view.actions_of(row.message.id)
    window.menus.actions["like_reply"].trigger()
    assert window.controller.model.rows[-1].message.rating == 0


def test_forgetting_by_key_shows_a_divider(talking: MainWindow) -> None:
    talking.composer.field.setFocus()
    view, model = talking.transcript.view, talking.controller.model
    last = model.rowCount() - 1
    before = view.delegate.layout_of(last, 600).height
    talking.menus.actions["forget_from_here"].trigger()
    assert model.forgets_next and view.delegate.layout_of(last, 600).height > before
    talking.menus.actions["forget_from_here"].trigger()
    assert not model.forgets_next and view.delegate.layout_of(last, 600).height == before
    view.setFocus()
    view.setCurrentIndex(model.index(2))
    talking.menus.actions["forget_from_here"].trigger()
    assert model.row(2).message.forgets_before
    assert view.delegate.layout_of(2, 600).memory is not None


def test_a_long_message_opens_in_a_window_of_its_own(window: MainWindow, engine: FakeEngineHandle) -> None:
    text = "a long line\n" * 2000
    window.on_submitted(text)
    engine.finish("So long!")
    window.message_commands.perform("show_whole", window.controller.model.row(0).message.id)
    opened = window.findChild(MessageWindow)
    assert opened.field.toPlainText() == text and nameless(opened) == []
    opened.close()


# ---- greeting, model, settings ----

def test_the_first_start_greets_and_is_honest(window: MainWindow, engine: FakeEngineHandle) -> None:
    assert window.transcript.empty.isVisible() and not window.transcript.view.isVisible()
    assert "small language model" in window.pane.honest_line.text() and window.pane.honest_line.isVisible()
    suggestion = window.transcript.empty.suggestions[2]
    QTest.mouseClick(suggestion, Qt.MouseButton.LeftButton)
    assert texts(window)[0] == suggestion.text() and window.transcript.view.isVisible()
    assert "language model" in window.transcript.view.delegate.header_text(window.controller.model.row(1).message)
    engine.finish("Hello Ada")


def test_a_model_that_does_not_load_is_explained_and_can_be_tried_again(qtbot: object, plain_looks: object,
                                                                        store: FakeStore, settings: Settings) -> None:
    engine = FakeEngineHandle(model_loads=False)
    window = make_window(qtbot, store, engine, settings)
    assert window.header.model_button.accessibleName() == "No language model"
    assert "is not installed" in window.notice.label.text() and window.notice.isVisible()
    QTest.keyClicks(window.composer.field, "Hello?")
    QTest.keyClick(window.composer.field, ENTER)
    assert texts(window) == ["Hello?", ""] and window.controller.model.rows[-1].message.status == MessageStatus.FAILED
    engine.model_loads = True
    QTest.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    assert not window.notice.isVisible() and "Wren S" in window.header.model_button.accessibleName()
    window.menus.actions["regenerate"].trigger()
    engine.finish("Hello!")
    assert texts(window) == ["Hello?", "Hello!"]
    window.close()


def test_the_settings_panel_is_wired(talking: MainWindow, engine: FakeEngineHandle, store: FakeStore,
                                     talks: list[int], qtbot: object) -> None:
    talking.menus.actions["toggle_settings_panel"].trigger()
    assert talking.settings_panel.isVisible() and talking.header.settings_button.isChecked()
    qtbot.waitUntil(lambda: bool(engine.distribution_requests), timeout=2000)
    request = engine.distribution_requests[-1]
    engine.distribution_ready.emit(Distribution(request.job_id, (TokenChance("Hi", 0.5, 0.9),), 0.1, 1.0))
    talking.settings_panel.overrides_wanted.emit(True)
    assert store.conversation(talks[-1]).sampling_json is not None
    assert talking.header.own_settings_mark.isVisible()
    talking.settings_panel.overrides_wanted.emit(False)
    assert store.conversation(talks[-1]).sampling_json is None and not talking.header.own_settings_mark.isVisible()


def test_panels_remember_whether_they_are_shown(talking: MainWindow, settings: Settings) -> None:
    talking.menus.actions["toggle_conversations"].trigger()
    assert not talking.panel.isVisible() and not settings.are_conversations_shown
    talking.menus.actions["search"].trigger()
    assert talking.panel.isVisible() and settings.are_conversations_shown, "searching needs the panel"


def test_zoom_by_keys_and_wheel_within_its_bounds(talking: MainWindow, settings: Settings) -> None:
    size = talking.font().pointSizeF()
    settings.zoom_percent = 225
    for _ in range(3):
        talking.menus.actions["zoom_in"].trigger()
    assert settings.zoom_percent == 250 and talking.composer.font().pointSizeF() == pytest.approx(2.5 * size, rel=0.05)
    settings.zoom_percent = 80
    for _ in range(3):
        talking.menus.actions["zoom_out"].trigger()
    assert settings.zoom_percent == 75
    talking.menus.actions["zoom_reset"].trigger()
    assert settings.zoom_percent == 100 == theme.watcher().zoom_percent
    centre = QPointF(talking.transcript.view.rect().center())
    event = QWheelEvent(centre, centre, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, CTRL,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(talking.transcript.view.viewport(), event)
    assert settings.zoom_percent == 110
    talking.zoom.reset()


@pytest.mark.parametrize("action", ["preferences", "shortcuts", "about"])
def test_dialogs_open(talking: MainWindow, action: str) -> None:
    talking.menus.actions[action].trigger()
    dialogs = [w for w in talking.findChildren(QWidget) if w.isWindow() and w.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].close()


def test_a_problem_from_outside_is_shown(window: MainWindow) -> None:
    window.show_problem(Problem("settings", "In the settings, theme must be light or dark; system is used instead."))
    assert window.notice.isVisible() and "theme must be" in window.notice.label.text()


def test_a_personal_model_speaks_under_its_own_name(window: MainWindow, engine: FakeEngineHandle) -> None:
    engine.model_ready.emit(replace(engine.summary("ada"), name="Ada's Wren", is_personal=True, is_imitation=True))
    window.on_submitted("Hello")
    engine.finish("Hi")
    row = window.controller.model.rows[-1]
    assert window.controller.model.spoken(row).startswith("Ada's Wren, ")
    header = window.transcript.view.delegate.header_text(row.message)
    assert "language model" in header and "not by a person" in header
    assert window.header.imitation_mark.isVisible() and "Ada's Wren" in window.composer.field.placeholderText()
    assert window.pane.honest_line.text().startswith("Ada's Wren is a language model that imitates")
    engine.model_ready.emit(engine.summary("wren"))
    assert not window.header.imitation_mark.isVisible() and "small language" in window.pane.honest_line.text()


class TwoModels:
    """Two installed models, one of them personal."""

    def all(self) -> list[ModelSummary]:
        plain = FakeEngineHandle.summary("wren-en-s")
        return [plain, replace(plain, id="ada", name="Ada & Co", is_personal=True, is_imitation=True)]


def test_the_model_of_a_conversation_is_chosen_in_its_header(qtbot: object, plain_looks: object, store: FakeStore,
                                                             settings: Settings, engine: FakeEngineHandle) -> None:
    settings.model_id = "wren-en-s"
    window = MainWindow(store, engine, settings, installed=TwoModels())
    qtbot.addWidget(window)
    window.show()
    window.start()
    button, controller = window.header.model_button, window.controller

    def entries() -> dict[str, QAction]:
        button.about_to_open.emit()
        return {entry.text(): entry for entry in button.menu().actions() if entry.text()}

    offered = entries()
    assert list(offered) == ["Wren S (English)", "Ada && Co (personal)", "Use the default model",
                             "Compare models…", "Models…"]
    assert offered["Wren S (English)"].isChecked() and not offered["Use the default model"].isEnabled()
    offered["Ada && Co (personal)"].trigger()
    assert store.conversation(controller.conversation.id).model_id == "ada" and engine.loaded[-1] == "ada"
    assert settings.model_id == "wren-en-s", "the default stays"
    offered = entries()
    assert offered["Ada && Co (personal)"].isChecked()
    offered["Use the default model"].trigger()
    assert store.conversation(controller.conversation.id).model_id is None and engine.loaded[-1] == "wren-en-s"
    wanted = Heard(window.models_wanted)
    entries()["Models…"].trigger()
    assert wanted.values == [[]]
    window.close()


def test_replies_keep_the_names_of_the_models_that_wrote_them(qtbot: object, plain_looks: object, store: FakeStore,
                                                              settings: Settings, engine: FakeEngineHandle) -> None:
    window = MainWindow(store, engine, settings, installed=TwoModels())
    qtbot.addWidget(window)
    window.show()
    window.start()
    engine.summary = lambda model_id: next((m for m in TwoModels().all() if m.id == model_id), TwoModels().all()[0])
    controller = window.controller
    for model_id in ("ada", "wren-en-s"):
        controller.choose_model(model_id)
        assert controller.send("Hello")
        engine.finish("Hi")
    names = [controller.model.author(row.message) for row in controller.model.rows]
    assert names == ["You", "Ada & Co", "You", "Wren"]
    window.close()


# ---- strange text in the field ----

@pytest.mark.parametrize("text", ["x" * 1_000_000, "word " * 200_000, "line\n" * 200_000])
def test_a_megabyte_can_be_pasted_and_sent(window: MainWindow, engine: FakeEngineHandle, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    started = time.process_time()
    window.composer.field.paste()
    assert window.composer.text == text
    QTest.keyClick(window.composer.field, ENTER)
    QTest.qWait(0)
    assert time.process_time() - started < 5.0
    assert engine.requests[0].turns[0].text == text and window.composer.text == ""
    assert window.height() < 2000, "the field grows to eight lines, not more"
    engine.finish("That was a lot.")


@pytest.mark.parametrize("text", ["\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467", "a\u200bb", "שלום",
                                  "<b>x</b>", "a\u0301\u0302\u0303"])
def test_strange_text_is_typed_and_shown(window: MainWindow, engine: FakeEngineHandle, text: str) -> None:
    window.composer.insert(text)
    QTest.keyClick(window.composer.field, ENTER)
    engine.finish(text)
    assert texts(window) == [text, text]
    window.transcript.view.viewport().grab()


def test_a_lone_surrogate_from_the_clipboard_does_no_harm(window: MainWindow, engine: FakeEngineHandle) -> None:
    window.on_submitted("half \ud83d pair")
    engine.finish("ok")
    assert texts(window)[0] == "half \ufffd pair"
    window.transcript.view.viewport().grab()


@pytest.mark.parametrize("blank", [" ", "\n\n", "\u200b"])
def test_blank_text_cannot_be_sent(window: MainWindow, engine: FakeEngineHandle, blank: str) -> None:
    window.composer.insert(blank)
    assert not window.composer.button.isEnabled()
    QTest.keyClick(window.composer.field, ENTER)
    assert engine.requests == [] and window.composer.text == blank


# ---- the start ----

START = """
import sys, time
started = time.perf_counter()
from PySide6.QtWidgets import QApplication
from chatbot.ui.main_window import MainWindow
from chatbot.settings import Settings
heavy = [name for name in ("torch", "pyqtgraph", "sentencepiece", "chatbot.ui.preferences_dialog",
                           "chatbot.ui.settings_panel") if name in sys.modules]
assert not heavy, heavy
"""


def test_importing_the_window_brings_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, timeout=60,
                          cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("percent", [75, 100, 175, 250])
def test_the_greeting_fits_at_every_zoom(window: MainWindow, settings: Settings, qtbot: object, percent: int) -> None:
    window.resize(1280, 800)
    settings.zoom_percent = percent
    window.zoom.changed.emit(percent)
    qtbot.wait(20)
    empty = window.transcript.empty
    shown = [button for button in empty.suggestions if button.isVisible()]
    assert window.width() == 1280, "the greeting does not widen the window"
    for button in shown:
        assert button.width() >= button.sizeHint().width() and button.geometry().bottom() <= empty.height()
    for number, button in enumerate(shown):
        assert not any(button.geometry().intersects(other.geometry()) for other in shown[number + 1:])
    assert empty._title.font().pointSizeF() > 1.3 * empty.font().pointSizeF()
    assert len(shown) == 4 or percent > 100
    assert window.panel.minimumWidth() >= 9 * window.fontMetrics().height()
    window.zoom.reset()
    window.zoom.changed.emit(100)


def test_the_transcript_shows_no_scroll_handle_when_everything_fits(window: MainWindow, engine: FakeEngineHandle,
                                                                    qtbot: object) -> None:
    window.on_submitted("Hello")
    engine.finish("Hi")
    bar = window.transcript.view.verticalScrollBar()
    qtbot.waitUntil(lambda: not bar.isEnabled(), timeout=1000)
    assert len({bar.grab().toImage().pixel(bar.width() // 2, y) for y in range(bar.height())}) == 1, "an empty groove"
    window.on_submitted("long " * 2000)
    engine.finish("Hi")
    qtbot.waitUntil(bar.isEnabled, timeout=1000)
    assert len({bar.grab().toImage().pixel(bar.width() // 2, y) for y in range(bar.height())}) > 1


def test_the_picture_of_the_next_token_follows_the_conversation(window: MainWindow, engine: FakeEngineHandle,
                                                                qtbot: object) -> None:
    window.menus.actions["toggle_settings_panel"].trigger()
    qtbot.waitUntil(lambda: bool(engine.distribution_requests), timeout=2000)
    window.on_submitted("Hello")
    engine.finish("Hi")
    qtbot.waitUntil(lambda: engine.distribution_requests[-1].state is not None
                    or [turn.text for turn in engine.distribution_requests[-1].turns] == ["Hello"], timeout=2000)
    window.controller.new_conversation()
    qtbot.waitUntil(lambda: engine.distribution_requests[-1].state is None
                    and engine.distribution_requests[-1].turns == (), timeout=2000)

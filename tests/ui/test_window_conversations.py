"""The whole window over fakes: conversations, drafts, search, export, import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from chatbot.settings import Settings
from chatbot.ui.export_dialog import ExportChoice, ExportDialog, suggested_name
from chatbot.ui.main_window import MainWindow
from chatbot.ui.search_results import HIT_ROLE, split_excerpt
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import (  # noqa: F401 - fixtures
    Heard, drop, engine, fill_long, make_window, press, settings, store, talking, talks, texts, window)
from tests.ui.plain_looks import nameless, plain_looks  # noqa: F401 - fixtures

ENTER, CTRL, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


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


def test_what_was_found_follows_what_happens(talking: MainWindow, talks: list[int], qtbot: object) -> None:
    search(talking, qtbot, "soup")
    results = talking.panel.results_model
    assert results.rowCount() > 0
    talking.controller.shelf.delete(talks[1])
    qtbot.waitUntil(lambda: results.rowCount() == 0, timeout=2000)
    assert talking.panel._nothing.isVisible()
    talking.controller.shelf.undo_delete()
    qtbot.waitUntil(lambda: results.rowCount() > 0, timeout=2000)
    assert talking.panel.results.isVisible()


def test_the_keyboard_stays_on_its_hit_when_others_come(talking: MainWindow, engine: FakeEngineHandle,
                                                        qtbot: object) -> None:
    search(talking, qtbot, "cat")
    results = talking.panel.results
    results.setCurrentIndex(results.model().index(1, 0))
    hit, count = results.currentIndex().data(HIT_ROLE), results.model().rowCount()
    talking.on_submitted("Another cat")
    engine.finish("Meow.")
    qtbot.waitUntil(lambda: results.model().rowCount() == count + 1, timeout=2000)
    assert results.currentIndex().data(HIT_ROLE) == hit and results.currentIndex().row() == 2


def test_a_deleted_conversation_is_not_opened_by_an_old_hit(talking: MainWindow, talks: list[int],
                                                            store: FakeStore) -> None:
    hit = next(hit for hit in store.search("soup") if hit.conversation_id == talks[1])
    talking.controller.shelf.delete(talks[1])
    talking.on_place_wanted(hit, "soup")
    assert talking.controller.conversation.id == talks[-1]
    assert talking.notice.isVisible() and "was deleted" in talking.notice.label.text()
    talking.on_submitted("Where am I?")
    assert len(store.path(talks[-1])) > len(store.path(talks[1]))


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

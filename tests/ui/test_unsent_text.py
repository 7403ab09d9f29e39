"""What was typed and not sent: drafts and edits come back, whatever is opened, imported or closed meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chatbot.core.errors import StorageError
from chatbot.core.messages import Role
from chatbot.settings import Settings
from chatbot.ui.main_window import MainWindow
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import (  # noqa: F401 - fixtures
    Chat, Heard, any_store, chat, engine, make_window, settings, store, talking, talks, texts, window)
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures

ENTER, ESCAPE, CTRL = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.KeyboardModifier.ControlModifier


def refuse(monkeypatch: pytest.MonkeyPatch, store: object, *names: str) -> None:
    """These methods of the store fail as on a bad disk."""
    def fail(*_values: object, **_named: object) -> None:
        raise StorageError("The disk failed.", code="io_error_test")

    for name in names:
        monkeypatch.setattr(store, name, fail)


# ---- drafts ----

def test_a_draft_is_stored_while_somebody_types_without_a_pause(chat: Chat, qtbot: object) -> None:
    conversation_id = chat.controller.conversation.id
    for number in range(1, 21):
        chat.controller.draft.keep("x" * number)
        qtbot.wait(40)
    assert chat.store.conversation(conversation_id).draft.startswith("xxx"), "800 ms without a pause"


def test_a_draft_that_the_store_refuses_is_tried_again(chat: Chat, qtbot: object,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    conversation_id = chat.controller.conversation.id
    problems = Heard(chat.controller.problem_raised)
    with monkeypatch.context() as broken:
        refuse(broken, chat.store, "set_draft")
        chat.controller.draft.keep("precious")
        chat.controller.draft.store()
        chat.controller.draft.store()
        assert not chat.controller.close()
    assert len(problems.values) == 1, "said once, not every second"
    qtbot.waitUntil(lambda: chat.store.conversation(conversation_id).draft == "precious", timeout=3000)
    assert chat.controller.close()


def test_a_draft_that_is_not_stored_yet_is_shown_all_the_same(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("Hello", "Hi")
    first = chat.controller.conversation.id
    chat.controller.new_conversation()
    opened = Heard(chat.controller.conversation_opened)
    with monkeypatch.context() as broken:
        refuse(broken, chat.store, "set_draft")
        chat.controller.draft.keep("in the empty one")
        chat.controller.open_conversation(first)
        chat.controller.draft.keep("in the first")
        chat.controller.new_conversation()
        assert opened.values[-1].draft == "", "the empty one is taken, so this is another"
        chat.controller.open_conversation(first)
        assert opened.values[-1].draft == "in the first"
    chat.controller.draft.store()
    assert {each.draft for each in chat.store.conversations()} == {"", "in the empty one", "in the first"}


@pytest.mark.parametrize("name", ["conversation", "path", "edit_drafts"])
def test_a_conversation_that_cannot_be_read_leaves_everything_as_it_was(
        chat: Chat, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    chat.say("Hello", "Hi")
    first = chat.controller.conversation.id
    chat.controller.draft.keep("of the first")
    chat.controller.new_conversation()
    second = chat.controller.conversation.id
    with monkeypatch.context() as broken:
        refuse(broken, chat.store, name)
        chat.controller.open_conversation(first)
    chat.controller.draft.keep("typed in the second")
    chat.controller.draft.store()
    assert chat.controller.conversation.id == second and chat.texts == []
    assert chat.store.conversation(first).draft == "of the first"
    assert chat.store.conversation(second).draft == "typed in the second"


def test_the_draft_of_an_erased_conversation_is_given_up(chat: Chat) -> None:
    chat.say("Hello", "Hi")
    gone = chat.controller.conversation.id
    chat.controller.draft.keep("too late")
    chat.store.delete(gone)
    chat.store.erase_deleted(gone)
    problems = Heard(chat.controller.problem_raised)
    assert chat.controller.draft.store() and problems.values == []


def test_an_example_leaves_alone_what_is_being_typed(window: MainWindow, store: FakeStore,
                                                     engine: FakeEngineHandle) -> None:
    QTest.keyClicks(window.composer.field, "Dear Wren, I")
    conversation_id = window.controller.conversation.id
    window.controller.draft.store()
    QTest.keyClicks(window.composer.field, " want")
    example = window.transcript.empty.suggestions[0]
    QTest.mouseClick(example, Qt.MouseButton.LeftButton)
    assert texts(window)[0] == example.text() and window.composer.text == "Dear Wren, I want"
    assert store.conversation(conversation_id).draft == "Dear Wren, I"
    engine.finish("Hello!")
    window.controller.draft.store()
    assert store.conversation(conversation_id).draft == "Dear Wren, I want"


def test_the_list_goes_on_showing_which_conversation_is_open(talking: MainWindow, talks: list[int],
                                                             monkeypatch: pytest.MonkeyPatch, store: FakeStore) -> None:
    view, model = talking.panel.view, talking.panel.model
    with monkeypatch.context() as broken:
        refuse(broken, store, "path")
        view.setCurrentIndex(model.index_of(talks[1]))
        view.clicked.emit(view.currentIndex())
    assert talking.controller.conversation.id == talks[-1] and view.currentIndex() == model.index_of(talks[-1])
    view.setCurrentIndex(model.index_of(talks[1]))
    view.clicked.emit(view.currentIndex())
    assert talking.controller.conversation.id == talks[1] and view.currentIndex() == model.index_of(talks[1])


# ---- edits ----

def edit(window: MainWindow, role: Role, text: str, number: int = -1) -> int:
    """Begin to edit the last (or another) message of ``role`` and type at its end; returns its id."""
    message = [row.message for row in window.controller.model.rows if row.message.role == role][number]
    window.message_commands.perform("edit", message.id)
    QTest.keyClicks(window.composer.field, text)
    return message.id


def leave_by_the_list(window: MainWindow, talks: list[int]) -> None:
    window.panel.view.clicked.emit(window.panel.model.index_of(talks[1]))


def leave_for_a_new_one(window: MainWindow, talks: list[int]) -> None:
    window.menus.actions["new_conversation"].trigger()


def leave_for_a_hit(window: MainWindow, talks: list[int]) -> None:
    hit = next(hit for hit in window.controller._store.search("soup") if hit.conversation_id == talks[1])
    window.on_place_wanted(hit, "soup")


@pytest.mark.parametrize("leave", [leave_by_the_list, leave_for_a_new_one, leave_for_a_hit])
def test_an_edit_goes_on_when_its_conversation_is_shown_again(
        talking: MainWindow, talks: list[int], engine: FakeEngineHandle,
        leave: Callable[[MainWindow, list[int]], None]) -> None:
    QTest.keyClicks(talking.composer.field, "a draft")
    edited_id = edit(talking, Role.USER, " changed")
    wanted = talking.composer.text
    leave(talking, talks)
    assert talking.controller.conversation.id != talks[-1]
    assert talking.composer.edited is None and not talking.composer.text.endswith("changed")
    talking.controller.open_conversation(talks[-1])
    assert talking.composer.edited.id == edited_id and talking.composer.text == wanted
    assert talking.composer.edit_bar.isVisible() and talking.transcript.view.delegate.edited_id == edited_id
    QTest.keyClick(talking.composer.field, ENTER, CTRL)
    assert texts(talking)[-2] == wanted and talking.composer.text == "a draft" and talking.composer.edited is None
    engine.finish("Yes.")
    leave(talking, talks)
    talking.controller.open_conversation(talks[-1])
    assert talking.composer.edited is None and talking.composer.text == "a draft", "it was sent"


def test_an_edit_is_there_after_a_restart(talking: MainWindow, talks: list[int], store: FakeStore,
                                          settings: Settings, qtbot: object) -> None:
    QTest.keyClicks(talking.composer.field, "a draft")
    edited_id = edit(talking, Role.BOT, " And so on.")
    wanted = talking.composer.text
    talking.close()
    again = make_window(qtbot, store, FakeEngineHandle(), settings)
    again.controller.open_conversation(talks[-1])
    assert (again.composer.edited.id, again.composer.text) == (edited_id, wanted)
    QTest.keyClick(again.composer.field, ESCAPE)
    assert again.composer.text == "a draft"
    again.close()
    assert store.edit_drafts(talks[-1]) == {}, "it was cancelled"


def test_an_edit_is_stored_while_it_is_typed(talking: MainWindow, talks: list[int], store: FakeStore,
                                             qtbot: object) -> None:
    edited_id = edit(talking, Role.USER, " changed")
    wanted = talking.composer.text
    qtbot.waitUntil(lambda: store.edit_drafts(talks[-1]) == {edited_id: wanted}, timeout=2000)
    assert store.conversation(talks[-1]).draft == ""


def test_editing_another_message_meanwhile_loses_nothing(talking: MainWindow, talks: list[int]) -> None:
    first_id = edit(talking, Role.USER, " first change", 0)
    first_text = talking.composer.text
    second_id = edit(talking, Role.USER, " second change")
    second_text = talking.composer.text
    assert first_id != second_id
    talking.message_commands.perform("edit", first_id)
    assert talking.composer.text == first_text
    talking.message_commands.perform("edit", second_id)
    assert talking.composer.text == second_text
    talking.controller.new_conversation()
    talking.controller.open_conversation(talks[-1])
    assert talking.composer.text in (first_text, second_text)
    QTest.keyClick(talking.composer.field, ESCAPE)
    talking.message_commands.perform("edit", first_id)
    assert talking.composer.text == first_text, "only the shown edit was cancelled"


def test_an_edit_that_changes_nothing_is_not_kept(talking: MainWindow, talks: list[int], store: FakeStore) -> None:
    edit(talking, Role.USER, "x")
    QTest.keyClick(talking.composer.field, Qt.Key.Key_Backspace)
    talking.controller.new_conversation()
    talking.controller.open_conversation(talks[-1])
    assert talking.composer.edited is None and store.edit_drafts(talks[-1]) == {}


def test_an_edit_that_the_store_refuses_comes_back_all_the_same(talking: MainWindow, talks: list[int],
                                                                store: FakeStore) -> None:
    edited_id = edit(talking, Role.USER, " changed")
    wanted = talking.composer.text
    store.is_full = True
    talking.controller.open_conversation(talks[1])
    talking.controller.open_conversation(talks[-1])
    assert (talking.composer.edited.id, talking.composer.text) == (edited_id, wanted)
    store.is_full = False
    talking.close()
    assert store.edit_drafts(talks[-1]) == {edited_id: wanted}


# ---- imports that end while somebody writes ----

@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"conversations": [{"title": "Imported", "messages": [["user", "From afar"]]}]}))
    return path


@pytest.mark.parametrize("is_edit", [False, True])
def test_an_import_does_not_take_the_conversation_away_from_somebody_who_writes(
        talking: MainWindow, talks: list[int], export: Path, is_edit: bool) -> None:
    if is_edit:
        edit(talking, Role.USER, "")  # as it was shown: also a look at it is not interrupted
    else:
        QTest.keyClicks(talking.composer.field, "I was just say")
    typed = talking.composer.text
    talking.commands.import_files([export])
    assert talking.controller.conversation.id == talks[-1] and talking.composer.text == typed
    assert (talking.composer.edited is not None) is is_edit
    assert "1 conversation(s) imported" in talking.notice.label.text()


def test_an_import_does_not_interrupt_an_input_method(talking: MainWindow, talks: list[int], export: Path) -> None:
    QApplication.sendEvent(talking.composer.field, QInputMethodEvent("ni hao", []))
    assert talking.composer.text == ""
    talking.commands.import_files([export])
    assert talking.controller.conversation.id == talks[-1]


def test_an_import_is_shown_to_somebody_who_does_not_write(talking: MainWindow, talks: list[int],
                                                           export: Path) -> None:
    talking.commands.import_files([export])
    assert talking.controller.conversation.id not in talks and texts(talking) == ["From afar"]

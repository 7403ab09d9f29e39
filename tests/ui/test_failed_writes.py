"""A full disk: replies that the store refuses are shown and stored later, and the window does not close silently."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus
from chatbot.ui.main_window import MainWindow
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore
from tests.ui.chat_parts import (  # noqa: F401 - fixtures
    Chat, Heard, any_store, chat, engine, settings, store, texts, window)
from tests.ui.plain_looks import plain_looks  # noqa: F401 - fixtures


@pytest.fixture
def unsaved(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """The store has "Half", and refused the end of the reply; it goes on refusing until ``monkeypatch.undo``."""
    def refused(*_values: object) -> None:
        raise StorageError("The disk is full.", code="disk_full_test")

    chat.say("Hello")
    chat.engine.write("Half")
    chat.store.update_text(chat.last.id, "Half")
    monkeypatch.setattr(chat.store, "end_reply", refused)
    chat.engine.finish(" and the other half")
    assert chat.stored()[-1].text == "Half"
    return chat


WHOLE = "Half and the other half"


def test_a_reply_that_is_not_stored_yet_is_shown_whole_after_coming_back(unsaved: Chat) -> None:
    first = unsaved.controller.conversation.id
    unsaved.controller.new_conversation()
    unsaved.controller.open_conversation(first)
    assert (unsaved.last.text, unsaved.last.status) == (WHOLE, MessageStatus.COMPLETE)
    assert unsaved.last.statistics is not None and not unsaved.controller.is_busy


def test_the_row_of_a_reply_that_is_stored_late_is_the_stored_one(unsaved: Chat, qtbot: object,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    finished = Heard(unsaved.controller.reply_finished)
    first = unsaved.controller.conversation.id
    unsaved.controller.new_conversation()
    unsaved.controller.open_conversation(first)
    changed = Heard(unsaved.controller.shelf.changed)
    monkeypatch.undo()
    qtbot.waitUntil(lambda: unsaved.stored()[-1].text == WHOLE, timeout=3000)
    assert unsaved.last == unsaved.stored()[-1] and len(changed.values) == 1
    assert finished.values == [], "it was announced when it ended"


def test_nothing_is_written_below_half_a_reply(unsaved: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = Heard(unsaved.controller.problem_raised)
    reply, asked = unsaved.last, unsaved.controller.model.row(0).message
    assert not unsaved.controller.send("And?")
    assert not unsaved.controller.edit(reply.id, "Other words")
    assert not unsaved.controller.edit(asked.id, "Hullo")
    unsaved.controller.continue_reply(reply.id)
    unsaved.controller.regenerate(reply.id)
    unsaved.controller.branch(reply.id)
    assert len(unsaved.stored()) == 2 and len(unsaved.engine.requests) == 1
    assert len(unsaved.store.conversations()) == 1
    assert {problem.code for problem in problems.values} == {"disk_full_test"}
    monkeypatch.undo()
    unsaved.controller.continue_reply(reply.id)
    assert unsaved.engine.requests[-1].written == WHOLE, "there is room again, so the whole reply goes on"
    unsaved.engine.finish(" and more")
    assert unsaved.stored()[-1].text == f"{WHOLE} and more"


def test_closing_tries_once_more(unsaved: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not unsaved.controller.close()
    monkeypatch.undo()
    assert unsaved.controller.close()
    assert (unsaved.stored()[-1].text, unsaved.stored()[-1].status) == (WHOLE, MessageStatus.COMPLETE)


def test_the_reply_of_an_erased_conversation_is_given_up(chat: Chat) -> None:
    chat.say("Hello")
    chat.engine.write("Half")
    gone = chat.controller.conversation.id
    chat.controller.shelf.delete(gone)
    chat.controller.shelf.erase([gone])
    problems = Heard(chat.controller.problem_raised)
    chat.controller.replies._on_save_time()
    chat.engine.finish_stopped()
    assert chat.controller.close() and problems.values == []
    assert not chat.controller.replies._save_timer.isActive(), "not tried again for ever"


def test_a_reply_whose_conversation_is_erased_while_it_waits_is_given_up(unsaved: Chat, qtbot: object,
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    gone = unsaved.controller.conversation.id
    unsaved.controller.new_conversation()
    unsaved.store.delete(gone)
    unsaved.store.erase_deleted(gone)
    monkeypatch.undo()
    qtbot.waitUntil(lambda: not unsaved.controller.replies._save_timer.isActive(), timeout=3000)
    assert unsaved.controller.close()


# ---- closing the window ----

def type_on_a_full_disk(window: MainWindow, store: FakeStore) -> int:
    QTest.keyClicks(window.composer.field, "Precious")
    store.is_full = True
    return window.controller.conversation.id


def test_the_window_stays_open_once_if_words_cannot_be_stored(window: MainWindow, store: FakeStore,
                                                              expected_log: object) -> None:
    expected_log.expect("not everything could be stored")
    type_on_a_full_disk(window, store)
    assert not window.close() and window.isVisible()
    assert "stays open" in window.notice.label.text() and window.notice.isVisible()
    assert "Free some space" in window.notice.label.text() and window.composer.text == "Precious"
    assert window.close() and not window.isVisible(), "the second time it closes in any case"


def test_a_reply_too_keeps_the_window_open(window: MainWindow, store: FakeStore, engine: FakeEngineHandle) -> None:
    window.on_submitted("Hello")
    engine.write("Half a reply")
    store.is_full = True
    assert not window.close()
    store.is_full = False
    assert window.close()
    assert store.path(window.controller.conversation.id)[-1].text == "Half a reply"


def test_words_are_stored_as_soon_as_there_is_room_again(window: MainWindow, store: FakeStore, qtbot: object,
                                                         expected_log: object) -> None:
    expected_log.expect("not everything could be stored")
    conversation_id = type_on_a_full_disk(window, store)
    assert not window.close()
    store.is_full = False
    qtbot.waitUntil(lambda: store.conversation(conversation_id).draft == "Precious", timeout=3000)
    window.on_submitted("And on it goes")
    QTest.keyClicks(window.composer.field, "More")
    store.is_full = True
    assert not window.close(), "another loss, another warning"
    assert window.close()


def test_the_end_of_the_system_is_not_held_up(window: MainWindow, store: FakeStore, expected_log: object) -> None:
    expected_log.expect("not everything could be stored")
    type_on_a_full_disk(window, store)
    window.close_anyway()
    assert not window.isVisible()


def test_a_full_disk_is_no_reason_to_lose_the_row(window: MainWindow, store: FakeStore, engine: FakeEngineHandle,
                                                  qtbot: object) -> None:
    window.on_submitted("Hello")
    first = window.controller.conversation.id
    engine.write("All ")
    window.controller.new_conversation()
    store.is_full = True
    engine.finish("of it")
    window.controller.open_conversation(first)
    assert texts(window) == ["Hello", "All of it"] and not window.controller.model.rows[-1].is_writing
    store.is_full = False
    qtbot.waitUntil(lambda: store.path(first)[-1].text == "All of it", timeout=3000)
    assert window.controller.model.rows[-1].message.status == MessageStatus.COMPLETE

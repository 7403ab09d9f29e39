"""Replies that stream, edits and marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import MessageStatus, Role
from chatbot.storage import conversations
from chatbot.storage.failures import disk_full
from chatbot.storage.opening import open_reader
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, STATISTICS, exchange, say, shown


def test_an_exchange_begins_with_an_empty_reply_and_no_draft(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    store.set_draft(made.id, "Hello")
    own, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    assert (own.role, own.text, own.status, own.model_id) == (Role.USER, "Hello", MessageStatus.COMPLETE, None)
    assert (reply.role, reply.text, reply.status, reply.model_id) == (Role.BOT, "", MessageStatus.WRITING, MODEL)
    assert reply.parent_id == own.id
    after = store.conversation(made.id)
    assert (after.draft, after.head_id, after.title) == ("", reply.id, "Hello")


def test_a_refused_exchange_keeps_the_draft(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    store.set_draft(made.id, "Hello")
    with pytest.raises(StorageError):
        store.begin_exchange(made.id, 55, "Hello", MODEL)
    assert store.conversation(made.id).draft == "Hello"
    assert shown(store, made.id) == []


def test_an_edit_or_an_example_leaves_the_draft_alone(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    store.set_draft(made.id, "half a thought")
    store.begin_exchange(made.id, None, "Hello", MODEL, keeps_draft=True)
    assert store.conversation(made.id).draft == "half a thought"


def test_an_exchange_and_a_reply_may_begin_where_the_memory_starts(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own, reply = store.begin_exchange(made.id, None, "Hello", MODEL, forgets_before=True)
    assert own.forgets_before and not reply.forgets_before
    again = store.add_message(made.id, own.id, Role.BOT, "", forgets_before=True)
    assert again.forgets_before and [m.forgets_before for m in store.path(made.id)] == [True, True]


@pytest.mark.parametrize("broken", ["set_value", "give_automatic_title"])
def test_an_exchange_that_fails_inside_changes_nothing(store: SqliteChatStore, monkeypatch: pytest.MonkeyPatch,
                                                       broken: str) -> None:
    made = store.create_conversation()
    store.set_draft(made.id, "half a thought")
    before = store._db.execute("SELECT * FROM conversation").fetchall()

    def fail(*_values: object, **_named: object) -> None:
        raise disk_full(Path("chats.db"))

    monkeypatch.setattr(conversations, broken, fail)
    with pytest.raises(StorageError):
        store.begin_exchange(made.id, None, "Hello", MODEL, forgets_before=True)
    assert store._db.execute("SELECT * FROM conversation").fetchall() == before
    assert store._db.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_what_is_written_into_a_deleted_conversation_brings_it_back(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own, reply = exchange(store, made.id, "Hello", "Good day")
    store.delete(made.id)
    store.end_reply(reply.id, "Good day to you", MessageStatus.COMPLETE, None, [], MODEL)
    assert store.conversations() == [], "a reply that was on its way when it was deleted"
    store.begin_exchange(made.id, reply.id, "And?", MODEL)
    assert [each.id for each in store.conversations()] == [made.id]
    assert store.deleted_conversations() == [] and store.purge_deleted(0) == 0


def test_streamed_text_is_in_the_file_at_once(store: SqliteChatStore, database: Path) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    reader = open_reader(database)
    for text in ("Go", "Good", "Good day\0\ud800"):
        store.update_text(reply.id, text)
    assert reader.message(reply.id).text == "Good day\ufffd"
    assert reader.message(reply.id).status == MessageStatus.WRITING
    reader.close()


def test_a_finished_reply_has_text_statistics_and_states(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own, reply = exchange(store, made.id, "Hello", "Good day", b"s")
    assert (reply.text, reply.status, reply.statistics, reply.model_id) == (
        "Good day", MessageStatus.COMPLETE, STATISTICS, MODEL)
    assert store.message(reply.id) == reply
    assert store.nearest_state(reply.id, MODEL) == (b"s answered", [])
    assert store.nearest_state(own.id, MODEL) == (b"s asked", [])


@pytest.mark.parametrize("status", [MessageStatus.STOPPED, MessageStatus.FAILED])
def test_a_reply_that_did_not_end_well_keeps_its_text(store: SqliteChatStore, status: MessageStatus) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    ended = store.end_reply(reply.id, "Good", status, None, [], MODEL)
    assert (ended.text, ended.status, ended.statistics) == ("Good", status, None)


def test_a_failed_end_changes_nothing(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "Hello", MODEL)
    store.update_text(reply.id, "Go")
    with pytest.raises(StorageError):
        store.end_reply(reply.id, "Good", MessageStatus.COMPLETE, None, [(reply.id, b"x"), (999, b"y")], MODEL)
    kept = store.message(reply.id)
    assert (kept.text, kept.status) == ("Go", MessageStatus.WRITING)
    assert store.nearest_state(reply.id, MODEL)[0] is None


def test_a_continued_reply_is_being_written_again_without_its_old_state(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own, reply = exchange(store, made.id, "Hello", "Good", b"s")
    store.update_text(reply.id, "Good day")
    assert store.message(reply.id).status == MessageStatus.WRITING
    assert store.nearest_state(reply.id, MODEL) == (b"s asked", [store.message(reply.id)])
    store.end_reply(reply.id, "Good day to you", MessageStatus.COMPLETE, None, [(reply.id, b"new")], MODEL)
    assert store.nearest_state(reply.id, MODEL) == (b"new", [])


def test_editing_a_reply_adds_a_version(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own, reply = exchange(store, made.id, "Hello", "Good day")
    edited = store.edit_bot_message(reply.id, "Good evening")
    assert (edited.text, edited.is_edited, edited.version, edited.version_count) == ("Good evening", True, 2, 2)
    assert (edited.parent_id, edited.model_id, edited.statistics) == (own.id, MODEL, None)
    assert shown(store, made.id) == ["Hello", "Good evening"]
    assert store.message(reply.id).text == "Good day"
    assert store.nearest_state(edited.id, MODEL)[1] == [edited]


def test_an_edited_reply_keeps_where_the_memory_starts(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own, reply = exchange(store, made.id, "Hello", "Good day")
    store.set_forgets_before(reply.id, True)
    assert store.edit_bot_message(reply.id, "Good evening").forgets_before


def test_own_messages_are_not_edited_in_place(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    own = say(store, made.id, "Hello")[0]
    with pytest.raises(StorageError, match="Only a message of the bot"):
        store.edit_bot_message(own.id, "Goodbye")
    assert len(store.versions(own.id)) == 1


@pytest.mark.parametrize("rating", [-1, 0, 1])
def test_ratings_are_kept(store: SqliteChatStore, rating: int) -> None:
    made = store.create_conversation()
    own = say(store, made.id, "Hello")[0]
    store.set_rating(own.id, 1)
    store.set_rating(own.id, rating)
    assert store.message(own.id).rating == rating


@pytest.mark.parametrize("rating", [2, -2, 0.5, None, "1"])
def test_other_ratings_are_refused(store: SqliteChatStore, rating: object) -> None:
    made = store.create_conversation()
    own = say(store, made.id, "Hello")[0]
    with pytest.raises(StorageError, match="A rating is"):
        store.set_rating(own.id, rating)
    assert store.message(own.id).rating == 0


def test_forgetting_from_here_is_a_mark_that_can_be_taken_back(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "a", "b", "c")
    store.set_forgets_before(chain[1].id, True)
    assert [m.forgets_before for m in store.path(made.id)] == [False, True, False]
    assert shown(store, made.id) == ["a", "b", "c"]
    store.set_forgets_before(chain[1].id, False)
    assert not store.message(chain[1].id).forgets_before

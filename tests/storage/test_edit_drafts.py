"""Texts of edits that were not sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import say


def test_they_are_kept_per_message_the_latest_changed_last(store: SqliteChatStore, database: Path) -> None:
    made, other = store.create_conversation(), store.create_conversation()
    first, second, third = say(store, made.id, "a", "b", "c")
    elsewhere = say(store, other.id, "d")[0]
    for message, text in ((first, "a1"), (third, "c1"), (elsewhere, "d1"), (second, "b\ud8001\0"), (first, "a2")):
        store.set_edit_draft(message.id, text)
    assert list(store.edit_drafts(made.id).items()) == [(third.id, "c1"), (second.id, "b\ufffd1"), (first.id, "a2")]
    assert store.edit_drafts(other.id) == {elsewhere.id: "d1"}
    store.set_edit_draft(third.id, "")
    store.close()
    again, _ = open_store(database)
    assert list(again.edit_drafts(made.id).items()) == [(second.id, "b\ufffd1"), (first.id, "a2")]
    assert [message.text for message in again.path(made.id)] == ["a", "b", "c"], "an edit draft is no message"
    again.close()


def test_they_change_nothing_else(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    first = say(store, made.id, "heron")[0]
    store.save_state(first.id, "m", b"state")
    before = store.conversation(made.id), store.path(made.id)
    store.set_edit_draft(first.id, "kingfisher")
    assert (store.conversation(made.id), store.path(made.id)) == before
    assert store.search("kingfisher") == [] and store.nearest_state(first.id, "m") == (b"state", [])


def test_a_message_that_is_not_there_has_none(store: SqliteChatStore) -> None:
    with pytest.raises(StorageError) as caught:
        store.set_edit_draft(99, "x")
    assert caught.value.code == "not_found"
    assert store.edit_drafts(99) == {}


def test_they_are_erased_with_their_conversation(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    store.set_edit_draft(say(store, made.id, "a")[0].id, "a1")
    store.delete(made.id)
    assert len(store.edit_drafts(made.id)) == 1, "it can be brought back"
    store.erase_deleted(made.id)
    assert store._db.execute("SELECT count(*) FROM edit_draft").fetchone() == (0,)

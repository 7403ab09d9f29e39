"""Listing, naming, marking and deleting conversations."""

from __future__ import annotations

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import Role
from chatbot.storage.store import SqliteChatStore
from tests.storage.conftest import Clock
from tests.storage.trees import exchange, say, shown


def test_a_new_conversation_is_empty_and_unnamed(store: SqliteChatStore) -> None:
    made = store.create_conversation(model_id="wren-en-s")
    assert store.conversation(made.id) == made
    assert (made.title, made.is_title_automatic, made.head_id, made.message_count) == ("", True, None, 0)
    assert made.model_id == "wren-en-s"
    assert store.path(made.id) == []


def test_the_first_words_become_the_title(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, "My cat is called Miso and she sleeps", "Nice.", "A later message")
    assert store.conversation(made.id).title == "My cat is called Miso and…"


def test_the_title_follows_an_edited_first_message_until_the_user_names_it(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    store.add_message(made.id, None, Role.USER, "First try")
    store.add_message(made.id, None, Role.USER, "Second try")
    assert store.conversation(made.id).title == "Second try"
    store.rename(made.id, "My own")
    store.add_message(made.id, None, Role.USER, "Third try")
    renamed = store.conversation(made.id)
    assert (renamed.title, renamed.is_title_automatic) == ("My own", False)


def test_an_empty_name_brings_the_automatic_title_back(store: SqliteChatStore) -> None:
    made = store.create_conversation("Named at once")
    assert not made.is_title_automatic
    say(store, made.id, "Hello there")
    assert store.conversation(made.id).title == "Named at once"
    store.rename(made.id, "  ")
    back = store.conversation(made.id)
    assert (back.title, back.is_title_automatic) == ("Hello there", True)


def test_invisible_first_messages_leave_the_title_to_the_next(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, " \u200b\n ", "Hm?", "Real words")
    assert store.conversation(made.id).title == "Real words"


def test_pinned_first_then_latest_changed(store: SqliteChatStore) -> None:
    old, middle, new = (store.create_conversation(name).id for name in ("old", "middle", "new"))
    assert [c.title for c in store.conversations()] == ["new", "middle", "old"]
    say(store, middle, "hello")
    store.set_pinned(old, True)
    assert [c.title for c in store.conversations()] == ["old", "middle", "new"]
    store.rename(new, "renamed")  # a new name does not move it
    store.set_draft(new, "typing")
    assert [c.title for c in store.conversations()] == ["old", "middle", "renamed"]
    store.set_pinned(old, False)
    assert [c.title for c in store.conversations()] == ["middle", "renamed", "old"]


def test_a_clock_set_back_does_not_move_a_conversation_down(store: SqliteChatStore, clock: Clock) -> None:
    first = store.create_conversation("first")
    clock.now -= 5000
    store.create_conversation("second")
    say(store, first.id, "hello")
    assert store.conversation(first.id).updated_at == first.updated_at


def test_message_count_is_the_length_of_the_shown_path(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "a", "b", "c", "d")
    assert store.conversation(made.id).message_count == 4
    store.add_message(made.id, chain[0].id, Role.BOT, "b again")
    assert store.conversation(made.id).message_count == 2


def test_settings_of_a_conversation_are_kept(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    store.set_model(made.id, "mine")
    store.set_sampling(made.id, '{"temperature": 0.2}')
    store.set_draft(made.id, "half a thou\ud800ght\0")
    kept = store.conversation(made.id)
    assert (kept.model_id, kept.sampling_json, kept.draft) == ("mine", '{"temperature": 0.2}', "half a thou\ufffdght")
    store.set_model(made.id, None)
    store.set_sampling(made.id, None)
    assert (store.conversation(made.id).model_id, store.conversation(made.id).sampling_json) == (None, None)


@pytest.mark.parametrize("text", ["", "no json", "[1]", "7", "[" * 100_000])
def test_sampling_that_is_no_json_object_is_refused(store: SqliteChatStore, text: str) -> None:
    made = store.create_conversation()
    with pytest.raises(StorageError) as caught:
        store.set_sampling(made.id, text)
    assert caught.value.code == "bad_value"
    assert store.conversation(made.id).sampling_json is None


def test_deleting_hides_and_undoing_shows_everything_again(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, "remember the heron", "I will")
    store.delete(made.id)
    assert store.conversations() == []
    assert store.search("heron") == []
    store.undelete(made.id)
    assert shown(store, made.id) == ["remember the heron", "I will"]
    assert len(store.search("heron")) == 1


def test_shown_chats_are_the_shown_paths_of_what_is_not_deleted(store: SqliteChatStore) -> None:
    first, second, third = (store.create_conversation(title) for title in ("a", "b", "c"))
    chain = say(store, first.id, "hello", "there", "and on")
    store.edit_bot_message(chain[1].id, "others")
    say(store, second.id, "deleted")
    store.delete(second.id)
    found = list(store.shown_chats())
    assert [(chat.conversation.title, [m.text for m in chat.messages], chat.hidden_count) for chat in found] == [
        ("a", ["hello", "others"], 2), ("c", [], 0)]
    assert found[0].messages[1].version_count == 2 and found[0].messages[1].is_edited


def test_purging_erases_only_what_was_deleted_long_ago(store: SqliteChatStore, clock: Clock) -> None:
    kept, recent, old = (store.create_conversation(name).id for name in ("kept", "recent", "old"))
    for number in (kept, recent, old):
        chain = say(store, number, "the heron", "flies")
        store.save_state(chain[-1].id, "m", b"state")
    store.delete(old)
    clock.now += 10_000
    store.delete(recent)
    assert store.purge_deleted(5_000) == 1
    with pytest.raises(StorageError):
        store.conversation(old)
    assert store._db.execute("SELECT count(*) FROM message WHERE conversation_id = ?", (old,)).fetchone() == (0,)
    assert store._db.execute("SELECT count(*) FROM state").fetchone() == (2,)
    store.undelete(recent)
    assert sorted(hit.conversation_title for hit in store.search("heron")) == ["kept", "recent"]


def test_purging_a_chain_of_thousands_works(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, *["x"] * 2500)
    store.delete(made.id)
    assert store.purge_deleted(0) == 1
    assert store._db.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_deleted_ones_are_listed_the_latest_first_with_their_moments(store: SqliteChatStore, clock: Clock) -> None:
    first, second, third = (store.create_conversation(name).id for name in ("first", "second", "third"))
    store.create_conversation("kept")
    moments = {}
    for number in (second, first, third):
        store.delete(number)
        moments[number] = clock.now
    found = store.deleted_conversations()
    assert [(each.conversation.title, each.deleted_at) for each in found] == [
        ("third", moments[third]), ("first", moments[first]), ("second", moments[second])]
    assert [each.conversation for each in found] == [store.conversation(number) for number in (third, first, second)]
    store.undelete(first)
    assert [each.conversation.title for each in store.deleted_conversations()] == ["third", "second"]


def test_those_of_one_moment_are_listed_the_newest_first(store: SqliteChatStore) -> None:
    names = ("older", "newer")
    for number in [store.create_conversation(name).id for name in names]:
        store._clock = lambda: 1_700_000_000.0
        store.delete(number)
    assert [each.conversation.title for each in store.deleted_conversations()] == ["newer", "older"]


def test_erasing_a_deleted_one_leaves_nothing_of_it_and_all_of_the_others(store: SqliteChatStore) -> None:
    kept, gone = (store.create_conversation(name).id for name in ("kept", "gone"))
    for number in (kept, gone):
        exchange(store, number, "the heron", "flies")
        store.delete(number)
    store.erase_deleted(gone)
    with pytest.raises(StorageError, match=f"no conversation with the number {gone}"):
        store.conversation(gone)
    for query in ("SELECT DISTINCT conversation_id FROM message",
                  "SELECT DISTINCT m.conversation_id FROM state s JOIN message m ON m.id = s.message_id"):
        assert store._db.execute(query).fetchall() == [(kept,)]
    assert store._db.execute("SELECT count(*) FROM state").fetchone() == (2,)
    found = store._db.execute("SELECT rowid FROM message_search WHERE message_search MATCH 'heron'").fetchall()
    assert found == [(store.path(kept)[0].id,)]
    assert [each.conversation.id for each in store.deleted_conversations()] == [kept]
    store.undelete(kept)
    assert [hit.conversation_title for hit in store.search("heron")] == ["kept"]


def test_a_long_deleted_conversation_with_versions_is_erased(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, *["x"] * 2500)
    store.edit_bot_message(chain[1].id, "y")
    store.delete(made.id)
    store.erase_deleted(made.id)
    assert store._db.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_only_what_is_deleted_can_be_erased(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, "hello")
    back = store.create_conversation()
    store.delete(back.id)
    store.undelete(back.id)
    for number in (made.id, back.id, 99):
        with pytest.raises(StorageError, match=f"no deleted conversation with the number {number}") as caught:
            store.erase_deleted(number)
        assert caught.value.code == "not_found"
        assert caught.value.details == {"kind": "deleted conversation", "id": number}
    assert shown(store, made.id) == ["hello"] and len(store.conversations()) == 2


def test_unknown_numbers_are_named(store: SqliteChatStore) -> None:
    calls = (lambda: store.conversation(99), lambda: store.rename(99, "x"), lambda: store.set_pinned(99, True),
             lambda: store.set_model(99, "m"), lambda: store.set_sampling(99, "{}"), lambda: store.set_draft(99, "x"),
             lambda: store.delete(99), lambda: store.undelete(99), lambda: store.path(99),
             lambda: store.add_message(99, None, Role.USER, "x"), lambda: store.begin_exchange(99, None, "x", "m"))
    for call in calls:
        with pytest.raises(StorageError, match="no conversation with the number 99") as caught:
            call()
        assert caught.value.code == "not_found"
        assert caught.value.details == {"kind": "conversation", "id": 99}

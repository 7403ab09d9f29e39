"""The shown path, paging, versions, and which branch is shown."""

from __future__ import annotations

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import Role
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import say, shown


def test_the_path_is_the_chain_to_the_head(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "a", "b", "c")
    path = store.path(made.id)
    assert path == chain
    assert [m.parent_id for m in path] == [None, chain[0].id, chain[1].id]
    assert store.conversation(made.id).head_id == chain[-1].id


def test_paging_upwards_gives_every_message_once(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, *[str(n) for n in range(23)])
    pages = [store.path(made.id, limit=5)]
    while pages[0]:
        pages.insert(0, store.path(made.id, limit=5, before_id=pages[0][0].id))
    assert [m.text for page in pages for m in page] == [str(n) for n in range(23)]
    assert [len(page) for page in pages] == [0, 3, 5, 5, 5, 5]
    assert store.path(made.id, limit=0) == []
    assert len(store.path(made.id, limit=1000)) == 23


def test_paging_downwards_gives_every_message_once(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, *[str(n) for n in range(12)])
    store.add_message(made.id, chain[5].id, Role.USER, "hidden version")
    store.select_version(chain[11].id)
    texts, last_id = ["0"], chain[0].id
    while page := store.path(made.id, limit=5, after_id=last_id):
        assert len(page) <= 5
        texts += [message.text for message in page]
        last_id = page[-1].id
    assert texts == [str(n) for n in range(12)]
    assert store.path(made.id, limit=5, after_id=chain[11].id) == []
    assert [m.text for m in store.path(made.id, after_id=chain[8].id)] == ["9", "10", "11"]


def test_paging_before_a_message_elsewhere_is_refused(store: SqliteChatStore) -> None:
    here, there = store.create_conversation(), store.create_conversation()
    say(store, here.id, "a")
    other = say(store, there.id, "b")[0]
    with pytest.raises(StorageError, match="another conversation"):
        store.path(here.id, before_id=other.id)
    with pytest.raises(StorageError, match="another conversation"):
        store.path(here.id, after_id=other.id)


def test_regenerating_keeps_the_old_version(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    asked, first = say(store, made.id, "question", "first answer")
    second = store.add_message(made.id, asked.id, Role.BOT, "second answer")
    third = store.add_message(made.id, asked.id, Role.BOT, "third answer")
    assert shown(store, made.id) == ["question", "third answer"]
    assert (third.version, third.version_count) == (3, 3)
    assert [(m.text, m.version, m.version_count) for m in store.versions(first.id)] == [
        ("first answer", 1, 3), ("second answer", 2, 3), ("third answer", 3, 3)]
    store.select_version(second.id)
    assert shown(store, made.id) == ["question", "second answer"]
    assert store.path(made.id)[1].version == 2


def test_first_messages_have_versions_too(store: SqliteChatStore) -> None:
    made, other = store.create_conversation(), store.create_conversation()
    say(store, made.id, "hello", "hi", "bye")
    say(store, other.id, "not a version")
    edited = store.add_message(made.id, None, Role.USER, "hello edited")
    assert (edited.version, edited.version_count) == (2, 2)
    assert shown(store, made.id) == ["hello edited"]
    assert [m.text for m in store.versions(edited.id)] == ["hello", "hello edited"]


def test_children_of_the_other_role_are_no_versions(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    asked, answer = say(store, made.id, "a", "b")
    store.add_message(made.id, asked.id, Role.USER, "one more thing")
    assert [m.text for m in store.versions(answer.id)] == ["b"]


def test_going_back_to_a_version_shows_what_was_last_shown_below_it(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    a, b, c, d = say(store, made.id, "a", "b", "c", "d")
    d2 = store.add_message(made.id, c.id, Role.BOT, "d2")
    store.select_version(d.id)
    b2, *_ = store.add_message(made.id, a.id, Role.BOT, "b2"), *say(store, made.id, "e", "f", parent_id=None)
    assert shown(store, made.id) == ["e", "f"]
    store.select_version(a.id)
    assert shown(store, made.id) == ["a", "b2"]
    store.select_version(b.id)
    assert shown(store, made.id) == ["a", "b", "c", "d"]
    store.select_version(d2.id)
    store.select_version(b2.id)
    store.select_version(b.id)
    assert shown(store, made.id) == ["a", "b", "c", "d2"]


def test_jumping_to_a_hidden_message_shows_the_path_through_it(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "a", "b", "c", "d", "e")
    store.add_message(made.id, None, Role.USER, "another start")
    store.select_version(chain[2].id)
    assert shown(store, made.id) == ["a", "b", "c", "d", "e"]


def test_selecting_what_is_shown_changes_nothing(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "a", "b", "c")
    for message in chain:
        store.select_version(message.id)
        assert shown(store, made.id) == ["a", "b", "c"]


def test_a_parent_in_another_conversation_is_refused(store: SqliteChatStore) -> None:
    here, there = store.create_conversation(), store.create_conversation()
    parent = say(store, there.id, "a")[0]
    with pytest.raises(StorageError) as caught:
        store.add_message(here.id, parent.id, Role.BOT, "b")
    assert caught.value.code == "bad_value"
    assert shown(store, here.id) == []


def test_unknown_messages_are_named(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    calls = (lambda: store.message(77), lambda: store.versions(77), lambda: store.select_version(77),
             lambda: store.add_message(made.id, 77, Role.USER, "x"), lambda: store.path(made.id, before_id=77),
             lambda: store.update_text(77, "x"), lambda: store.edit_bot_message(77, "x"), lambda: store.branch(77),
             lambda: store.set_rating(77, 1), lambda: store.set_forgets_before(77, True),
             lambda: store.nearest_state(77, "m"), lambda: store.save_state(77, "m", b""),
             lambda: store.end_reply(77, "x", "complete", None, [], "m"))
    for call in calls:
        with pytest.raises(StorageError, match="no message with the number 77"):
            call()


def test_a_page_of_a_long_conversation_needs_few_steps(store: SqliteChatStore) -> None:
    """Counted in steps of SQLite's machine, which do not depend on how busy the computer is."""
    made = store.create_conversation()
    steps = []
    for size in (500, 4000):
        say(store, made.id, *["x"] * size, parent_id=store.conversation(made.id).head_id)
        count = 0

        def tick() -> int:
            nonlocal count
            count += 1
            return 0

        store._db.set_progress_handler(tick, 10)
        store.path(made.id, limit=100)
        store._db.set_progress_handler(None, 0)
        steps.append(count)
    assert steps[1] < steps[0] * 1.3

"""Which states are kept, found and forgotten."""

from __future__ import annotations

from itertools import pairwise

from chatbot.core.messages import MessageStatus, Role
from chatbot.storage import states
from chatbot.storage.connection import transaction
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, exchange, say


def kept_depths(store: SqliteChatStore, model_id: str = MODEL) -> list[int]:
    rows = store._db.execute("SELECT m.depth FROM state s JOIN message m ON m.id = s.message_id WHERE s.model_id = ? "
                             "ORDER BY m.depth", (model_id,))
    return [depth for (depth,) in rows]


def test_the_nearest_state_comes_with_the_messages_after_it(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    a, b, c, d = say(store, made.id, "a", "b", "c", "d")
    assert store.nearest_state(d.id, MODEL) == (None, [a, b, c, d])
    store.save_state(b.id, MODEL, b"after b")
    assert store.nearest_state(d.id, MODEL) == (b"after b", [c, d])
    assert store.nearest_state(b.id, MODEL) == (b"after b", [])
    assert store.nearest_state(a.id, MODEL) == (None, [a])
    assert store.nearest_state(d.id, "another model") == (None, [a, b, c, d])
    assert store.nearest_state(None, MODEL) == (None, [])


def test_states_of_other_branches_are_not_used(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    a, b = say(store, made.id, "a", "b")
    store.save_state(b.id, MODEL, b"after b")
    b2 = store.add_message(made.id, a.id, Role.BOT, "b2")
    assert store.nearest_state(b2.id, MODEL) == (None, [a, b2])


def test_a_message_that_forgets_ends_the_way_up(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    a, b, c, d = say(store, made.id, "a", "b", "c", "d")
    store.save_state(a.id, MODEL, b"after a")
    store.set_forgets_before(c.id, True)
    c = store.message(c.id)
    assert store.nearest_state(d.id, MODEL) == (None, [c, d])
    assert store.nearest_state(b.id, MODEL) == (b"after a", [b])
    store.save_state(c.id, MODEL, b"after c alone")
    assert store.nearest_state(d.id, MODEL) == (b"after c alone", [d])


def test_states_made_with_another_memory_are_forgotten(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    for number in range(3):
        exchange(store, made.id, f"asked {number}", f"answered {number}", str(number).encode())
    path = store.path(made.id)
    for forgets in (True, False):
        store.save_state(path[5].id, MODEL, b"stale")
        store.set_forgets_before(path[2].id, forgets)
        state, rest = store.nearest_state(path[5].id, MODEL)
        assert state == (None if forgets else b"0 answered")
        assert [m.id for m in rest] == [m.id for m in path[2:]]


def test_a_state_is_replaced_not_doubled(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    (a,) = say(store, made.id, "a")
    store.save_state(a.id, MODEL, b"one")
    store.save_state(a.id, MODEL, b"two")
    store.save_state(a.id, "other", b"three")
    assert store.nearest_state(a.id, MODEL) == (b"two", [])
    assert store.nearest_state(a.id, "other") == (b"three", [])
    assert store.forget_states(MODEL) == 1
    assert store.nearest_state(a.id, MODEL) == (None, [a])
    assert store.nearest_state(a.id, "other") == (b"three", [])


def test_long_conversations_keep_the_newest_and_one_in_sixteen(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    for number in range(120):
        exchange(store, made.id, f"asked {number}", "answered")
    depths = kept_depths(store)
    newest = 239
    assert depths[-64:] == list(range(newest - 63, newest + 1))
    older = depths[:-64]
    assert older[0] == 0
    assert [below - above for above, below in pairwise(older)] == [16] * (len(older) - 1)
    assert len(older) == 11


def test_thinning_works_for_states_of_replies_only(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    for _ in range(100):
        _, reply = store.begin_exchange(made.id, store.conversation(made.id).head_id, "asked", MODEL)
        store.end_reply(reply.id, "answered", MessageStatus.COMPLETE, None, [(reply.id, b"s")], MODEL)
    depths = kept_depths(store)
    older = [depth for depth in depths if depth <= 199 - 64]
    assert all(depth % 2 for depth in depths)
    assert [below - above for above, below in pairwise(older)] == [16] * (len(older) - 1)
    assert len(depths) - len(older) == 32


def test_a_reread_conversation_keeps_no_more_than_a_chatted_one(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, *["x"] * 300)
    reply = store.add_message(made.id, store.add_message(made.id, chain[-1].id, Role.USER, "q").id, Role.BOT, "",
                              status=MessageStatus.WRITING)
    all_states = [(message.id, b"s") for message in store.path(made.id)]
    store.end_reply(reply.id, "answered", MessageStatus.COMPLETE, None, all_states, MODEL)
    depths = kept_depths(store)
    assert depths[-64:] == list(range(302 - 64, 302))
    assert depths[:-64] == list(range(0, 302 - 64, 16))


def test_other_branches_keep_their_newest_states(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    for _ in range(10):
        exchange(store, made.id, "asked", "answered", b"first")
    leaf = store.conversation(made.id).head_id
    store.add_message(made.id, None, Role.USER, "another start")
    for _ in range(100):
        exchange(store, made.id, "asked", "answered", b"second")
    assert store.nearest_state(leaf, MODEL) == (b"first answered", [])


def test_old_conversations_keep_their_newest_state(store: SqliteChatStore) -> None:
    old, new = store.create_conversation(), store.create_conversation()
    for made in (old, new):
        for _ in range(3):
            exchange(store, made.id, "asked", "answered", str(made.id).encode())
    with transaction(store._db):
        assert states.forget_old_conversations(store._db, 1) == 5
        assert states.forget_old_conversations(store._db, 1) == 0
    for made, missing in ((old, 1), (new, 0)):
        head_id = store.conversation(made.id).head_id
        assert store.nearest_state(head_id, MODEL) == (f"{made.id} answered".encode(), [])
        parent_id = store.message(head_id).parent_id
        assert (store.nearest_state(parent_id, MODEL)[0] is None) == bool(missing)

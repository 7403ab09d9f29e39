"""Branching copies a path and leaves the original alone."""

from __future__ import annotations

from dataclasses import replace

from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, exchange, say, shown


def test_a_branch_has_texts_states_and_statistics(store: SqliteChatStore) -> None:
    made = store.create_conversation("Trip", model_id="wren-en-s")
    store.set_sampling(made.id, '{"top_k": 5}')
    exchange(store, made.id, "a", "b", b"1")
    _, answer = exchange(store, made.id, "c", "d", b"2")
    exchange(store, made.id, "e", "f", b"3")
    store.set_rating(answer.id, 1)
    branch = store.branch(answer.id)
    assert (branch.title, branch.model_id, branch.sampling_json) == ("Trip (2)", "wren-en-s", '{"top_k": 5}')
    assert not branch.is_title_automatic
    originals, copies = store.path(made.id)[:4], store.path(branch.id)
    for old, new in zip(originals, copies, strict=True):
        assert new == replace(old, id=new.id, conversation_id=branch.id, parent_id=new.parent_id)
        assert store.nearest_state(new.id, MODEL) == store.nearest_state(old.id, MODEL)
    assert {m.id for m in originals}.isdisjoint(m.id for m in copies)
    assert len(store.path(made.id)) == 6


def test_going_on_in_a_branch_does_not_touch_the_original(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "a", "b", "c", "d")
    branch = store.branch(chain[1].id, "Elsewhere")
    say(store, branch.id, "other", parent_id=branch.head_id)
    assert shown(store, branch.id) == ["a", "b", "other"]
    assert shown(store, made.id) == ["a", "b", "c", "d"]
    assert branch.title == "Elsewhere"


def test_a_branch_of_a_hidden_version_holds_that_version(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    asked, first = say(store, made.id, "a", "first")
    store.add_message(made.id, asked.id, Role.BOT, "second")
    branch = store.branch(first.id)
    assert shown(store, branch.id) == ["a", "first"]
    assert store.path(branch.id)[1].version_count == 1


def test_a_branch_from_a_reply_that_is_being_written_holds_what_is_there(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "a", MODEL)
    store.update_text(reply.id, "half")
    copy = store.path(store.branch(reply.id).id)[-1]
    assert (copy.text, copy.status) == ("half", MessageStatus.INTERRUPTED)
    assert store.message(reply.id).status == MessageStatus.WRITING


def test_copies_are_found_by_search(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    chain = say(store, made.id, "the heron")
    store.branch(chain[0].id)
    assert len(store.search("heron")) == 2

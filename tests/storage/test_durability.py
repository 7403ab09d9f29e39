"""Which commits wait for the disk: those with words that a person finished, and none of the frequent small ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.core.errors import StorageError
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.storage import inserting
from chatbot.storage.connection import transaction
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, exchange, say

NORMAL, FULL = 1, 2
"""What SQLite answers to PRAGMA synchronous."""
LEVELS = {"NORMAL": NORMAL, "FULL": FULL}

Deed = Callable[[SqliteChatStore, Message, Message], object]
"""With an own message and the reply to it, which is the last one of its conversation."""


def level_now(store: SqliteChatStore) -> int:
    return store._db.execute("PRAGMA synchronous").fetchone()[0]


def levels_of_commits(store: SqliteChatStore, deed: Callable[[], object]) -> list[int]:
    """The level at each commit that ``deed`` makes."""
    found: list[int] = []
    level = level_now(store)

    def trace(statement: str) -> None:
        nonlocal level
        if statement.startswith("PRAGMA synchronous = "):
            level = LEVELS[statement.rpartition(" ")[2]]
        elif statement == "COMMIT":
            found.append(level)

    store._db.set_trace_callback(trace)
    try:
        deed()
    finally:
        store._db.set_trace_callback(None)
    return found


FINISHED_WORDS: dict[str, Deed] = {
    "add": lambda store, own, reply: store.add_message(own.conversation_id, reply.id, Role.USER, "more"),
    "begin": lambda store, own, reply: store.begin_exchange(own.conversation_id, reply.id, "more", MODEL),
    "end": lambda store, own, reply: store.end_reply(reply.id, "Bye", MessageStatus.STOPPED, None, [], MODEL),
    "edit": lambda store, own, reply: store.edit_bot_message(reply.id, "Other words"),
    "branch": lambda store, own, reply: store.branch(reply.id),
}
SMALL_THINGS: dict[str, Deed] = {
    "draft": lambda store, own, reply: store.set_draft(own.conversation_id, "half a"),
    "stream": lambda store, own, reply: store.update_text(reply.id, "so far"),
    "state": lambda store, own, reply: store.save_state(own.id, MODEL, b"state"),
    "rating": lambda store, own, reply: store.set_rating(reply.id, 1),
    "forget": lambda store, own, reply: store.set_forgets_before(reply.id, True),
    "version": lambda store, own, reply: store.select_version(own.id),
    "pin": lambda store, own, reply: store.set_pinned(own.conversation_id, True),
    "rename": lambda store, own, reply: store.rename(own.conversation_id, "talk"),
    "model": lambda store, own, reply: store.set_model(own.conversation_id, MODEL),
    "sampling": lambda store, own, reply: store.set_sampling(own.conversation_id, "{}"),
    "delete": lambda store, own, reply: store.delete(own.conversation_id),
    "new conversation": lambda store, own, reply: store.create_conversation(),
}


@pytest.mark.parametrize(("deed", "level"), [
    *(pytest.param(deed, FULL, id=name) for name, deed in FINISHED_WORDS.items()),
    *(pytest.param(deed, NORMAL, id=name) for name, deed in SMALL_THINGS.items())])
def test_finished_words_wait_for_the_disk_and_nothing_else_does(store: SqliteChatStore, deed: Deed, level: int) -> None:
    own, reply = exchange(store, store.create_conversation().id, "Hello", "Hi")
    assert levels_of_commits(store, lambda: deed(store, own, reply)) == [level]
    assert level_now(store) == NORMAL


def test_an_import_waits_once_at_its_end(store: SqliteChatStore, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    say(store, store.create_conversation().id, *["words"] * 40)
    store.export(None, "json", tmp_path / "export.json")
    monkeypatch.setattr(inserting, "_WORK_AT_ONCE", 4000)
    *steps, last = levels_of_commits(store, lambda: store.import_json(tmp_path / "export.json"))
    assert len(steps) > 2 and set(steps) == {NORMAL} and last == FULL
    assert level_now(store) == NORMAL


def test_a_refused_change_leaves_no_slow_commits_behind(store: SqliteChatStore) -> None:
    with pytest.raises(StorageError):
        store.add_message(99, None, Role.USER, "nowhere")
    assert level_now(store) == NORMAL and not store._db.in_transaction


def test_the_level_holds_inside_the_transaction(store: SqliteChatStore) -> None:
    for is_durable, level in ((True, FULL), (False, NORMAL)):
        with transaction(store._db, is_durable=is_durable):
            assert level_now(store) == level

"""Adding imported conversations: in short transactions, so that a window can write between them, and yet all or none.

Until the last row is in, the new conversations are marked like deleted ones, with a time that no clock shows. One last
transaction shows them all. If anything goes wrong they are erased again; after a crash the next opening of the store
leaves them to the housekeeping (``forget_unfinished``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from chatbot.storage.branching import next_message_id
from chatbot.storage.connection import transaction
from chatbot.storage.conversations import ABANDONED_AT, UNFINISHED_AT
from chatbot.storage.import_checks import CheckedConversation
from chatbot.storage.maintenance import erase

_WORK_AT_ONCE = 100_000
"""Characters of text in one transaction, which takes some 20 ms ..."""
_WORK_OF_A_ROW = 400
"""... where a row without any text costs as much as so many characters."""

Breathe = Callable[[], None]
"""Called between transactions; may wait to let others write, and may raise to end the import."""

Message = dict[str, Any]


def insert(db: sqlite3.Connection, conversations: Sequence[CheckedConversation],
           breathe: Breathe = lambda: None) -> list[int]:
    """Add checked conversations as new ones; returns their ids. Whatever is raised, nothing of them stays."""
    made: list[int] = []
    try:
        with _short_transactions(db, breathe) as work:
            for conversation in conversations:
                made.append(_insert_conversation(db, conversation))
                _insert_messages(db, conversation, made[-1], work)
        with transaction(db, is_durable=True):
            db.executemany("UPDATE conversation SET deleted_at = NULL WHERE id = ?", [(number,) for number in made])
    except BaseException:
        with suppress(sqlite3.Error):  # on a full disk even this may fail; then ``forget_unfinished`` does it
            erase(db, made)
        raise
    return made


def forget_unfinished(db: sqlite3.Connection) -> None:
    """What a crash left of an import is never shown nor offered again, and the next housekeeping erases it.

    It is an incomplete copy of a file that the person still has. It is not erased here, because that can take minutes
    after a huge import, and a window waits to be opened. Only for whoever has the database alone.
    """
    db.execute("UPDATE conversation SET deleted_at = ? WHERE deleted_at = ?", (ABANDONED_AT, UNFINISHED_AT))


@contextmanager
def _short_transactions(db: sqlite3.Connection, breathe: Breathe) -> Iterator[Callable[[int], None]]:
    """A transaction that is committed and begun anew whenever enough work was done in it. Yields ``done(work)``."""
    since_commit = 0

    def done(work: int) -> None:
        nonlocal since_commit
        since_commit += work
        if since_commit >= _WORK_AT_ONCE:
            db.execute("COMMIT")
            breathe()
            db.execute("BEGIN IMMEDIATE")
            since_commit = 0

    db.execute("BEGIN IMMEDIATE")
    try:
        yield done
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _insert_conversation(db: sqlite3.Connection, conversation: CheckedConversation) -> int:
    values = conversation.values | {"deleted_at": UNFINISHED_AT}
    marks = ", ".join("?" * len(values))
    cursor = db.execute(f"INSERT INTO conversation ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    return int(cursor.lastrowid or 0)


def _insert_messages(db: sqlite3.Connection, conversation: CheckedConversation, conversation_id: int,
                     done: Callable[[int], None]) -> None:
    new_ids: dict[int, int] = {}
    for message in _parents_first(conversation.messages):
        new_ids[message["id"]] = next_message_id(db)
        db.execute("""
            INSERT INTO message (id, conversation_id, parent_id, depth, role, text, created_at, status, model_id,
                                 statistics_json, is_edited, forgets_before, rating)
            VALUES (:id, :conversation_id, :parent_id, :depth, :role, :text, :created_at, :status, :model_id,
                    :statistics_json, :is_edited, :forgets_before, :rating)""",
                   message | {"id": new_ids[message["id"]], "conversation_id": conversation_id,
                              "parent_id": new_ids.get(message["parent"])})
        done(len(message["text"]) + _WORK_OF_A_ROW)
    pointers, head = _shown_path(conversation)
    for parent, child in pointers.items():
        db.execute("UPDATE message SET shown_child_id = ? WHERE id = ?", (new_ids[child], new_ids[parent]))
        done(_WORK_OF_A_ROW // 4)
    if head is not None:
        db.execute("UPDATE conversation SET head_id = ? WHERE id = ?", (new_ids[head], conversation_id))


def _parents_first(messages: list[Message]) -> list[Message]:
    """In the file's order if no parent stands behind its child in it, as in all our own exports; else by depth."""
    seen: set[int | None] = {None}
    for message in messages:
        if message["parent"] not in seen:
            return sorted(messages, key=lambda each: each["depth"])
        seen.add(message["id"])
    return messages


def _shown_path(conversation: CheckedConversation) -> tuple[dict[int, int], int | None]:
    """For every message with messages below it the one that is shown, and the last message of the shown path.

    Pointers that the file leaves out lead to the newest message. Ids are the file's.
    """
    messages = _parents_first(conversation.messages)
    pointers = {message["parent"]: message["id"] for message in messages if message["parent"] is not None}
    pointers |= {message["id"]: message["shown_child"] for message in messages if message["shown_child"] is not None}
    if conversation.head is None:
        return pointers, None
    parents = {message["id"]: message["parent"] for message in messages}
    place = conversation.head
    while parents[place] is not None:
        pointers[parents[place]] = place
        place = parents[place]
    head = conversation.head
    while head in pointers:
        head = pointers[head]
    return pointers, head

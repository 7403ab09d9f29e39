"""The message tree: the shown path, versions, and which branch is shown.

Invariant: every message of the shown path but the head has ``shown_child_id`` = the next message of the path. Off the
path the pointers lead to the leaf that was last shown, which is where ``select_version`` goes.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from chatbot.core.messages import Message
from chatbot.storage.failures import bad_value, not_found
from chatbot.storage.rows import NUMBERED_MESSAGE_COLUMNS, message_from, one

_NO_LIMIT = -1


class Node(NamedTuple):
    """A message's place in its tree; ``depth`` is the number of messages above it."""

    id: int
    parent_id: int | None
    depth: int
    conversation_id: int
    role: str


def node(db: sqlite3.Connection, message_id: int) -> Node:
    """The place of a message; raises ``StorageError`` if there is no such message."""
    row = one(db, "SELECT id, parent_id, depth, conversation_id, role FROM message WHERE id = ?", message_id)
    if row is None:
        raise not_found("message", message_id)
    return Node(*row)


def message(db: sqlite3.Connection, message_id: int) -> Message:
    """The message with its version numbers; raises ``StorageError`` if there is no such message."""
    row = one(db, f"SELECT {NUMBERED_MESSAGE_COLUMNS} FROM message m WHERE m.id = ?", message_id)
    if row is None:
        raise not_found("message", message_id)
    return message_from(row)


def head_id(db: sqlite3.Connection, conversation_id: int) -> int | None:
    """The last message of the shown path; raises ``StorageError`` if there is no such conversation."""
    row = one(db, "SELECT head_id FROM conversation WHERE id = ?", conversation_id)
    if row is None:
        raise not_found("conversation", conversation_id)
    return row[0]


def path(db: sqlite3.Connection, conversation_id: int, limit: int | None,
         before_id: int | None = None) -> list[Message]:
    """The shown path, oldest first: its last ``limit`` messages, or the last ``limit`` above ``before_id``.

    Walks up from the end, so the time depends on ``limit`` and not on the length of the conversation.
    """
    start_id = head_id(db, conversation_id)
    if before_id is not None:
        start_id = _node_of(db, conversation_id, before_id, "before_id").parent_id
    messages = _walk(db, start_id, "parent_id", limit)
    messages.reverse()
    return messages


def path_after(db: sqlite3.Connection, conversation_id: int, limit: int | None, after_id: int) -> list[Message]:
    """The first ``limit`` messages below ``after_id`` on the shown path, or as they were last shown below it."""
    place = _node_of(db, conversation_id, after_id, "after_id")
    row = one(db, "SELECT shown_child_id FROM message WHERE id = ?", place.id)
    return _walk(db, row[0] if row else None, "shown_child_id", limit)


def _node_of(db: sqlite3.Connection, conversation_id: int, message_id: int, what: str) -> Node:
    place = node(db, message_id)
    if place.conversation_id != conversation_id:
        raise bad_value("The message belongs to another conversation.", what)
    return place


def _walk(db: sqlite3.Connection, start_id: int | None, pointer: str, limit: int | None) -> list[Message]:
    """At most ``limit`` messages from ``start_id`` on, along the column ``pointer``, nearest first."""
    rows = db.execute(f"""
        WITH RECURSIVE walk (id, next_id) AS (
            SELECT id, {pointer} FROM message WHERE id = :start
            UNION ALL
            SELECT n.id, n.{pointer} FROM walk CROSS JOIN message n ON n.id = walk.next_id
            LIMIT :limit
        )
        SELECT {NUMBERED_MESSAGE_COLUMNS} FROM walk CROSS JOIN message m ON m.id = walk.id""",
                      {"start": start_id, "limit": _NO_LIMIT if limit is None else max(0, limit)})
    return [message_from(row) for row in rows]


def first_shown_id(db: sqlite3.Connection, last_id: int | None) -> int | None:
    """The first message of the path that ends in ``last_id``."""
    row = one(db, """
        WITH RECURSIVE up (id, parent_id) AS (
            SELECT id, parent_id FROM message WHERE id = ?
            UNION ALL
            SELECT p.id, p.parent_id FROM up CROSS JOIN message p ON p.id = up.parent_id
        )
        SELECT id FROM up WHERE parent_id IS NULL""", last_id)
    return row[0] if row else None


def versions(db: sqlite3.Connection, message_id: int) -> list[Message]:
    """All messages with the same parent and role, oldest first."""
    place = node(db, message_id)
    rows = db.execute(f"""
        SELECT {NUMBERED_MESSAGE_COLUMNS} FROM message m
        WHERE m.parent_id IS ? AND m.conversation_id = ? AND m.role = ? ORDER BY m.id""",
                      (place.parent_id, place.conversation_id, place.role))
    return [message_from(row) for row in rows]


def show(db: sqlite3.Connection, message_id: int) -> None:
    """Make the path through ``message_id``, down to the leaf last shown below it, the shown one."""
    place = node(db, message_id)
    point_down_to(db, place, head_id(db, place.conversation_id))
    db.execute("UPDATE conversation SET head_id = ? WHERE id = ?",
               (_leaf_last_shown_below(db, message_id), place.conversation_id))


def point_down_to(db: sqlite3.Connection, place: Node, shown_id: int | None) -> None:
    """Let the messages above ``place`` point down to it.

    Stops where the way up meets the shown path that ends in ``shown_id``: above, the pointers are right already. So
    the time depends on how far the two are apart, not on the length of the conversation.
    """
    shown = node(db, shown_id) if shown_id is not None else None
    while place.parent_id is not None:
        while shown is not None and shown.depth >= place.depth:
            shown = node(db, shown.parent_id) if shown.parent_id is not None else None
        db.execute("UPDATE message SET shown_child_id = ? WHERE id = ? AND shown_child_id IS NOT ?",
                   (place.id, place.parent_id, place.id))
        if shown is not None and shown.id == place.parent_id:
            return
        place = node(db, place.parent_id)


def _leaf_last_shown_below(db: sqlite3.Connection, message_id: int) -> int:
    row = one(db, """
        WITH RECURSIVE down (id, next_id) AS (
            SELECT id, shown_child_id FROM message WHERE id = ?
            UNION ALL
            SELECT c.id, c.shown_child_id FROM down CROSS JOIN message c ON c.id = down.next_id
        )
        SELECT id FROM down WHERE next_id IS NULL""", message_id)
    return row[0] if row else message_id

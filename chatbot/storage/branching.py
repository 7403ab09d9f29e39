"""A new conversation from a message of an old one."""

from __future__ import annotations

import sqlite3

from chatbot.storage import conversations, tree
from chatbot.storage.rows import one
from chatbot.storage.titles import numbered_title

_UP = """
    WITH RECURSIVE up (id, parent_id) AS (
        SELECT id, parent_id FROM message WHERE id = :leaf
        UNION ALL
        SELECT m.id, m.parent_id FROM up CROSS JOIN message m ON m.id = up.parent_id
    )"""


def branch(db: sqlite3.Connection, message_id: int, title: str | None, now: float) -> int:
    """Copy the path down to ``message_id`` with texts, states and statistics; returns the new conversation's id."""
    leaf = tree.node(db, message_id)
    origin = conversations.get(db, leaf.conversation_id)
    new = conversations.create(db, title or _free_title(db, origin.title), origin.model_id, now)
    conversations.set_value(db, new.id, "sampling_json", origin.sampling_json)
    first_id = next_message_id(db)
    _copy_messages(db, leaf, new.id, first_id)
    _copy_states(db, leaf, first_id)
    conversations.set_value(db, new.id, "head_id", first_id + leaf.depth)
    return new.id


def next_message_id(db: sqlite3.Connection) -> int:
    """The id that the next message will get."""
    row = one(db, "SELECT seq FROM sqlite_sequence WHERE name = 'message'")
    return (row[0] if row else 0) + 1


def _copy_messages(db: sqlite3.Connection, leaf: tree.Node, conversation_id: int, first_id: int) -> None:
    """Depths on a path are 0, 1, 2..., so the copy of depth n gets the id ``first_id + n``."""
    db.execute(f"""
        {_UP}
        INSERT INTO message (id, conversation_id, parent_id, depth, role, text, created_at, status, model_id,
                             statistics_json, is_edited, forgets_before, rating, shown_child_id)
        SELECT :first + m.depth, :conversation, iif(m.depth = 0, NULL, :first + m.depth - 1), m.depth, m.role, m.text,
               m.created_at, iif(m.status = 'writing', 'interrupted', m.status), m.model_id, m.statistics_json,
               m.is_edited, m.forgets_before, m.rating, iif(m.id = :leaf, NULL, :first + m.depth + 1)
        FROM up CROSS JOIN message m ON m.id = up.id ORDER BY m.depth""",
               {"leaf": leaf.id, "conversation": conversation_id, "first": first_id})


def _copy_states(db: sqlite3.Connection, leaf: tree.Node, first_id: int) -> None:
    db.execute(f"""
        {_UP}
        INSERT INTO state (message_id, model_id, state)
        SELECT :first + m.depth, s.model_id, s.state
        FROM up CROSS JOIN message m ON m.id = up.id CROSS JOIN state s ON s.message_id = m.id""",
               {"leaf": leaf.id, "first": first_id})


def _free_title(db: sqlite3.Connection, title: str) -> str:
    if not title:
        return ""
    return numbered_title(title, {taken for (taken,) in db.execute("SELECT title FROM conversation")})

"""The model's hidden state after messages: a cache that makes going on, editing and branching instant and exact.

A state is some ten kilobytes, so not all are kept: on every path those of its newest 64 messages and of one message in
sixteen above. What is missing is read again from the text, at most sixteen messages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from chatbot.core.messages import Message
from chatbot.storage import tree
from chatbot.storage.failures import not_found
from chatbot.storage.rows import NUMBERED_MESSAGE_COLUMNS, message_from, one

NEWEST_KEPT = 64
SPACING = 16
_THINNED_AT_ONCE = 48
"""How far above the newest the thinning looks: three spacings, so that it finds the one it must keep away from."""


def nearest(db: sqlite3.Connection, message_id: int | None, model_id: str) -> tuple[bytes | None, list[Message]]:
    """The state at the nearest ancestor-or-self and the messages after it; see ``ChatStore.nearest_state``."""
    if message_id is None:
        return None, []
    rows = db.execute(f"""
        WITH RECURSIVE up (id, parent_id, is_end, state_id) AS (
            SELECT m.id, m.parent_id, m.forgets_before, s.id
            FROM message m LEFT JOIN state s ON s.message_id = m.id AND s.model_id = :model WHERE m.id = :message
            UNION ALL
            SELECT m.id, m.parent_id, m.forgets_before, s.id
            FROM up CROSS JOIN message m ON m.id = up.parent_id
            LEFT JOIN state s ON s.message_id = m.id AND s.model_id = :model
            WHERE NOT up.is_end AND up.state_id IS NULL
        )
        SELECT up.state_id, {NUMBERED_MESSAGE_COLUMNS} FROM up CROSS JOIN message m ON m.id = up.id""",
                      {"message": message_id, "model": model_id}).fetchall()
    if not rows:
        raise not_found("message", message_id)
    state_id = rows[-1][0]
    messages = [message_from(row[1:]) for row in reversed(rows)]
    if state_id is None:
        return None, messages
    found = one(db, "SELECT state FROM state WHERE id = ?", state_id)
    return (found[0] if found else None), messages[1:]


def save(db: sqlite3.Connection, leaf: tree.Node, model_id: str, new_states: Iterable[tuple[int, bytes]]) -> None:
    """Keep ``new_states`` of messages on the path to ``leaf``, but only those that thinning would leave."""
    by_depth: dict[int, tuple[int, bytes]] = {}
    for message_id, state in new_states:
        by_depth[tree.node(db, message_id).depth] = (message_id, bytes(state))
    old_depths = [depth for depth in by_depth if leaf.depth - depth >= NEWEST_KEPT]
    dropped = _too_close(old_depths)
    db.executemany("INSERT OR REPLACE INTO state (message_id, model_id, state) VALUES (?, ?, ?)",
                   [(message_id, model_id, state) for depth, (message_id, state) in sorted(by_depth.items())
                    if depth not in dropped])
    _thin_above(db, leaf)


def forget_from(db: sqlite3.Connection, message_id: int) -> None:
    """Remove the states of ``message_id`` and of everything below it: they no longer follow from the text."""
    db.execute("DELETE FROM state WHERE message_id = ?", (message_id,))
    if one(db, "SELECT 1 FROM message WHERE parent_id = ?", message_id) is None:
        return
    db.execute("""
        WITH RECURSIVE below (id) AS (
            SELECT id FROM message WHERE parent_id = ?
            UNION ALL
            SELECT m.id FROM below CROSS JOIN message m ON m.parent_id = below.id
        )
        DELETE FROM state WHERE message_id IN below""", (message_id,))


def forget_model(db: sqlite3.Connection, model_id: str) -> int:
    """Remove all states of a model, for example because it was deleted or trained anew. Returns how many."""
    return db.execute("DELETE FROM state WHERE model_id = ?", (model_id,)).rowcount


def forget_old_conversations(db: sqlite3.Connection, conversations_kept: int) -> int:
    """Leave, beyond the latest changed conversations, only the newest state of each. Returns how many went."""
    return db.execute("""
        DELETE FROM state WHERE id IN (
            SELECT s.id
            FROM (SELECT id, head_id FROM conversation ORDER BY updated_at DESC, id DESC LIMIT -1 OFFSET ?) c
            CROSS JOIN message m ON m.conversation_id = c.id
            CROSS JOIN state s ON s.message_id = m.id
            WHERE m.id IS NOT c.head_id)""", (conversations_kept,)).rowcount


def _thin_above(db: sqlite3.Connection, leaf: tree.Node) -> None:
    """Thin what has just left the newest part of the path to ``leaf``; a hundred rows are looked at, never more."""
    if leaf.depth < NEWEST_KEPT:
        return
    rows = db.execute("""
        WITH RECURSIVE up (id, parent_id, depth) AS (
            SELECT id, parent_id, depth FROM message WHERE id = :leaf
            UNION ALL
            SELECT m.id, m.parent_id, m.depth FROM up CROSS JOIN message m ON m.id = up.parent_id
            LIMIT :window
        )
        SELECT s.model_id, up.depth, s.id FROM up CROSS JOIN state s ON s.message_id = up.id
        WHERE up.depth <= :newest_old""",
                      {"leaf": leaf.id, "window": NEWEST_KEPT + _THINNED_AT_ONCE,
                       "newest_old": leaf.depth - NEWEST_KEPT}).fetchall()
    for model_id in {row[0] for row in rows}:
        state_ids = {depth: state_id for model, depth, state_id in rows if model == model_id}
        db.executemany("DELETE FROM state WHERE id = ?", [(state_ids[depth],) for depth in _too_close(state_ids)])


def _too_close(depths: Iterable[int]) -> set[int]:
    """Those of ``depths`` that lie less than ``SPACING`` below the last one that stays."""
    dropped = set()
    last_kept: int | None = None
    for depth in sorted(depths):
        if last_kept is not None and depth - last_kept < SPACING:
            dropped.add(depth)
        else:
            last_kept = depth
    return dropped

"""The housekeeping of the database, for a background thread: it uses its own connections and short transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from chatbot.core.messages import KEPT_DELETED_SECONDS
from chatbot.storage import states
from chatbot.storage.backup import back_up_if_due
from chatbot.storage.connection import connect, transaction
from chatbot.storage.failures import clear_sentences

CONVERSATIONS_WITH_STATES = 200
"""Conversations that keep the states of many messages; older ones keep their newest, and read the rest again."""
_MESSAGES_AT_ONCE = 1000
_PAGES_AT_ONCE = 500
_PAGES_LEFT_FREE = 64
_MAX_ROUNDS = 200


def maintain(database: Path, *, now: float | None = None) -> Path | None:
    """Back up if due, erase what was deleted a month ago, drop states of old conversations, give free space back.

    Returns the new backup, if one was made. Raises ``StorageError``. The database must have been opened by
    ``opening.open_store`` before.
    """
    backup = back_up_if_due(database, now=now)
    with clear_sentences(database), closing(connect(database)) as db:
        purge(db, (time.time() if now is None else now) - KEPT_DELETED_SECONDS)
        with transaction(db):
            states.forget_old_conversations(db, CONVERSATIONS_WITH_STATES)
        for _ in range(_MAX_ROUNDS):
            if db.execute("PRAGMA freelist_count").fetchone()[0] <= _PAGES_LEFT_FREE:
                break
            db.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")  # execute() would stop after one page
        db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        db.execute("PRAGMA optimize").fetchall()
    return backup


def purge(db: sqlite3.Connection, deleted_before: float) -> int:
    """Erase conversations deleted before that moment, some messages at a time, so that the window never waits long."""
    ids = [found for (found,) in db.execute("SELECT id FROM conversation WHERE deleted_at <= ?", (deleted_before,))]
    erase(db, ids)
    return len(ids)


def erase(db: sqlite3.Connection, conversation_ids: Sequence[int]) -> None:
    """Erase conversations with all their messages, some messages at a time."""
    for conversation_id in conversation_ids:
        erased = _MESSAGES_AT_ONCE
        while erased == _MESSAGES_AT_ONCE:
            with transaction(db):  # from the leaves upwards, as a parent may not go before its children
                erased = db.execute("""
                    DELETE FROM message WHERE id IN (
                        SELECT id FROM message WHERE conversation_id = ? ORDER BY depth DESC LIMIT ?)""",
                                    (conversation_id, _MESSAGES_AT_ONCE)).rowcount
    with transaction(db):
        db.executemany("DELETE FROM conversation WHERE id = ?", [(number,) for number in conversation_ids])

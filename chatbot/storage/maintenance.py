"""The housekeeping of the database, for a background thread: it uses its own connections and short transactions."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from chatbot.storage import states
from chatbot.storage.backup import back_up_if_due
from chatbot.storage.connection import connect, transaction
from chatbot.storage.failures import clear_sentences

CONVERSATIONS_WITH_STATES = 200
"""Conversations that keep the states of many messages; older ones keep their newest, and read the rest again."""
_PAGES_AT_ONCE = 500
_PAGES_LEFT_FREE = 64
_MAX_ROUNDS = 200


def maintain(database: Path, *, now: float | None = None) -> Path | None:
    """Back up if due, drop states of old conversations, give free space back, write the log into the file.

    Returns the new backup, if one was made. Raises ``StorageError``. The database must have been opened by
    ``opening.open_store`` before.
    """
    backup = back_up_if_due(database, now=now)
    with clear_sentences(database), closing(connect(database)) as db:
        with transaction(db):
            states.forget_old_conversations(db, CONVERSATIONS_WITH_STATES)
        for _ in range(_MAX_ROUNDS):
            if db.execute("PRAGMA freelist_count").fetchone()[0] <= _PAGES_LEFT_FREE:
                break
            db.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")  # execute() would stop after one page
        db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        db.execute("PRAGMA optimize").fetchall()
    return backup

"""The schema, as numbered steps that are recorded by name.

A step that was released is never changed; a new one is appended to ``MIGRATIONS``. Each runs in its own transaction
together with its record, so that a crash leaves the database at one step or the next.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from chatbot.core.errors import StorageError
from chatbot.storage.connection import APPLICATION_ID, transaction


def m001_conversations_and_messages(db: sqlite3.Connection) -> None:
    """Conversations, and messages as trees.

    ``depth`` is the number of messages above; ``shown_child_id`` remembers which version was last shown below.
    ``parent_id`` does not cascade: SQLite stops cascades a thousand levels deep, and a conversation is a long chain.
    """
    db.execute("""
        CREATE TABLE conversation (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL DEFAULT '',
            is_title_automatic INTEGER NOT NULL DEFAULT 1 CHECK (is_title_automatic IN (0, 1)),
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            deleted_at REAL,
            is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1)),
            model_id TEXT,
            sampling_json TEXT,
            draft TEXT NOT NULL DEFAULT '',
            head_id INTEGER REFERENCES message (id) ON DELETE SET NULL
        )""")
    db.execute("""
        CREATE TABLE message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id INTEGER NOT NULL REFERENCES conversation (id),
            parent_id INTEGER REFERENCES message (id),
            depth INTEGER NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('user', 'bot')),
            text TEXT NOT NULL,
            created_at REAL NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('writing', 'complete', 'stopped', 'interrupted', 'failed')),
            model_id TEXT,
            statistics_json TEXT,
            is_edited INTEGER NOT NULL DEFAULT 0 CHECK (is_edited IN (0, 1)),
            forgets_before INTEGER NOT NULL DEFAULT 0 CHECK (forgets_before IN (0, 1)),
            rating INTEGER NOT NULL DEFAULT 0 CHECK (rating IN (-1, 0, 1)),
            shown_child_id INTEGER
        )""")
    db.execute("CREATE INDEX message_versions ON message (parent_id, conversation_id, role)")
    db.execute("CREATE INDEX message_conversation ON message (conversation_id)")
    db.execute("CREATE INDEX message_writing ON message (status) WHERE status = 'writing'")
    db.execute("CREATE INDEX conversation_head ON conversation (head_id)")


def m002_states(db: sqlite3.Connection) -> None:
    """The model's hidden state after a message, per model."""
    db.execute("""
        CREATE TABLE state (
            id INTEGER PRIMARY KEY,
            message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
            model_id TEXT NOT NULL,
            state BLOB NOT NULL,
            UNIQUE (message_id, model_id)
        )""")


def m003_full_text_search(db: sqlite3.Connection) -> None:
    """An index of three-character pieces, which finds parts of words and works for languages without spaces.

    It holds no second copy of the texts, and leaves out messages that are still being written: indexing a growing
    text again every second would cost the window its smoothness.
    """
    db.execute("""
        CREATE VIEW searchable_message AS
        SELECT id, text FROM message WHERE status <> 'writing'""")
    db.execute("""
        CREATE VIRTUAL TABLE message_search
        USING fts5 (text, content = 'searchable_message', content_rowid = 'id', tokenize = 'trigram')""")
    index_new = "INSERT INTO message_search (rowid, text) VALUES (new.id, new.text);"
    forget_old = "INSERT INTO message_search (message_search, rowid, text) VALUES ('delete', old.id, old.text);"
    changed = "(old.text IS NOT new.text OR (old.status = 'writing') IS NOT (new.status = 'writing'))"
    db.execute(f"""
        CREATE TRIGGER message_search_insert AFTER INSERT ON message WHEN new.status <> 'writing'
        BEGIN {index_new} END""")
    db.execute(f"""
        CREATE TRIGGER message_search_delete AFTER DELETE ON message WHEN old.status <> 'writing'
        BEGIN {forget_old} END""")
    db.execute(f"""
        CREATE TRIGGER message_search_update_old AFTER UPDATE OF text, status ON message
        WHEN old.status <> 'writing' AND {changed} BEGIN {forget_old} END""")
    db.execute(f"""
        CREATE TRIGGER message_search_update_new AFTER UPDATE OF text, status ON message
        WHEN new.status <> 'writing' AND {changed} BEGIN {index_new} END""")
    db.execute("INSERT INTO message_search (message_search) VALUES ('rebuild')")


def m004_edit_drafts(db: sqlite3.Connection) -> None:
    """The text of an edit that was not sent, which is no draft: it belongs to a message. The highest id is the latest.

    Not a column of ``message``: its rows, and what watches their changes, stay untouched while somebody types.
    """
    db.execute("""
        CREATE TABLE edit_draft (
            id INTEGER PRIMARY KEY,
            message_id INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
            text TEXT NOT NULL
        )""")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_conversations_and_messages,
    m002_states,
    m003_full_text_search,
    m004_edit_drafts,
)


def applied_names(db: sqlite3.Connection) -> list[str]:
    """The names of the steps this database has gone through, oldest first."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").fetchone() is None:
        return []
    return [name for (name,) in db.execute("SELECT name FROM migration ORDER BY rowid")]


def is_blank(db: sqlite3.Connection) -> bool:
    """Whether nothing was ever stored in this file."""
    return db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def pending(db: sqlite3.Connection, path: Path) -> list[Callable[[sqlite3.Connection], None]]:
    """The steps still to be taken; raises ``StorageError`` if the file is another program's or a newer version's."""
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    if application_id != APPLICATION_ID and not is_blank(db):
        raise StorageError(f"{path} is a database of another program; move it away, or set CHATBOT_HOME to another "
                           "folder.", code="not_a_chat_database", path=str(path))
    applied = set(applied_names(db))
    unknown = sorted(applied - {step.__name__ for step in MIGRATIONS})
    if unknown:
        raise StorageError(f"The chats in {path} were saved by a newer version of this program; install that version "
                           "to open them.", code="database_too_new", path=str(path), names=", ".join(unknown))
    return [step for step in MIGRATIONS if step.__name__ not in applied]


def migrate(db: sqlite3.Connection, path: Path) -> list[str]:
    """Take all pending steps; returns their names."""
    names = []
    for step in pending(db, path):
        with transaction(db):
            db.execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at REAL NOT NULL)")
            step(db)
            db.execute("INSERT INTO migration (name, applied_at) VALUES (?, ?)", (step.__name__, time.time()))
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        names.append(step.__name__)
    return names

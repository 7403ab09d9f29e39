"""Opening SQLite connections the way this program wants them, and transactions on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from chatbot.storage.rights import make_private_file

APPLICATION_ID = 0x5772656E
""""Wren" in ASCII: marks the file as ours (``file`` and SQLite tools show it)."""
BUSY_TIMEOUT_S = 5.0


def connect(path: Path) -> sqlite3.Connection:
    """A writing connection; creates the file, readable by its owner only, if there is none.

    Write-ahead log and ``synchronous=NORMAL``: a killed process loses nothing, and no write waits for the disk, where
    the system may take half a minute to put it. A power cut loses that half minute, but never anything from before a
    ``transaction`` that is durable.

    Raises ``sqlite3.Error`` and ``OSError``. The process may have the file open already: see ``make_private_file``.
    """
    make_private_file(path)
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        if path.stat().st_size == 0:  # it only counts in a blank file, and would write to any other
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA fullfsync = ON")  # macOS: a plain fsync ends in the disk's own memory; nothing elsewhere
        db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, as Debian's SQLite does by itself
        db.execute("PRAGMA journal_size_limit = 16777216")
        _configure(db)
    except BaseException:
        db.close()
        raise
    return db


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot write and sees what the writer has committed."""
    db = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        _configure(db)
    except BaseException:
        db.close()
        raise
    return db


def _configure(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA temp_store = MEMORY")  # no copy of private text in a temporary folder


@contextmanager
def transaction(db: sqlite3.Connection, *, is_durable: bool = False) -> Iterator[sqlite3.Connection]:
    """All or nothing. Takes the write lock at once, so that it cannot fail half-way for want of it.

    ``is_durable``: the end waits until the disk has it, with all that was committed before, so that no power cut can
    take it back. That costs some milliseconds on a quiet disk; what happens again and again goes without.
    """
    if is_durable:  # inside a transaction it cannot be changed
        db.execute("PRAGMA synchronous = FULL")
    try:
        with _all_or_nothing(db):
            yield db
    finally:
        if is_durable:
            db.execute("PRAGMA synchronous = NORMAL")


@contextmanager
def _all_or_nothing(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite has already rolled back after some errors
            db.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Several reads that see one and the same moment."""
    db.execute("BEGIN")
    try:
        yield db
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def run_check(path: Path) -> bool:
    """Whether the database at ``path`` is sound inside; reads all of it, for minutes if it is huge."""
    try:
        with closing(connect_for_reading(path)) as db:
            return db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False

"""What to do with a broken database file: keep it aside under a dated name, go on with the newest backup.

Nothing is deleted. A file that looked fine at the start and turns out damaged later is marked with a small file beside
it, so that the next start checks all of it.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from chatbot.core.errors import Problem
from chatbot.storage.backup import backups, free_name, restore_newest
from chatbot.storage.rights import make_private_file

_SIDE_FILES = ("-wal", "-shm")
_SQLITE_HEADER = b"SQLite format 3\0"
_QUICK_LOOK_STEPS = 150_000
"""Steps of SQLite's virtual machine spent on the check at every start: some tens of milliseconds."""


def mark_suspect(database: Path) -> None:
    """Let the next start check all of ``database``. Never raises: it is called while an error is being handled."""
    with suppress(OSError):
        make_private_file(_mark(database))


def is_sound(db: sqlite3.Connection, database: Path) -> bool:
    """Whether the database fits together, as far as a short look shows; the whole of it if it is suspect."""
    is_suspect = _mark(database).exists()
    if not is_suspect:
        db.set_progress_handler(lambda: 1, _QUICK_LOOK_STEPS)
    try:
        is_fine = db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return True
    finally:
        db.set_progress_handler(None, 0)
    if is_fine:
        _mark(database).unlink(missing_ok=True)
    return is_fine


def is_visibly_broken(database: Path) -> bool:
    """Whether the file is no SQLite database, or empty although it once held chats (after a failed copy, say).

    Looked at before SQLite opens the file, because SQLite removes a side file that does not fit to it, and because
    reading it by hand takes the locks away from every connection that this process has to it already.
    """
    if not database.is_file():
        return False
    with database.open("rb") as file:
        start = file.read(len(_SQLITE_HEADER))
    if not start:
        log = database.with_name(database.name + "-wal")
        return bool(backups(database)) or (log.exists() and log.stat().st_size > 0)
    return start != _SQLITE_HEADER


def set_aside(database: Path, now: float) -> Path:
    """Rename the broken file and its side files; returns its new name."""
    stamp = f"{datetime.fromtimestamp(now):%Y-%m-%d-%H%M%S}"
    aside = free_name(database.with_name(f"{database.stem}-broken-{stamp}{database.suffix}"))
    database.rename(aside)
    for suffix in _SIDE_FILES:
        side_file = database.with_name(database.name + suffix)
        if side_file.exists():
            side_file.rename(aside.with_name(aside.name + suffix))
    _mark(database).unlink(missing_ok=True)
    return aside


def set_aside_and_restore(database: Path, now: float) -> Problem:
    """Keep the broken file, put the newest sound backup in its place if there is one; returns what to tell the user."""
    aside = set_aside(database, now)
    backup = restore_newest(database)
    if backup is None:
        return Problem("database_set_aside", f"The chat database was damaged. It is kept as {aside}, and a new, empty "
                       "one was opened.", details={"aside": str(aside)})
    made_at = f"{datetime.fromtimestamp(backup.stat().st_mtime):%Y-%m-%d %H:%M}"
    return Problem("database_restored", f"The chat database was damaged. It is kept as {aside}, and the backup of "
                   f"{made_at} was opened instead; what was written later is not shown.",
                   details={"aside": str(aside), "backup": str(backup), "made_at": made_at})


def _mark(database: Path) -> Path:
    return database.with_name(database.name + ".check")

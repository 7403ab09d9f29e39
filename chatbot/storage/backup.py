"""Automatic backups: one per day of use, the last seven kept, checked before they count.

They hold all texts and leave out the model's states, which are large and can be computed again from the texts.
Everything here opens its own connections, so it may run on any thread while the program writes.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from chatbot.core.errors import StorageError
from chatbot.storage.atomic_file import replaced_at_end
from chatbot.storage.connection import APPLICATION_ID, connect_for_reading, run_check
from chatbot.storage.failures import clear_sentences
from chatbot.storage.migrations import MIGRATIONS, applied_names
from chatbot.storage.rights import make_private_folder

KEPT = 7
SECONDS_BETWEEN = 20 * 3600
"""Less than a day, so that someone who starts the program every morning gets one every morning."""
_NAME = re.compile(r".+-\d{4}-\d{2}-\d{2}-\d{6}(-\d+)?\.db")


def backup_folder(database: Path) -> Path:
    """Where the backups of ``database`` are."""
    return database.with_name("backups")


def backups(database: Path) -> list[Path]:
    """The automatic backups of ``database``, newest first."""
    folder = backup_folder(database)
    if not folder.is_dir():
        return []
    found = [file for file in folder.iterdir()
             if file.name.startswith(database.stem + "-") and _NAME.fullmatch(file.name)]
    return sorted(found, key=lambda file: (file.stat().st_mtime, file.name), reverse=True)


def back_up_if_due(database: Path, *, now: float | None = None) -> Path | None:
    """Make a backup if the newest is a day old and the database changed since. Returns its path."""
    moment = time.time() if now is None else now
    existing = backups(database)
    if existing:
        newest_s = existing[0].stat().st_mtime
        if moment - newest_s < SECONDS_BETWEEN or _changed_at(database) <= newest_s:
            return None
    return back_up(database, now=moment)


def back_up(database: Path, *, now: float | None = None) -> Path:
    """Make a backup now and remove those beyond the newest seven. Raises ``StorageError``; leaves nothing half."""
    moment = time.time() if now is None else now
    folder = backup_folder(database)
    with clear_sentences(folder):
        make_private_folder(folder)
        target = free_name(folder / f"{database.stem}-{datetime.fromtimestamp(moment):%Y-%m-%d-%H%M%S}.db")
        with replaced_at_end(target) as temporary:
            _copy(database, temporary)
            if not run_check(temporary):
                raise StorageError(f"The backup in {folder} could not be read back; check the disk.",
                                   code="io_error", path=str(folder), reason="the copy is damaged")
        os.utime(target, (moment, moment))
        for old in backups(database)[KEPT:]:
            old.unlink(missing_ok=True)
    return target


def restore_newest(database: Path) -> Path | None:
    """Put the newest sound backup in the place of ``database``, which must not exist. Returns the backup used."""
    for candidate in backups(database):
        if _is_usable(candidate):
            with replaced_at_end(database) as temporary:
                shutil.copyfile(candidate, temporary)
            return candidate
    return None


def free_name(wanted: Path) -> Path:
    """``wanted``, or with -2, -3... if it is taken."""
    place, number = wanted, 1
    while place.exists():
        number += 1
        place = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return place


def _copy(database: Path, target: Path) -> None:
    with closing(connect_for_reading(database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.isolation_level = None
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()  # one file, without side files
        if "m002_states" in applied_names(copy):
            copy.execute("DELETE FROM state")
        copy.execute("VACUUM")


def _changed_at(database: Path) -> float:
    files = (database, database.with_name(database.name + "-wal"))
    return max((file.stat().st_mtime for file in files if file.exists()), default=0.0)


def _is_usable(backup: Path) -> bool:
    known = {step.__name__ for step in MIGRATIONS}
    try:
        with closing(connect_for_reading(backup)) as db:
            is_ours = db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            return is_ours and set(applied_names(db)) <= known and run_check(backup)
    except sqlite3.DatabaseError:
        return False

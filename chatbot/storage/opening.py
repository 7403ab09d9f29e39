"""The door of the storage room: from a file name to a store that is ready, and what the user should be told.

The order matters: the lock comes first, because everything after it (migrating, closing interrupted replies, keeping a
broken file aside) is only right while no other program uses the file.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from chatbot.core.errors import Problem, StorageError
from chatbot.storage import inserting, messages, migrations, recovery
from chatbot.storage.backup import back_up
from chatbot.storage.connection import connect, connect_for_reading, transaction
from chatbot.storage.failures import clear_sentences, damaged
from chatbot.storage.instance_lock import InstanceLock
from chatbot.storage.rights import make_private_folder
from chatbot.storage.store import SqliteChatStore


class OpenedStore(NamedTuple):
    """A store and what happened while it was opened; ``notices`` is usually empty."""

    store: SqliteChatStore
    notices: list[Problem]


def open_store(path: Path, *, clock: Callable[[], float] = time.time) -> OpenedStore:
    """Open the database at ``path`` for reading and writing, creating what is missing.

    Raises ``StorageError`` with one of the codes in ``failures``. A broken file is kept aside and reported in the
    notices instead. ``clock`` gives seconds since the epoch.
    """
    path = Path(path).absolute()
    with clear_sentences(path.parent):
        make_private_folder(path.parent)
    lock = InstanceLock(path)
    try:
        db, notices = _open_or_recover(path, clock)
    except BaseException:
        lock.release()
        raise
    return OpenedStore(SqliteChatStore(db, path, lock=lock, clock=clock), notices)


def open_reader(path: Path) -> SqliteChatStore:
    """A cheap second view of a store that may be open elsewhere: it reads, and every change is a ``StorageError``.

    Use it on the thread that opened it. Raises ``StorageError``.
    """
    path = Path(path).absolute()
    with clear_sentences(path):
        db = connect_for_reading(path)
        try:
            if migrations.pending(db, path):
                raise StorageError(f"The chats in {path} come from an older version; start the program once to bring "
                                   "them up to date.", code="database_too_old", path=str(path))
        except BaseException:
            db.close()
            raise
    return SqliteChatStore(db, path)


def open_beside(path: Path, breathe: Callable[[], None] = lambda: None) -> SqliteChatStore:
    """A second door to a store that this program holds open with ``open_store``, for another of its threads.

    It can write. Use it on the thread that opened it, and close it before the first one. ``breathe``: see
    ``SqliteChatStore``. Raises ``StorageError``.
    """
    path = Path(path).absolute()
    with clear_sentences(path):
        return SqliteChatStore(connect(path), path, breathe=breathe)


def _open_or_recover(path: Path, clock: Callable[[], float]) -> tuple[sqlite3.Connection, list[Problem]]:
    try:
        return _open(path), []
    except StorageError as error:
        if error.code != "database_damaged":
            raise
    with clear_sentences(path.parent):
        notice = recovery.set_aside_and_restore(path, clock())
    return _open(path), [notice]


def _open(path: Path) -> sqlite3.Connection:
    """A connection to a sound, migrated database in which nothing is marked as being written."""
    with clear_sentences(path):
        if recovery.is_visibly_broken(path):
            raise damaged(path)
        db = connect(path)
        try:
            if not recovery.is_sound(db, path):
                raise damaged(path)
            _migrate_safely(db, path)
            with transaction(db):
                messages.mark_interrupted(db)
                inserting.forget_unfinished(db)
        except BaseException:
            db.close()
            raise
    return db


def _migrate_safely(db: sqlite3.Connection, path: Path) -> None:
    """Migrate, after a backup if there is anything to lose."""
    if migrations.pending(db, path) and not migrations.is_blank(db):
        back_up(path)
    migrations.migrate(db, path)

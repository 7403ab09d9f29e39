"""What can go wrong with the database, as one clear sentence each.

The codes a window may translate; ``details`` holds the values:

========================  =====================================================================================
disk_full                 path
read_only                 path: the folder or the file may not be written
cannot_open               path, reason
io_error                  path, reason: the disk or a network folder failed
database_busy             path: another program holds the file
database_damaged          path
database_too_new          path, names: made by a newer version of the program
database_too_old          path: a reader met a database that was not migrated yet
not_a_chat_database       path: an SQLite file of another program
already_running           path, process_id (int or None)
cannot_lock               path: a file system without locks
text_too_large            path
not_found                 kind ("conversation", "deleted conversation" or "message"), id
bad_value                 what
unknown_format            format
cannot_write_file         path, reason
cannot_read_file          path, reason
import_too_large          path, megabytes
import_not_json           path
import_not_ours           path
import_too_new            path, version
import_damaged            path, reason
========================  =====================================================================================
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbot.core.errors import StorageError

_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)
_FORBIDDEN_ERRNOS = (errno.EROFS, errno.EACCES, errno.EPERM)


def disk_full(path: Path) -> StorageError:
    """The disk or the user's share of it is full."""
    return StorageError(f"The disk with {path} is full; free some space, then try again. What was saved is safe.",
                        code="disk_full", path=str(path))


def read_only(path: Path) -> StorageError:
    """The folder or file may not be written."""
    return StorageError(f"{path} cannot be written; give yourself write permission or set CHATBOT_HOME to another "
                        "folder.", code="read_only", path=str(path))


def damaged(path: Path) -> StorageError:
    """The file is no SQLite database or its inside does not fit together."""
    return StorageError(f"The chat database {path} is damaged; restart the program, which then keeps the file aside "
                        "and goes on with the latest backup.", code="database_damaged", path=str(path))


def not_found(kind: str, row_id: int | None) -> StorageError:
    """No row with this id."""
    return StorageError(f"There is no {kind} with the number {row_id}.", code="not_found", kind=kind, id=row_id)


def bad_value(sentence: str, what: str) -> StorageError:
    """A caller gave a value that must not reach the database."""
    return StorageError(sentence, code="bad_value", what=what)


def from_sqlite(error: sqlite3.Error, path: Path) -> StorageError | None:
    """The sentence for ``error``; None if it is a bug of ours (wrong SQL, a broken constraint, a wrong thread)."""
    primary_code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    simple = {sqlite3.SQLITE_FULL: disk_full, sqlite3.SQLITE_READONLY: read_only, sqlite3.SQLITE_PERM: read_only,
              sqlite3.SQLITE_CORRUPT: damaged, sqlite3.SQLITE_NOTADB: damaged}
    if primary_code in simple:
        return simple[primary_code](path)
    if primary_code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError(f"Another program holds the chat database {path}; close it, then try again.",
                            code="database_busy", path=str(path))
    if primary_code == sqlite3.SQLITE_CANTOPEN:
        return StorageError(f"The chat database {path} cannot be opened ({error}); check that its folder exists and "
                            "may be written.", code="cannot_open", path=str(path), reason=str(error))
    if primary_code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS):
        return StorageError(f"Reading or writing {path} failed ({error}); check the disk.",
                            code="io_error", path=str(path), reason=str(error))
    if primary_code == sqlite3.SQLITE_TOOBIG:
        return StorageError("This text is too large to be saved; split it into smaller messages.",
                            code="text_too_large", path=str(path))
    return None


def from_os(error: OSError, path: Path) -> StorageError:
    """The sentence for a failed file operation on the database's own files."""
    if error.errno in _FULL_ERRNOS:
        return disk_full(path)
    if error.errno in _FORBIDDEN_ERRNOS:
        return read_only(path)
    reason = error.strerror or str(error)
    return StorageError(f"{path} cannot be opened ({reason}); check that the folder exists and may be written.",
                        code="cannot_open", path=str(path), reason=reason)


@contextmanager
def clear_sentences(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise inside into ``StorageError``; bugs pass unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        known = from_sqlite(error, path)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        raise from_os(error, path) from error

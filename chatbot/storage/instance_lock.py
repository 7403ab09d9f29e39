"""One running program per database: a lock file that the operating system itself releases when a process dies."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from chatbot.core.errors import StorageError
from chatbot.storage.failures import from_os
from chatbot.storage.rights import make_private_file

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BYTE_FAR_OUT = 1 << 30
"""Windows forbids reading a locked byte, so the lock sits far behind the process id."""
_TAKEN_ERRNOS = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)


class InstanceLock:
    """The right to write ``database``, held until ``release`` or the end of the process."""

    def __init__(self, database: Path) -> None:
        """Take the lock; raises ``StorageError`` (``already_running``, ``cannot_lock``, ``read_only``...)."""
        self.path = database.with_name(database.name + ".lock")
        try:
            make_private_file(self.path)
            self._file: IO[bytes] | None = self.path.open("r+b", buffering=0)  # held until release
        except OSError as error:
            raise from_os(error, database.parent) from error
        try:
            _lock(self._file)
        except OSError as error:
            process_id = _process_id(self._file)
            self._file.close()
            raise _refusal(error, database, process_id) from error
        with suppress(OSError):  # a full disk; the number is only there to be shown
            self._file.truncate(0)
            self._file.write(str(os.getpid()).encode())

    def release(self) -> None:
        """Give the lock back; the file stays, because deleting it would let two programs hold "the" lock."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(_BYTE_FAR_OUT)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _process_id(file: IO[bytes]) -> int | None:
    try:
        file.seek(0)
        return int(file.read(20))
    except (OSError, ValueError):
        return None


def _refusal(error: OSError, database: Path, process_id: int | None) -> StorageError:
    if error.errno in _TAKEN_ERRNOS:
        which = f" (process {process_id})" if process_id else ""
        return StorageError(f"The program is already running{which} with the chats in {database.parent}; use that "
                            "window, or close it first.",
                            code="already_running", path=str(database), process_id=process_id)
    return StorageError(f"The disk with {database.parent} cannot lock files; set CHATBOT_HOME to a folder on this "
                        "computer.", code="cannot_lock", path=str(database))

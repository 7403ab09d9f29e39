"""Owner-only rights for everything the program writes."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_FOLDER = 0o700
OWNER_FILE = 0o600


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` and what is missing above it, for the owner only.

    A folder that was there before keeps its rights: the user may have pointed us at a shared one, and its files are
    private anyway.
    """
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for place in reversed(missing):
        place.mkdir(mode=OWNER_FOLDER, exist_ok=True)
        if os.name == "posix":
            place.chmod(OWNER_FOLDER)  # mkdir's mode is narrowed by the umask


def make_private_file(file: Path) -> None:
    """Create ``file`` empty if it is missing, and take everybody else's rights away if it is not; raises ``OSError``.

    A file that is there is never opened: closing any descriptor of a file drops all POSIX locks that the process holds
    on it, and an SQLite connection that has the file open does not take its locks again. The next program that looked
    at the database would then believe that it was the last one, and delete the write-ahead log which we go on writing.

    SQLite gives its side files (-wal, -shm) the rights of the database.
    """
    if not file.exists():
        with suppress(FileExistsError):  # somebody else was faster
            where = os.path.realpath(file)  # O_EXCL refuses a link, also one to a file that is yet to be made
            os.close(os.open(where, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_FILE))
    mode = file.stat().st_mode
    if os.name == "posix" and stat.S_ISREG(mode) and stat.S_IMODE(mode) & ~OWNER_FILE:
        file.chmod(stat.S_IMODE(mode) & OWNER_FILE)

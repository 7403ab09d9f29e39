"""Owner-only rights for everything the program writes."""

from __future__ import annotations

import os
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
    """Create ``file`` empty if it is missing, and take everybody else's rights away if it is not.

    SQLite gives its side files (-wal, -shm) the rights of the database.
    """
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, OWNER_FILE))
    if os.name == "posix" and file.stat().st_mode & 0o777 != OWNER_FILE:
        file.chmod(OWNER_FILE)

"""Which files may not be opened by hand, because an SQLite connection of this process may have them open."""

from __future__ import annotations

import os
from pathlib import Path

_SIDE_FILES = ("-wal", "-shm")


def is_held_database(path: Path) -> bool:
    """Whether ``path`` is an SQLite database with a write-ahead log that some program has open, or a side file of it.

    Ask before reading or replacing a file that a person chose, or that lies in a folder they chose: closing any
    descriptor of such a file takes the locks away from this process's own connections (see
    ``storage.rights.make_private_file``). Looks at names only, behind links. Never raises: False for what cannot be
    looked at.
    """
    try:
        path = Path(os.path.realpath(path))
        if path.name.endswith(_SIDE_FILES):
            return path.with_name(path.name[:-4]).exists()
        return path.with_name(path.name + "-shm").exists()
    except (OSError, ValueError):
        return False

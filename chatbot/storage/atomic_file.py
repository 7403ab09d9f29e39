"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replaced_at_end(target: Path) -> Iterator[Path]:
    """A private temporary file beside ``target``, which takes its place when the block ends well.

    Raises ``OSError``. After a failure ``target`` is as it was and the temporary file is gone.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        flush_to_disk(temporary)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def flush_to_disk(file: Path) -> None:
    """Wait until the content of ``file`` has reached the disk, so that a rename cannot overtake it."""
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

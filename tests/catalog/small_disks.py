"""Disks of a few pages, real ones where the system lets a test mount them, and folders that cannot be written to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

DISK_BYTES = 1024 * 1024
PAGE_BYTES = 4096


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of 1 MiB in memory, mounted at ``place``. The test is skipped where that is not allowed."""
    place.mkdir()
    if not sys.platform.startswith("linux") or not _runs("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs",
                                                         str(place)):
        pytest.skip("a file system can only be mounted by the administrator of a Linux system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, spare_bytes: int = 0) -> None:
    """Write to ``disk`` until no more than ``spare_bytes`` are free."""
    status = os.statvfs(disk)
    size = max(0, status.f_bavail * status.f_frsize - spare_bytes)
    with suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        filler.write(bytes(size))


def make_room(disk: Path) -> None:
    """Take back what ``fill`` wrote."""
    (disk / "filler").unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in ``folder`` can be changed: by its rights, or for the administrator by how it is mounted."""
    if os.name == "nt":
        pytest.skip("the rights of a folder do not keep Windows from writing in it")
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    name = str(folder)
    if not _runs("mount", "--bind", name, name):
        pytest.skip("the administrator is not allowed to mount here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", name], check=True)
        yield
    finally:
        subprocess.run(["umount", name], check=True)


def _runs(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
    except OSError:
        return False

"""A store in a temporary folder, with a clock that moves one second per look."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.storage.opening import open_store
from chatbot.storage.store import SqliteChatStore


class Clock:
    """Seconds since the epoch, one more each time."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "chats.db"


@pytest.fixture
def store(database: Path, clock: Clock) -> Iterator[SqliteChatStore]:
    opened, notices = open_store(database, clock=clock)
    assert notices == []
    yield opened
    opened.close()


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """A folder of ours while we are not root: root may write everywhere, and the test would prove nothing."""
    folder = Path(tempfile.mkdtemp(prefix="chats-"))
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for place in [folder, *folder.rglob("*")]:
            if place.is_dir():
                place.chmod(0o700)
        shutil.rmtree(folder)

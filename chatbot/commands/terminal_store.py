"""Which chat database a terminal chat writes to: the window's, or one that is gone when the chat ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot import paths

if TYPE_CHECKING:
    from chatbot.storage.store import SqliteChatStore


@contextmanager
def chat_store(is_kept: bool) -> Iterator[SqliteChatStore]:
    """The window's database if ``is_kept``, else a temporary one; raises ``StorageError``."""
    if is_kept:
        with _opened(paths.database_file()) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="chatbot-") as folder, _opened(Path(folder) / "chats.db") as store:
        yield store


@contextmanager
def _opened(database: Path) -> Iterator[SqliteChatStore]:
    from chatbot.storage.opening import open_store
    store, notices = open_store(database)
    for notice in notices:
        click.echo(f"chatbot: {notice.sentence}", err=True)
    try:
        yield store
    finally:
        store.close()

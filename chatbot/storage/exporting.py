"""Writing conversations to a file, one at a time, so that memory does not grow with the number of them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from chatbot.core.errors import StorageError
from chatbot.core.held_databases import is_held_database
from chatbot.storage import conversations
from chatbot.storage.atomic_file import replaced_at_end
from chatbot.storage.export_json import write_json
from chatbot.storage.export_readable import write_markdown, write_text

Breathe = Callable[[], None]
"""Called before each conversation; may wait, and may raise to end the export."""

Writer = Callable[[sqlite3.Connection, Iterable[int], IO[str]], None]

WRITERS: dict[str, Writer] = {"json": write_json, "markdown": write_markdown, "text": write_text}
SUFFIXES = {"json": ".json", "markdown": ".md", "text": ".txt"}
"""The usual file name suffix of each format."""


def export(db: sqlite3.Connection, conversation_ids: Sequence[int] | None, format: str, target: Path,
           breathe: Breathe = lambda: None) -> int:
    """Write the conversations (None: all that are not deleted) to ``target``, whole or not at all.

    The file is the owner's alone. Returns how many were written; raises ``StorageError``.
    """
    writer = WRITERS.get(format)
    if writer is None:
        raise StorageError(f"There is no export format called {format!r}; choose one of {', '.join(WRITERS)}.",
                           code="unknown_format", format=format)
    if conversation_ids is None:
        ids = [conversation.id for conversation in conversations.all_shown(db)]
    else:
        ids = list(dict.fromkeys(conversation_ids))
    for conversation_id in ids:
        conversations.require(db, conversation_id)
    try:
        _write(db, writer, _one_by_one(ids, breathe), Path(target))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{target} cannot be written ({reason}); choose another place.",
                           code="cannot_write_file", path=str(target), reason=reason) from error
    return len(ids)


def _one_by_one(ids: Iterable[int], breathe: Breathe) -> Iterator[int]:
    for conversation_id in ids:
        breathe()
        yield conversation_id


def _write(db: sqlite3.Connection, writer: Writer, ids: Iterable[int], target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(21, "it is a folder", str(target))
    if is_held_database(target):
        raise PermissionError(errno.EPERM, "it is a database in use", str(target))
    with replaced_at_end(target) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        writer(db, ids, file)

"""Reading the program's own JSON export: the whole file is checked before anything touches the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chatbot.core.errors import StorageError
from chatbot.core.held_databases import is_held_database
from chatbot.storage.export_json import SCHEMA, SCHEMA_VERSION
from chatbot.storage.import_checks import CheckedConversation, WrongShape, checked_conversation

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Far above what a person types in a lifetime; a larger file would not fit into memory as JSON."""


def read_file(source: Path) -> list[CheckedConversation]:
    """The conversations in ``source``, checked; raises ``StorageError`` naming what is wrong and where."""
    root = _json_of(source)
    if not isinstance(root, dict) or root.get("schema") != SCHEMA:
        raise StorageError(f"{source.name} is not an export of this program; choose a file that it wrote as JSON.",
                           code="import_not_ours", path=str(source))
    version = root.get("version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise StorageError(f"{source.name} was written by a newer version of this program; update, then import it.",
                           code="import_too_new", path=str(source), version=version)
    try:
        if version != SCHEMA_VERSION or isinstance(version, bool):
            raise WrongShape("the version is missing")
        if not isinstance(root.get("conversations"), list):
            raise WrongShape("the list of conversations is missing")
        return [checked_conversation(value, f"conversation {number}")
                for number, value in enumerate(root["conversations"], start=1)]
    except WrongShape as problem:
        raise StorageError(f"{source.name} was altered or is incomplete ({problem}); nothing was imported.",
                           code="import_damaged", path=str(source), reason=str(problem)) from problem


def _json_of(source: Path) -> Any:
    try:
        size = source.stat().st_size
        if size > MAX_FILE_BYTES:
            raise StorageError(f"{source.name} is larger than {MAX_FILE_BYTES >> 20} MB; export fewer conversations at "
                               "a time.", code="import_too_large", path=str(source), megabytes=size >> 20)
        if is_held_database(source):
            raise _no_json(source)
        content = source.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{source} cannot be read ({reason}); choose another file.",
                           code="cannot_read_file", path=str(source), reason=reason) from error
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant, object_hook=_let_others_run)
    except (ValueError, RecursionError) as error:
        raise _no_json(source) from error


def _no_json(source: Path) -> StorageError:
    return StorageError(f"{source.name} is not a complete JSON file; choose a file that this program exported.",
                        code="import_not_json", path=str(source))


def _let_others_run(value: dict[str, Any]) -> dict[str, Any]:
    """Python's reader never lets another thread run while it reads, for seconds in a large file, but for a call like
    this one; the window lives in another thread."""
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")

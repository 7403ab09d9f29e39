"""Reading the program's own JSON export back in: the whole file or nothing of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from chatbot.core.errors import StorageError
from chatbot.storage import tree
from chatbot.storage.branching import next_message_id
from chatbot.storage.export_json import SCHEMA, SCHEMA_VERSION
from chatbot.storage.import_checks import CheckedConversation, WrongShape, checked_conversation
from chatbot.storage.rows import one

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


def insert(db: sqlite3.Connection, conversations: list[CheckedConversation]) -> list[int]:
    """Add checked conversations as new ones; returns their ids."""
    return [_insert_one(db, conversation) for conversation in conversations]


def _json_of(source: Path) -> Any:
    try:
        size = source.stat().st_size
        if size > MAX_FILE_BYTES:
            raise StorageError(f"{source.name} is larger than {MAX_FILE_BYTES >> 20} MB; export fewer conversations at "
                               "a time.", code="import_too_large", path=str(source), megabytes=size >> 20)
        content = source.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{source} cannot be read ({reason}); choose another file.",
                           code="cannot_read_file", path=str(source), reason=reason) from error
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise StorageError(f"{source.name} is not a complete JSON file; choose a file that this program exported.",
                           code="import_not_json", path=str(source)) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _insert_one(db: sqlite3.Connection, conversation: CheckedConversation) -> int:
    db.execute("PRAGMA defer_foreign_keys = ON")  # a parent may stand behind its child; checked at the end
    columns = ", ".join(conversation.values)
    marks = ", ".join("?" * len(conversation.values))
    cursor = db.execute(f"INSERT INTO conversation ({columns}) VALUES ({marks})", tuple(conversation.values.values()))
    conversation_id = int(cursor.lastrowid or 0)
    first_id = next_message_id(db)
    new_ids = {message["id"]: first_id + place for place, message in enumerate(conversation.messages)}
    db.executemany("""
        INSERT INTO message (id, conversation_id, parent_id, depth, role, text, created_at, status, model_id,
                             statistics_json, is_edited, forgets_before, rating, shown_child_id)
        VALUES (:id, :conversation_id, :parent_id, :depth, :role, :text, :created_at, :status, :model_id,
                :statistics_json, :is_edited, :forgets_before, :rating, :shown_child_id)""",
                   [message | {"id": new_ids[message["id"]], "conversation_id": conversation_id,
                               "parent_id": new_ids.get(message["parent"]),
                               "shown_child_id": new_ids.get(message["shown_child"])}
                    for message in conversation.messages])
    if conversation.head is not None:
        _point_to_newest_children(db, conversation_id)
        tree.show(db, new_ids[conversation.head])
    return conversation_id


def _point_to_newest_children(db: sqlite3.Connection, conversation_id: int) -> None:
    """Fill pointers that the file left out."""
    if one(db, "SELECT 1 FROM message WHERE conversation_id = ? AND shown_child_id IS NULL", conversation_id):
        db.execute("""
            UPDATE message SET shown_child_id = (SELECT max(c.id) FROM message c WHERE c.parent_id = message.id)
            WHERE conversation_id = ? AND shown_child_id IS NULL""", (conversation_id,))

"""The program's own export format: everything about a conversation but the model's states.

``import_json`` reads it back. One message per line, so that the file can be searched and compared line by line.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO, Any

from chatbot.storage import conversations
from chatbot.storage.rows import MESSAGE_COLUMNS
from chatbot.storage.texts import clean_text

SCHEMA = "wren-chatbot-conversations"
SCHEMA_VERSION = 1


def write_json(db: sqlite3.Connection, conversation_ids: Iterable[int], file: IO[str]) -> None:
    """Whole trees with all versions, marks, statistics, titles, pins and drafts. Times are seconds since 1970, UTC."""
    exported_at = datetime.now(UTC).isoformat(timespec="seconds")
    file.write(f'{{"schema": "{SCHEMA}", "version": {SCHEMA_VERSION}, "exported_at": "{exported_at}",\n'
               '"conversations": [')
    separator = "\n"
    for conversation_id in conversation_ids:
        file.write(separator)
        _write_conversation(db, conversation_id, file)
        separator = ",\n"
    file.write("\n]}\n")


def _write_conversation(db: sqlite3.Connection, conversation_id: int, file: IO[str]) -> None:
    conversation = conversations.get(db, conversation_id)
    sampling = conversation.sampling_json
    head = _dump({
        "title": conversation.title, "is_title_automatic": conversation.is_title_automatic,
        "created_at": conversation.created_at, "updated_at": conversation.updated_at,
        "is_pinned": conversation.is_pinned, "model_id": conversation.model_id,
        "sampling": json.loads(sampling) if sampling else None, "draft": conversation.draft,
        "head": conversation.head_id})
    file.write(head[:-1] + ', "messages": [')
    rows = db.execute(f"SELECT {MESSAGE_COLUMNS}, m.shown_child_id FROM message m WHERE m.conversation_id = ? "
                      "ORDER BY m.id", (conversation_id,))
    separator = "\n"
    for row in rows:
        file.write(separator + _dump(_message_object(row)))
        separator = ",\n"
    file.write("\n]}")


def _message_object(row: tuple[Any, ...]) -> dict[str, Any]:
    (row_id, _, parent_id, role, text, created_at, status, model_id, statistics_json, is_edited, forgets_before,
     rating, shown_child_id) = row
    return {"id": row_id, "parent": parent_id, "role": role, "text": text, "created_at": created_at, "status": status,
            "model_id": model_id, "statistics": json.loads(statistics_json) if statistics_json else None,
            "is_edited": bool(is_edited), "forgets_before": bool(forgets_before), "rating": rating,
            "shown_child": shown_child_id}


def _dump(value: dict[str, Any]) -> str:
    return clean_text(json.dumps(value, ensure_ascii=False))  # settings may hold what no UTF-8 file can

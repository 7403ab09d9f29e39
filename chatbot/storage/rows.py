"""How rows of the database become the records of ``core.messages``, and back."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields
from typing import Any

from chatbot.core.messages import Conversation, Message, MessageStatus, ReplyStatistics, Role

_ROLES = {role.value: role for role in Role}
_STATUSES = {status.value: status for status in MessageStatus}
_STATISTICS_FIELDS = {field.name for field in fields(ReplyStatistics)}

MESSAGE_COLUMNS = """
    m.id, m.conversation_id, m.parent_id, m.role, m.text, m.created_at, m.status, m.model_id, m.statistics_json,
    m.is_edited, m.forgets_before, m.rating"""

_SIBLINGS = """
    SELECT count(*) FROM message s
    WHERE s.parent_id IS m.parent_id AND s.conversation_id = m.conversation_id AND s.role = m.role"""

NUMBERED_MESSAGE_COLUMNS = f"{MESSAGE_COLUMNS}, ({_SIBLINGS} AND s.id <= m.id), ({_SIBLINGS})"
"""With the two version numbers. The index ``message_versions`` answers both without reading a message."""

CONVERSATION_COLUMNS = """
    c.id, c.title, c.created_at, c.updated_at, c.is_title_automatic, c.is_pinned, c.model_id, c.sampling_json, c.draft,
    c.head_id, coalesce((SELECT h.depth + 1 FROM message h WHERE h.id = c.head_id), 0)"""


def message_from(row: tuple[Any, ...]) -> Message:
    """A ``Message`` from ``NUMBERED_MESSAGE_COLUMNS`` (or, all versions being 1, ``MESSAGE_COLUMNS``)."""
    (row_id, conversation_id, parent_id, role, text, created_at, status, model_id, statistics_json, is_edited,
     forgets_before, rating, *numbers) = row
    return Message(row_id, conversation_id, parent_id, _ROLES[role], text, created_at, _STATUSES[status], model_id,
                   statistics_from(statistics_json), bool(is_edited), bool(forgets_before), rating, *numbers)


def conversation_from(row: tuple[Any, ...]) -> Conversation:
    """A ``Conversation`` from ``CONVERSATION_COLUMNS``."""
    row_id, title, created_at, updated_at, is_title_automatic, is_pinned, *rest = row
    return Conversation(row_id, title, created_at, updated_at, bool(is_title_automatic), bool(is_pinned), *rest)


def statistics_from(text: str | None) -> ReplyStatistics | None:
    """The statistics kept as ``text``; None if there are none or a newer program kept others."""
    if text is None:
        return None
    values = json.loads(text)
    try:
        return ReplyStatistics(**{name: value for name, value in values.items() if name in _STATISTICS_FIELDS})
    except TypeError:
        return None


def statistics_to(statistics: ReplyStatistics | None) -> str | None:
    """The text under which ``statistics`` are kept."""
    return None if statistics is None else json.dumps(asdict(statistics))


def one(db: sqlite3.Connection, sql: str, *values: object) -> tuple[Any, ...] | None:
    """The first row of a query, or None."""
    return db.execute(sql, values).fetchone()

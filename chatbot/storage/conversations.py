"""Conversations: making, listing, naming, deleting. Functions over an open transaction."""

from __future__ import annotations

import json
import sqlite3

from chatbot.core.messages import Conversation, DeletedConversation, ShownChat
from chatbot.storage import tree
from chatbot.storage.failures import bad_value, not_found
from chatbot.storage.rows import CONVERSATION_COLUMNS, conversation_from, one
from chatbot.storage.texts import clean_text
from chatbot.storage.titles import tidy_title, title_from

UNFINISHED_AT = 1e12
"""``deleted_at`` of conversations that are being imported; seconds since the epoch, in the year 33658."""
ABANDONED_AT = 0.0
"""``deleted_at`` of what a crash left of an import; seconds since the epoch: long enough ago to be erased next time."""
_CAN_COME_BACK = f"deleted_at > {ABANDONED_AT} AND deleted_at < {UNFINISHED_AT}"
_TITLE_SOURCE_CHARACTERS = 4000


def create(db: sqlite3.Connection, title: str, model_id: str | None, now: float) -> Conversation:
    """A new empty conversation; without a ``title`` it gets an automatic one later."""
    title = tidy_title(title)
    cursor = db.execute("""
        INSERT INTO conversation (title, is_title_automatic, created_at, updated_at, model_id)
        VALUES (?, ?, ?, ?, ?)""",
                        (title, not title, now, now, model_id))
    return get(db, cursor.lastrowid)


def get(db: sqlite3.Connection, conversation_id: int | None) -> Conversation:
    """The conversation, also a deleted one; raises ``StorageError`` if there is none."""
    row = one(db, f"SELECT {CONVERSATION_COLUMNS} FROM conversation c WHERE c.id = ?", conversation_id)
    if row is None:
        raise not_found("conversation", conversation_id)
    return conversation_from(row)


def all_shown(db: sqlite3.Connection) -> list[Conversation]:
    """Not deleted ones: pinned first, then the latest changed first."""
    rows = db.execute(f"""
        SELECT {CONVERSATION_COLUMNS} FROM conversation c WHERE c.deleted_at IS NULL
        ORDER BY c.is_pinned DESC, c.updated_at DESC, c.id DESC""")
    return [conversation_from(row) for row in rows]


def shown_chat(db: sqlite3.Connection, conversation: Conversation) -> ShownChat:
    """The conversation with its shown path."""
    path = tree.path(db, conversation.id, None)
    row = one(db, "SELECT count(*) FROM message WHERE conversation_id = ?", conversation.id)
    return ShownChat(conversation, tuple(path), (row[0] if row else 0) - len(path))


def require(db: sqlite3.Connection, conversation_id: int) -> None:
    """Raise ``StorageError`` if there is no such conversation."""
    if one(db, "SELECT 1 FROM conversation WHERE id = ?", conversation_id) is None:
        raise not_found("conversation", conversation_id)


def set_value(db: sqlite3.Connection, conversation_id: int, column: str, value: object) -> None:
    """Change one column, named by the code and never by a user. Does not move the conversation in the list."""
    if db.execute(f"UPDATE conversation SET {column} = ? WHERE id = ?", (value, conversation_id)).rowcount == 0:
        raise not_found("conversation", conversation_id)


def rename(db: sqlite3.Connection, conversation_id: int, title: str) -> None:
    """The user's title; an empty one brings the automatic title back."""
    title = tidy_title(title)
    set_value(db, conversation_id, "is_title_automatic", not title)
    set_value(db, conversation_id, "title", title or _title_from_first_message(db, conversation_id))


def set_sampling(db: sqlite3.Connection, conversation_id: int, sampling_json: str | None) -> None:
    """The conversation's own sampling settings: a JSON object, or None for none."""
    if sampling_json is not None and not _is_json_object(sampling_json):
        raise bad_value("The sampling settings of a conversation must be a JSON object.", "sampling_json")
    set_value(db, conversation_id, "sampling_json", sampling_json)


def touch(db: sqlite3.Connection, conversation_id: int, now: float) -> None:
    """Note that the conversation changed, which moves it up in the list; a clock set back never moves it down."""
    db.execute("UPDATE conversation SET updated_at = max(updated_at, ?) WHERE id = ?", (now, conversation_id))


def set_draft(db: sqlite3.Connection, conversation_id: int, draft: str) -> None:
    """Text that was typed and not sent."""
    set_value(db, conversation_id, "draft", clean_text(draft))


def give_automatic_title(db: sqlite3.Connection, conversation_id: int, text: str, is_first: bool) -> None:
    """Name the conversation after ``text`` unless the user named it or an earlier message did."""
    row = one(db, "SELECT title, is_title_automatic FROM conversation WHERE id = ?", conversation_id)
    if row is None or not row[1] or (row[0] and not is_first):
        return
    title = title_from(text[:_TITLE_SOURCE_CHARACTERS])
    if title and title != row[0]:
        set_value(db, conversation_id, "title", title)


def all_deleted(db: sqlite3.Connection) -> list[DeletedConversation]:
    """Those that can be brought back, the latest deleted first; no imports that are under way or were cut short."""
    rows = db.execute(f"""
        SELECT c.deleted_at, {CONVERSATION_COLUMNS} FROM conversation c WHERE {_CAN_COME_BACK}
        ORDER BY c.deleted_at DESC, c.id DESC""")
    return [DeletedConversation(conversation_from(row), deleted_at) for deleted_at, *row in rows]


def erase_deleted(db: sqlite3.Connection, conversation_id: int) -> None:
    """Erase one deleted conversation with all its messages."""
    row = one(db, f"SELECT 1 FROM conversation WHERE id = ? AND {_CAN_COME_BACK}", conversation_id)
    if row is None:
        raise not_found("deleted conversation", conversation_id)
    _erase(db, conversation_id)


def _erase(db: sqlite3.Connection, conversation_id: int) -> None:
    db.execute("DELETE FROM message WHERE conversation_id = ?", (conversation_id,))
    db.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))


def purge_deleted(db: sqlite3.Connection, deleted_before: float) -> int:
    """Erase conversations that were deleted before that moment, with all their messages. Returns how many."""
    ids = db.execute("SELECT id FROM conversation WHERE deleted_at <= ?", (deleted_before,)).fetchall()
    for (conversation_id,) in ids:
        _erase(db, conversation_id)
    return len(ids)


def _title_from_first_message(db: sqlite3.Connection, conversation_id: int) -> str:
    rows = db.execute("""
        SELECT substr(text, 1, ?) FROM message WHERE conversation_id = ? AND role = 'user'
        ORDER BY depth, id DESC LIMIT 20""", (_TITLE_SOURCE_CHARACTERS, conversation_id))
    return next((title for (text,) in rows if (title := title_from(text))), "")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False

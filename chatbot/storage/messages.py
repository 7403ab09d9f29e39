"""Writing messages: new ones, replies that stream, edits, marks. Functions over an open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from chatbot.core.messages import MessageStatus, ReplyStatistics, Role
from chatbot.storage import conversations, states, tree
from chatbot.storage.failures import bad_value, not_found
from chatbot.storage.rows import one, statistics_to
from chatbot.storage.texts import clean_text


def add(db: sqlite3.Connection, conversation_id: int, parent_id: int | None, role: Role, text: str, now: float, *,
        status: MessageStatus = MessageStatus.COMPLETE, model_id: str | None = None,
        is_edited: bool = False, forgets_before: bool = False) -> tree.Node:
    """Append a message below ``parent_id``, make it the head, and name the conversation if it has no name yet.

    A deleted conversation comes back: nothing is written where nobody sees it and where it will be erased.
    """
    shown_id = tree.head_id(db, conversation_id)
    depth = _depth_below(db, conversation_id, parent_id)
    text = clean_text(text)
    cursor = db.execute("""
        INSERT INTO message (conversation_id, parent_id, depth, role, text, created_at, status, model_id, is_edited,
                             forgets_before)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                        (conversation_id, parent_id, depth, Role(role).value, text, now, MessageStatus(status).value,
                         model_id, is_edited, forgets_before))
    place = tree.Node(int(cursor.lastrowid or 0), parent_id, depth, conversation_id, role)
    tree.point_down_to(db, place, shown_id)
    db.execute("UPDATE conversation SET head_id = ?, updated_at = max(updated_at, ?), deleted_at = NULL WHERE id = ?",
               (place.id, now, conversation_id))
    if role == Role.USER:
        conversations.give_automatic_title(db, conversation_id, text, is_first=parent_id is None)
    return place


def begin_exchange(db: sqlite3.Connection, conversation_id: int, parent_id: int | None, text: str, model_id: str,
                   now: float, *, forgets_before: bool = False, keeps_draft: bool = False) -> tuple[int, int]:
    """The user's message and an empty reply marked ``writing``; clears the draft, if ``text`` was it. Returns both
    ids."""
    asked = add(db, conversation_id, parent_id, Role.USER, text, now, forgets_before=forgets_before)
    reply = add(db, conversation_id, asked.id, Role.BOT, "", now, status=MessageStatus.WRITING, model_id=model_id)
    if not keeps_draft:
        conversations.set_value(db, conversation_id, "draft", "")
    return asked.id, reply.id


def update_text(db: sqlite3.Connection, message_id: int, text: str) -> None:
    """The text so far of a message that is being written, which is marked so: a reply can be continued later."""
    states.forget_from(db, message_id)
    written = db.execute("UPDATE message SET text = ?, status = 'writing' WHERE id = ?", (clean_text(text), message_id))
    if written.rowcount == 0:
        raise not_found("message", message_id)


def end_reply(db: sqlite3.Connection, message_id: int, text: str, status: MessageStatus,
              statistics: ReplyStatistics | None, new_states: Iterable[tuple[int, bytes]], model_id: str,
              now: float) -> None:
    """The whole text with its statistics and states."""
    place = tree.node(db, message_id)
    states.forget_from(db, message_id)
    db.execute("UPDATE message SET text = ?, status = ?, statistics_json = ?, model_id = ? WHERE id = ?",
               (clean_text(text), MessageStatus(status).value, statistics_to(statistics), model_id, message_id))
    states.save(db, place, model_id, new_states)
    conversations.touch(db, place.conversation_id, now)


def edit_bot_message(db: sqlite3.Connection, message_id: int, text: str, now: float) -> int:
    """A new version of a bot message with the user's words; returns its id."""
    old = tree.message(db, message_id)
    if old.role != Role.BOT:
        raise bad_value("Only a message of the bot can be edited in place; write an own message anew instead.", "role")
    # The new version may be where the memory starts anew, as the old one was.
    return add(db, old.conversation_id, old.parent_id, Role.BOT, text, now, model_id=old.model_id, is_edited=True,
               forgets_before=old.forgets_before).id


def set_forgets_before(db: sqlite3.Connection, message_id: int, forgets: bool) -> None:
    """Start the memory anew at this message; states from here on were made with another memory and go."""
    tree.node(db, message_id)
    states.forget_from(db, message_id)
    db.execute("UPDATE message SET forgets_before = ? WHERE id = ?", (bool(forgets), message_id))


def set_rating(db: sqlite3.Connection, message_id: int, rating: int) -> None:
    """The user's thumb: -1, 0 or 1."""
    if rating not in (-1, 0, 1):
        raise bad_value(f"A rating is -1, 0 or 1, not {rating!r}.", "rating")
    if db.execute("UPDATE message SET rating = ? WHERE id = ?", (int(rating), message_id)).rowcount == 0:
        raise not_found("message", message_id)


def mark_interrupted(db: sqlite3.Connection) -> int:
    """Close the replies that a program which is no longer running left unfinished. Returns how many."""
    return db.execute("UPDATE message SET status = 'interrupted' WHERE status = 'writing'").rowcount


def _depth_below(db: sqlite3.Connection, conversation_id: int, parent_id: int | None) -> int:
    if parent_id is None:
        return 0
    row = one(db, "SELECT depth, conversation_id FROM message WHERE id = ?", parent_id)
    if row is None:
        raise not_found("message", parent_id)
    if row[1] != conversation_id:
        raise bad_value("A message cannot hang below a message of another conversation.", "parent_id")
    return row[0] + 1

"""Texts of edits that were not sent, one per message. Functions over an open transaction."""

from __future__ import annotations

import sqlite3

from chatbot.storage import tree
from chatbot.storage.texts import clean_text


def put(db: sqlite3.Connection, message_id: int, text: str) -> None:
    """Keep how the edit of this message reads by now; an empty text ends the keeping."""
    tree.node(db, message_id)
    db.execute("DELETE FROM edit_draft WHERE message_id = ?", (message_id,))
    text = clean_text(text)
    if text:
        db.execute("INSERT INTO edit_draft (message_id, text) VALUES (?, ?)", (message_id, text))


def of_conversation(db: sqlite3.Connection, conversation_id: int) -> dict[int, str]:
    """The kept texts of a conversation by message, the one that was changed last at the end."""
    rows = db.execute("""
        SELECT e.message_id, e.text FROM edit_draft e CROSS JOIN message m ON m.id = e.message_id
        WHERE m.conversation_id = ? ORDER BY e.id""", (conversation_id,))
    return dict(rows.fetchall())

"""Claude's export: a list of conversations with their messages in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import iso_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, list_of, members, objects, small_value, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = ("[].chat_messages", ".chat_messages")

USER, ASSISTANT = "User", "Claude"


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield both sides, conversation by conversation."""
    cursor = JsonCursor(source.chunks())
    conversations = objects(cursor) if cursor.kind() == "array" else iter((None,))
    for number, _ in enumerate(conversations, 1):
        id = str(number)
        for key in members(cursor):
            if key == "uuid":
                id = text_of(small_value(cursor)) or id
            elif key == "name":
                context.titles[id] = text_of(small_value(cursor))
            elif key == "chat_messages":
                for entry in entries(cursor, context):
                    message = _message(entry, id, context)
                    if message is not None:
                        yield message


def _message(entry: dict[str, Any], id: str, context: ReadContext) -> LogMessage | None:
    sender = text_of(entry.get("sender")) or text_of(entry.get("role"))
    if sender not in ("human", "user", "assistant"):
        context.skip(SkipReason.HIDDEN)
        return None
    text = _text(entry)
    if not text.strip():
        context.skip(SkipReason.MEDIA if entry.get("attachments") or entry.get("files") else SkipReason.EMPTY)
        return None
    is_user = sender != "assistant"
    context.me_votes[USER] += is_user
    return LogMessage(iso_seconds(entry.get("created_at")), USER if is_user else ASSISTANT, text, "", id)


def _text(entry: dict[str, Any]) -> str:
    """The visible parts; thoughts and tool calls are parts of other types."""
    parts = [text_of(dict_of(part).get("text")) for part in list_of(entry.get("content"))
             if dict_of(part).get("type") == "text"]
    return "\n".join(filter(None, parts)) or text_of(entry.get("text"))

"""Messenger's newer download of end-to-end encrypted chats: another shape, and correctly encoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import entries, members, text_of, top_fields
from chatbot.chatlogs.readers.messenger import sentence_reason
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = (".messages[].senderName .messages[].timestamp", ".participants .threadName .messages")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    thread = text_of(top_fields(source, frozenset({"threadName"})).get("threadName"))
    # The name ends in a number of the download: "Bob_15".
    name, _, number = thread.rpartition("_")
    context.titles[thread] = name if name and number.isdecimal() else thread
    cursor = JsonCursor(source.chunks())
    for key in members(cursor):
        if key == "messages":
            for entry in entries(cursor, context):
                reason = _skip_reason(entry)
                if reason is not None:
                    context.skip(reason)
                    continue
                yield LogMessage(unix_seconds(entry.get("timestamp")), text_of(entry.get("senderName")) or "Unknown",
                                 text_of(entry.get("text")), "", thread)


def _skip_reason(entry: dict[str, Any]) -> SkipReason | None:
    if entry.get("isUnsent") is True:
        return SkipReason.DELETED
    if entry.get("type") == "placeholder":
        return SkipReason.SYSTEM
    text = text_of(entry.get("text")).strip()
    if not text:
        return SkipReason.MEDIA if entry.get("media") or entry.get("type") in ("media", "link") else SkipReason.EMPTY
    return sentence_reason(text)

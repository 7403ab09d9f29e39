"""Signal, as written by sigtop in JSON: the raw rows of Signal Desktop's database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import entries, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = ("[].sent_at [].type [].conversationId", "[].body [].sent_at [].type", "[].body [].received_at [].type")

ME = "Me"
_SENDER_KEYS = ("sourceServiceId", "sourceUuid", "source", "conversationId")
_NAME_KEYS = ("sourceName", "profileName", "source", "sourceServiceId", "sourceUuid")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote. An edited message stands once, with its last words."""
    for entry in entries(JsonCursor(source.chunks()), context):
        reason = _skip_reason(entry)
        if reason is not None:
            context.skip(reason)
            continue
        time = unix_seconds(entry.get("sent_at")) or unix_seconds(entry.get("received_at"))
        chat = text_of(entry.get("conversationId"))
        text = text_of(entry.get("body"))
        if entry.get("type") == "outgoing":
            context.me_votes[ME] += 1
            yield LogMessage(time, ME, text, "", chat)
        else:
            yield LogMessage(time, _first(entry, _NAME_KEYS) or "Unknown", text, _first(entry, _SENDER_KEYS), chat)


def _first(entry: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next(filter(None, (text_of(entry.get(key)) for key in keys)), "")


def _skip_reason(entry: dict[str, Any]) -> SkipReason | None:
    kind = entry.get("type")
    if kind not in ("incoming", "outgoing"):
        return SkipReason.CALL if kind == "call-history" else SkipReason.SYSTEM
    if entry.get("deletedForEveryone") or entry.get("isErased"):
        return SkipReason.DELETED
    if entry.get("storyReaction"):
        return SkipReason.REACTION
    if not text_of(entry.get("body")).strip():
        has_media = entry.get("attachments") or entry.get("sticker") or entry.get("hasAttachments")
        return SkipReason.MEDIA if has_media else SkipReason.EMPTY
    return None

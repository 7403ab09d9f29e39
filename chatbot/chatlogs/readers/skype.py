"""Skype's archive: ``messages.json``, alone or in the tar file that Skype made. Texts are a kind of XML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import iso_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import entries, members, objects, small_value, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = (".conversations[].MessageList", ".userId .conversations")

_QUOTE = re.compile(r"<quote\b.*?</quote>", re.DOTALL | re.IGNORECASE)
_EDIT = re.compile(r"<e_m\b[^>]{0,300}>(?:</e_m>)?", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6});")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote, conversation by conversation, newest first as in the file."""
    cursor = JsonCursor(source.chunks())
    me = ""
    for key in members(cursor):
        if key == "userId":
            me = text_of(small_value(cursor))
            context.me_votes[me] += 1
        elif key == "conversations":
            for number, _ in enumerate(objects(cursor), 1):
                yield from _conversation(cursor, number, me, context)


def _conversation(cursor: JsonCursor, number: int, me: str, context: ReadContext) -> Iterator[LogMessage]:
    id, title = str(number), ""
    for key in members(cursor):
        if key == "id":
            id = text_of(small_value(cursor)) or id
        elif key == "displayName":
            title = text_of(small_value(cursor))
        elif key == "MessageList":
            context.titles[id] = title
            for entry in entries(cursor, context):
                message = _message(entry, id, title, me, context)
                if message is not None:
                    yield message


def _message(entry: dict[str, Any], id: str, title: str, me: str, context: ReadContext) -> LogMessage | None:
    kind = text_of(entry.get("messagetype"))
    content = text_of(entry.get("content"))
    sender = text_of(entry.get("from")) or "Unknown"
    reason = _skip_reason(kind, content)
    text = "" if reason else plain_text(content, context)
    if reason is None and not text.strip():
        reason = SkipReason.QUOTED if "<quote" in content else SkipReason.EMPTY
    if reason is not None:
        context.skip(reason)
        return None
    # Names are mostly missing; in a talk of two the other has the name of the conversation.
    name = text_of(entry.get("displayName")) or (title if sender == id else "") or sender.partition(":")[2] or sender
    return LogMessage(iso_seconds(entry.get("originalarrivaltime")), name, text, sender, id)


def _skip_reason(kind: str, content: str) -> SkipReason | None:
    if kind in ("RichText", "Text"):
        return None if content.strip() else SkipReason.DELETED
    if kind.startswith("Event/Call"):
        return SkipReason.CALL
    return SkipReason.MEDIA if kind.startswith(("RichText/", "InviteFree")) else SkipReason.SYSTEM


def plain_text(content: str, context: ReadContext) -> str:
    """``content`` without tags, without quotes of others, and unescaped as often as it was escaped."""
    if "<" not in content and "&" not in content:
        return content
    text = _EDIT.sub("", content)
    if text != content:
        context.clean("edit_mark")
    bare = _QUOTE.sub("", text)
    if bare != text:
        context.clean("quote")
    bare = html.unescape(_TAG.sub("", bare))
    return html.unescape(bare) if _ENTITY.search(bare) else bare

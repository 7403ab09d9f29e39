"""Discord, as written by DiscordChatExporter in JSON: one file per channel, perhaps in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import iso_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, list_of, members, small_value, text_of
from chatbot.chatlogs.quotes import without_quoted_lines
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = (".guild .channel .messages", ".channel .messages[].author .messages[].timestamp",
          ".messages[].author.isBot .messages[].content")

_PEOPLE_TYPES = ("Default", "Reply", "0", "19")
_EMOJI = re.compile(r"<a?(:\w{1,40}:)\d{1,25}>")
_MENTION = re.compile(r"<@!?(\d{1,25})>")
_OTHER_MENTION = re.compile(r"<(?:#|@&)\d{1,25}>")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    cursor = JsonCursor(source.chunks())
    channel = ""
    for key in members(cursor):
        if key == "channel":
            value = dict_of(small_value(cursor))
            channel = text_of(value.get("id"))
            context.titles[channel] = text_of(value.get("name"))
        elif key == "messages":
            for entry in entries(cursor, context):
                message = _message(entry, channel, context)
                if message is not None:
                    yield message


def _message(entry: dict[str, Any], channel: str, context: ReadContext) -> LogMessage | None:
    author = dict_of(entry.get("author"))
    text = text_of(entry.get("content"))
    reason = _skip_reason(entry, author, text)
    if reason is not None:
        context.skip(reason)
        return None
    text, has_quote = without_quoted_lines(_plain(text, entry))
    if has_quote:
        context.clean("quote")
    name = text_of(author.get("nickname")) or text_of(author.get("name"))
    return LogMessage(iso_seconds(entry.get("timestamp")), name or "Deleted user", text, text_of(author.get("id")),
                      channel)


def _skip_reason(entry: dict[str, Any], author: dict[str, Any], text: str) -> SkipReason | None:
    kind = text_of(entry.get("type"))
    if kind and kind not in _PEOPLE_TYPES:
        return SkipReason.CALL if kind == "Call" else SkipReason.SYSTEM
    if author.get("isBot") is True:
        return SkipReason.BOT
    if not text.strip():
        if entry.get("forwardedMessage"):
            return SkipReason.FORWARDED
        has_media = any(entry.get(key) for key in ("attachments", "stickers", "embeds"))
        return SkipReason.MEDIA if has_media else SkipReason.EMPTY
    return None


def _plain(text: str, entry: dict[str, Any]) -> str:
    """Emoji and mentions as people see them."""
    if "<" not in text:
        return text
    names = {text_of(dict_of(user).get("id")): text_of(dict_of(user).get("nickname") or dict_of(user).get("name"))
             for user in list_of(entry.get("mentions"))}
    text = _EMOJI.sub(r"\1", text)
    text = _MENTION.sub(lambda match: f"@{names.get(match[1]) or 'someone'}", text)
    return _OTHER_MENTION.sub("", text)

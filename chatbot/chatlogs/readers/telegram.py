"""Telegram Desktop's ``result.json``: one chat, or the whole account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import iso_seconds, unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, members, objects, small_value, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = (".messages[].id .messages[].type .messages[].date", ".messages[].date_unixtime",
          ".chats.list[].messages[].id", ".type .messages[].from_id", ".personal_information .chats.list",
          ".chats.about .chats.list")

_MEDIA_KEYS = ("media_type", "photo", "file", "location_information", "poll", "contact_information", "game_title",
               "invoice_information", "live_location_period_seconds", "place_name", "giveaway_information")
_MACHINE_CHATS = ("replies", "verification_codes")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote, chat by chat."""
    cursor = JsonCursor(source.chunks())
    chat: dict[str, Any] = {}
    for key in members(cursor):
        if key in ("chats", "left_chats"):
            for inner in members(cursor):
                if inner == "list":
                    for _ in objects(cursor):
                        yield from _chat(cursor, context)
        elif key == "personal_information":
            user = dict_of(small_value(cursor)).get("user_id")
            if text_of(user):
                context.me_votes[f"user{text_of(user)}"] += 1000
        else:
            yield from _chat_member(key, cursor, chat, context)


def _chat(cursor: JsonCursor, context: ReadContext) -> Iterator[LogMessage]:
    chat: dict[str, Any] = {}
    for key in members(cursor):
        yield from _chat_member(key, cursor, chat, context)


def _chat_member(key: str, cursor: JsonCursor, chat: dict[str, Any], context: ReadContext) -> Iterator[LogMessage]:
    if key in ("name", "type", "id"):
        chat[key] = small_value(cursor)
    elif key == "messages":
        yield from _messages(cursor, chat, context)


def _messages(cursor: JsonCursor, chat: dict[str, Any], context: ReadContext) -> Iterator[LogMessage]:
    kind = text_of(chat.get("type"))
    id = text_of(chat.get("id"))
    context.titles[id] = text_of(chat.get("name")) or kind.replace("_", " ")
    for entry in entries(cursor, context):
        reason = _skip_reason(entry, kind, id)
        text = "" if reason else _text(entry, context)
        if reason is None and not text.strip():
            reason = SkipReason.MEDIA if any(entry.get(key) for key in _MEDIA_KEYS) else SkipReason.EMPTY
        if reason is not None:
            context.skip(reason)
            continue
        speaker_id = text_of(entry.get("from_id")) or text_of(entry.get("from")) or "deleted"
        _vote(kind, id, speaker_id, context)
        time = unix_seconds(entry.get("date_unixtime")) or iso_seconds(entry.get("date"))
        yield LogMessage(time, text_of(entry.get("from")) or "Deleted account", text, speaker_id, id)


def _skip_reason(entry: dict[str, Any], kind: str, id: str) -> SkipReason | None:
    if entry.get("type") != "message":
        return SkipReason.CALL if "call" in text_of(entry.get("action")) else SkipReason.SYSTEM
    if "forwarded_from" in entry or "forwarded_from_id" in entry or entry.get("saved_from"):
        return SkipReason.FORWARDED
    if entry.get("via_bot") or kind in _MACHINE_CHATS:
        return SkipReason.BOT
    if kind == "bot_chat" and entry.get("from_id") == f"user{id}":
        return SkipReason.BOT
    return None


def _text(entry: dict[str, Any], context: ReadContext) -> str:
    """The parts of a message without the block quotes; parts are joined as they are, for they cut words."""
    parts = entry.get("text_entities")
    if not isinstance(parts, list) or not parts:
        parts = entry.get("text")
    if isinstance(parts, str):
        return parts
    texts = []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("type") == "blockquote":
            context.clean("quote")
        else:
            texts.append(part if isinstance(part, str) else text_of(dict_of(part).get("text")))
    return "".join(texts)


def _vote(kind: str, id: str, speaker_id: str, context: ReadContext) -> None:
    """Saved messages are one's own; a personal chat is named by the id of the other."""
    if kind == "saved_messages" or (kind in ("personal_chat", "bot_chat") and id
                                    and speaker_id.startswith("user") and speaker_id != f"user{id}"):
        context.me_votes[speaker_id] += 1

"""Google Chat from Takeout: ``messages.json`` of each group, beside ``group_info.json``; ``user_info.json`` is me."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.bundle import Bundle
from chatbot.chatlogs.clock import day_seconds, english_month, iso_seconds, plausible_seconds, seconds_of_day
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, members, text_of, top_fields
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source
from chatbot.core.errors import ImportProblem

SHAPES = (".messages[].creator .messages[].created_date",)

_DATE = re.compile(r"\w+, (\w+) (\d{1,2}), (\d{4}) at (\d{1,2}:\d{2}:\d{2}\s?[AP]M)(?: \w+)?")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote in one group."""
    chat = _chat(source, context)
    cursor = JsonCursor(source.chunks())
    for key in members(cursor):
        if key == "messages":
            for entry in entries(cursor, context):
                creator = dict_of(entry.get("creator"))
                reason = _skip_reason(entry, creator)
                if reason is not None:
                    context.skip(reason)
                    continue
                email = text_of(creator.get("email"))
                yield LogMessage(seconds_of(entry.get("created_date")), text_of(creator.get("name")) or email or
                                 "Unknown", text_of(entry.get("text")), email, chat)


def _chat(source: Source, context: ReadContext) -> str:
    bundle = context.bundle
    if bundle is None or bundle.is_single:
        return ""
    for email in bundle.once("google_chat", lambda: _own_emails(bundle)):
        context.me_votes[email] += 1
    folder = source.name.rpartition("/")[0].rpartition("/")[2]
    info = bundle.neighbour(source, "group_info.json")
    context.titles[folder] = text_of(_quiet_fields(info, "name")) if info else folder
    return folder


def _own_emails(bundle: Bundle) -> list[str]:
    users = (dict_of(_quiet_fields(source, "user")) for source in bundle.ending("user_info.json"))
    return [text_of(user.get("email")) for user in users if text_of(user.get("email"))]


def _quiet_fields(source: Source, name: str) -> Any:
    try:
        return top_fields(source, frozenset({name})).get(name)
    except ImportProblem:
        return None


def _skip_reason(entry: dict[str, Any], creator: dict[str, Any]) -> SkipReason | None:
    if creator.get("user_type") == "Bot":
        return SkipReason.BOT
    if entry.get("message_state") == "DELETED" or entry.get("deletion_metadata"):
        return SkipReason.DELETED
    if not text_of(entry.get("text")).strip():
        return SkipReason.MEDIA if entry.get("attached_files") or entry.get("annotations") else SkipReason.EMPTY
    return None


def seconds_of(value: object) -> float | None:
    """Seconds of "Tuesday, January 2, 2024 at 3:04:05 PM UTC"; older exports have ISO 8601."""
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return iso_seconds(value)
    month, clock = english_month(match[1]), seconds_of_day(match[4])
    day = None if month is None else day_seconds(int(match[3]), month, int(match[2]))
    return None if day is None or clock is None else plausible_seconds(day + clock)

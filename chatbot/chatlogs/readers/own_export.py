"""This program's own export: the shown path of every conversation, with what the user thought of the replies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import entries, members, objects, small_value, text_of
from chatbot.chatlogs.own_chats import LEAST_STEP_SECONDS
from chatbot.chatlogs.own_replies import WEIGHTS, judge
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.reply_path import shown_path
from chatbot.chatlogs.sources import Source

SHAPES = (".schema .exported_at", ".conversations[].messages[].parent .conversations[].messages[].role")

SCHEMA = "wren-chatbot-conversations"
USER, BOT = "You", "Bot"


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield both sides, conversation by conversation."""
    cursor = JsonCursor(source.chunks())
    for key in members(cursor):
        if key == "schema" and small_value(cursor) != SCHEMA:
            context.note("The file does not say that it is this program's export; it was read as if it were.")
        elif key == "conversations":
            for number, _ in enumerate(objects(cursor), 1):
                yield from _conversation(cursor, number, context)


def _conversation(cursor: JsonCursor, number: int, context: ReadContext) -> Iterator[LogMessage]:
    fields: dict[str, Any] = {}
    messages: dict[str, dict[str, Any]] = {}
    for key in members(cursor):
        if key in ("title", "created_at", "head"):
            fields[key] = small_value(cursor)
        elif key == "messages":
            for entry in entries(cursor, context):
                messages[text_of(entry.get("id"))] = entry
    # A conversation keeps no id of its own in the file; its start tells the same one in two exports.
    id = text_of(fields.get("created_at")) or str(number)
    context.titles[id] = text_of(fields.get("title"))
    parents = {key: text_of(entry.get("parent")) or None for key, entry in messages.items()}
    last = text_of(fields.get("head")) or next(reversed(messages), None)
    path = shown_path(parents, last)
    context.skip(SkipReason.OTHER_VERSION, len(messages) - len(path))
    siblings = _version_counts(messages)
    last_time = float("-inf")
    for place, key in enumerate(path):
        answers = [messages[later].get("role") for later in path[place + 1:place + 2]]
        for message in _message(messages[key], siblings, id, answers == ["user"], context):
            if message.time is not None:
                # Question and reply are stored at the same moment; in a log every message has its own.
                last_time = max(message.time, last_time + LEAST_STEP_SECONDS)
                message = message._replace(time=last_time)
            yield message


def _version_counts(messages: dict[str, dict[str, Any]]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for entry in messages.values():
        key = text_of(entry.get("parent")), text_of(entry.get("role"))
        counts[key] = counts.get(key, 0) + 1
    return counts


def _message(entry: dict[str, Any], siblings: dict[tuple[str, str], int], id: str, is_answered: bool,
             context: ReadContext) -> Iterator[LogMessage]:
    role, text = text_of(entry.get("role")), text_of(entry.get("text"))
    if role not in ("user", "bot"):
        context.skip(SkipReason.HIDDEN)
    elif not text.strip():
        context.skip(SkipReason.EMPTY)
    else:
        context.me_votes[USER] += role == "user"
        weight = 1.0
        if role == "bot":
            kind = judge(is_edited=entry.get("is_edited") is True, rating=_rating(entry),
                         has_versions=siblings[text_of(entry.get("parent")), role] > 1, is_answered=is_answered,
                         is_whole=entry.get("status", "complete") == "complete")
            context.replies[kind.value] += 1
            weight = WEIGHTS[kind]
        yield LogMessage(unix_seconds(entry.get("created_at")), USER if role == "user" else BOT, text, "", id, weight)


def _rating(entry: dict[str, Any]) -> int:
    rating = entry.get("rating")
    return rating if rating in (-1, 1) else 0

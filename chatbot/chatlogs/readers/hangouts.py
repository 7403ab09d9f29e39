"""Hangouts from Takeout: all conversations in one ``Hangouts.json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, list_of, members, objects, small_value, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = (".conversations[].conversation .conversations[].events",)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote, conversation by conversation."""
    cursor = JsonCursor(source.chunks())
    names: dict[str, str] = {}
    for key in members(cursor):
        if key == "conversations":
            for number, _ in enumerate(objects(cursor), 1):
                yield from _conversation(cursor, str(number), names, context)


def _conversation(cursor: JsonCursor, id: str, names: dict[str, str], context: ReadContext) -> Iterator[LogMessage]:
    for key in members(cursor):
        if key == "conversation":
            id = _head(dict_of(small_value(cursor)), id, names, context)
        elif key == "events":
            for entry in entries(cursor, context):
                message = _message(entry, id, names, context)
                if message is not None:
                    yield message


def _head(outer: dict[str, Any], id: str, names: dict[str, str], context: ReadContext) -> str:
    inner = dict_of(outer.get("conversation"))
    id = text_of(dict_of(outer.get("conversation_id")).get("id")) or id
    for person in list_of(inner.get("participant_data")):
        person = dict_of(person)
        name = text_of(person.get("fallback_name"))
        if name:
            names[_person_id(person.get("id"))] = name
    context.titles[id] = text_of(inner.get("name"))
    state = dict_of(dict_of(inner.get("self_conversation_state")).get("self_read_state"))
    me = _person_id(state.get("participant_id"))
    if me:
        context.me_votes[me] += 1
    return id


def _person_id(value: object) -> str:
    return text_of(dict_of(value).get("gaia_id")) or text_of(dict_of(value).get("chat_id"))


def _message(entry: dict[str, Any], id: str, names: dict[str, str], context: ReadContext) -> LogMessage | None:
    content = dict_of(dict_of(entry.get("chat_message")).get("message_content"))
    if not content:
        is_call = "HANGOUT_EVENT" in text_of(entry.get("event_type")) or "hangout_event" in entry
        context.skip(SkipReason.CALL if is_call else SkipReason.SYSTEM)
        return None
    text = "".join("\n" if dict_of(part).get("type") == "LINE_BREAK" else text_of(dict_of(part).get("text"))
                   for part in list_of(content.get("segment")))
    if not text.strip():
        context.skip(SkipReason.MEDIA if content.get("attachment") else SkipReason.EMPTY)
        return None
    sender = _person_id(entry.get("sender_id"))
    return LogMessage(unix_seconds(entry.get("timestamp")), names.get(sender) or sender or "Unknown", text, sender, id)

"""Facebook Messenger and Instagram, "download your information" in JSON: parts, newest message first, mojibake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, list_of, members, text_of, top_fields
from chatbot.chatlogs.mojibake import repair_mojibake
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = (".messages[].sender_name .messages[].timestamp_ms", ".participants[].name .messages .thread_path")

_HEAD = frozenset({"participants", "title", "thread_path"})
_MEDIA_KEYS = ("photos", "videos", "audio_files", "gifs", "files", "sticker", "share", "bumped_message_metadata")
_REACTION = re.compile(r"(?:.{1,60} )?(?:[Ll]iked a message|[Rr]eacted .{1,20} to your message ?)\.?")
_MEDIA_SENTENCE = re.compile(r".{1,60} sent (?:an? )?(?:attachment|photo|video|GIF|sticker|voice message|link|location|"
                             r"live location|\d+ photos)\.?")
_CALL_SENTENCE = re.compile(r".{1,60} (?:called you|missed your (?:video )?(?:chat|call)|missed (?:a|your) .{0,10}call|"
                            r"started an? (?:audio|video) (?:call|chat)|joined the (?:video )?call)\.?|"
                            r"(?:The )?(?:video|audio|voice) (?:chat|call) ended\.?|You missed a .{0,10}call.{0,60}",
                            re.IGNORECASE)
_SYSTEM_SENTENCE = re.compile(
    r".{1,60} (?:named the group .*|changed the (?:group|chat|theme).*|set (?:the|your|his|her|their) (?:own )?"
    r"(?:nickname|emoji|quick reaction).*|set the nickname.*|added .{1,60} to the group|removed .{1,60} from the group|"
    r"left the group|joined the group|created the group|created a poll.*|voted for .*|changed the vote.*|"
    r"pinned a message|turned (?:on|off) .*|updated the .*|is now an? (?:group )?admin|unsent a message)\.?|"
    r"You are now connected on Messenger\.?|Say hi to your new .* friend.*|You can now message and call each other.*")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote, in the order of the file; it is sorted by time later."""
    head = top_fields(source, _HEAD)
    chat = text_of(head.get("thread_path")) or _key_from(head)
    context.titles[chat] = repair_mojibake(text_of(head.get("title")))
    cursor = JsonCursor(source.chunks())
    for key in members(cursor):
        if key == "messages":
            for entry in entries(cursor, context):
                message = _message(entry, chat, context)
                if message is not None:
                    yield message


def _key_from(head: dict[str, Any]) -> str:
    names = sorted(text_of(dict_of(person).get("name")) for person in list_of(head.get("participants")))
    return "|".join([text_of(head.get("title")), *names]).strip("|")


def _message(entry: dict[str, Any], chat: str, context: ReadContext) -> LogMessage | None:
    raw = text_of(entry.get("content"))
    text = repair_mojibake(raw)
    if text != raw:
        context.clean("mojibake")
    reason = _skip_reason(entry, text.strip())
    if reason is not None:
        context.skip(reason)
        return None
    name = repair_mojibake(text_of(entry.get("sender_name")))
    return LogMessage(unix_seconds(entry.get("timestamp_ms")), name or "Facebook user", text, "", chat)


def _skip_reason(entry: dict[str, Any], text: str) -> SkipReason | None:
    if entry.get("is_unsent") is True:
        return SkipReason.DELETED
    if "call_duration" in entry or entry.get("type") == "Call":
        return SkipReason.CALL
    if entry.get("type") in ("Subscribe", "Unsubscribe"):
        return SkipReason.SYSTEM
    if not text:
        return SkipReason.MEDIA if any(entry.get(key) for key in _MEDIA_KEYS) else SkipReason.EMPTY
    return sentence_reason(text)


def sentence_reason(text: str) -> SkipReason | None:
    """Why a whole text is a sentence of the app; None if a person wrote it."""
    if len(text) > 200 or "\n" in text:
        return None
    for pattern, reason in ((_REACTION, SkipReason.REACTION), (_MEDIA_SENTENCE, SkipReason.MEDIA),
                            (_CALL_SENTENCE, SkipReason.CALL), (_SYSTEM_SENTENCE, SkipReason.SYSTEM)):
        if pattern.fullmatch(text):
            return SkipReason.DELETED if text.rstrip(".").endswith("unsent a message") else reason
    return None

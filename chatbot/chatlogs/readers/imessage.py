"""iMessage, as written by imessage-exporter in its text form.

A reply stands twice: indented below what it answers, and again at its own place. The indented copies are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.chatlogs.clock import day_seconds, english_month, plausible_seconds, seconds_of_day
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.line_entries import LineEntry, line_entries
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

ME = "Me"
_STAMP = r"([A-Z][a-z]{2}) (\d{2}), (\d{4}) +(\d{1,2}:\d{2}:\d{2} [AP]M)"
_HEADER = re.compile(rf"\ufeff?{_STAMP}(?: \([^)\n]{{1,80}}\))?( .*)?")
_INDENTED = re.compile(rf" {{4,}}{_STAMP}.*")
_ATTACHMENT = re.compile(r"(?:/|~/|\.{0,2}/?attachments/|[A-Za-z]:\\)[^\n]{1,400}\.\w{2,5}")
_EDITED = re.compile(r"Edited (?:.{1,60} later|just now)?:? ?(.*)")
_REPLY_NOTE = "This message responded to an earlier message."
_BLOCKS = ("Reactions:", "Tapbacks:", "Stickers:")
_EFFECT = re.compile(r"Sent with [A-Z][\w ]{2,30}")
_DELETED = re.compile(r"(?:You|.{1,60}) unsent (?:a|this|the) message.{0,60}|This message was deleted.{0,60}")


def matches(sample: Sample) -> bool:
    """True if a date line of its kind stands near the beginning."""
    return any(_HEADER.fullmatch(line) for line in sample.full_lines[:5])


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    for entry in line_entries(source.lines(), _HEADER, context):
        time = _seconds(entry.header)
        if time is None:
            context.bad(entry.number, "there is no such time", entry.header[0])
            continue
        if (entry.header[5] or "").strip():
            context.skip(SkipReason.SYSTEM)
            continue
        message = _message(entry, time, context)
        if message is not None:
            yield message


def _seconds(header: re.Match[str]) -> float | None:
    month, clock = english_month(header[1]), seconds_of_day(header[4])
    day = None if month is None else day_seconds(int(header[3]), month, int(header[2]))
    return None if day is None or clock is None else plausible_seconds(day + clock)


def _message(entry: LineEntry, time: float, context: ReadContext) -> LogMessage | None:
    if not entry.body or not entry.body[0].strip():
        context.bad(entry.number, "the name of the sender is missing", entry.header[0])
        return None
    name = entry.body[0].strip()
    lines, has_media, is_deleted = _words(entry.body[1:], context)
    text = "\n".join(lines)
    if is_deleted:
        context.skip(SkipReason.DELETED)
    elif not text.strip():
        context.skip(SkipReason.MEDIA if has_media else SkipReason.EMPTY)
    else:
        if name == ME:
            context.me_votes[ME] += 1
        return LogMessage(time, name, text)
    return None


def _words(body: list[str], context: ReadContext) -> tuple[list[str], bool, bool]:
    """The lines that the sender wrote, whether there was an attachment, whether it was taken back."""
    words: list[str] = []
    has_media = is_deleted = is_in_reply = is_in_block = False
    for line in body:
        if _INDENTED.fullmatch(line):
            context.skip(SkipReason.QUOTED)
            is_in_reply = True
        elif is_in_reply and (line.startswith("    ") or not line.strip()):
            continue
        elif line in _BLOCKS:
            context.clean("reaction")
            is_in_block = True
        elif is_in_block and line.strip():
            continue
        elif line == _REPLY_NOTE or _EFFECT.fullmatch(line):
            context.clean("note")
        elif _ATTACHMENT.fullmatch(line):
            has_media = True
        elif _DELETED.fullmatch(line):
            is_deleted = True
        elif (edited := _EDITED.fullmatch(line)) is not None and words:
            # Every version of an edited message is listed; the last one counts.
            context.clean("edit")
            words = [edited[1]]
        else:
            words.append(line)
    return words, has_media, is_deleted

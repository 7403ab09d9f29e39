"""Signal, as written by sigtop in its long text form: a block of ``From:`` lines, an empty line, the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime

from chatbot.chatlogs.clock import plausible_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.line_entries import BODY_CHARS
from chatbot.chatlogs.quotes import without_quoted_lines
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

_FIELD = re.compile(r"(From|Type|Sent|Received|Edited|Attachment|Reaction|Quote|Version|Expires|Conversation|Deleted|"
                    r"Sticker|Story): ?(.*)")
_NUMBER_AFTER_NAME = re.compile(r" \((?:\+?\d[\d ]{5,20}|[0-9a-f-]{36})\)$")


def matches(sample: Sample) -> bool:
    """True if a ``From:`` line with ``Type:`` and ``Sent:`` below it stands near the beginning."""
    lines = sample.full_lines[:12]
    return any(first.startswith("From: ") and second.startswith("Type: ") and third.startswith("Sent: ")
               for first, second, third in zip(lines, lines[1:], lines[2:], strict=False))


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    for number, fields, body in _blocks(source.lines(), context):
        reason = _skip_reason(fields, body)
        text, has_quote = without_quoted_lines("\n".join(body))
        if has_quote:
            context.clean("quote")
        if reason is None and not text.strip():
            reason = SkipReason.MEDIA if "Attachment" in fields or "Sticker" in fields else SkipReason.EMPTY
        time = _seconds(fields.get("Sent", ""))
        if reason is None and time is None:
            context.bad(number, "there is no such time", fields.get("Sent", ""))
            continue
        if reason is not None:
            context.skip(reason)
            continue
        name = _NUMBER_AFTER_NAME.sub("", fields["From"]).strip() or "Unknown"
        if fields.get("Type") == "outgoing":
            context.me_votes[name] += 1
        yield LogMessage(time, name, text)


def _blocks(lines: Iterable[str], context: ReadContext) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """Number of the first line, fields, body. A block begins at a ``From:`` line that has ``Type:`` below it."""
    fields: dict[str, str] = {}
    body: list[str] = []
    start, room = 0, 0
    is_in_fields = False
    held: tuple[int, str] | None = None
    for number, line in enumerate(lines, 1):
        if held is not None and line.startswith("Type: "):
            if fields:
                yield start, fields, body
            start, fields, body = held[0], {"From": held[1][6:]}, []
            room, is_in_fields, held = BODY_CHARS, True, None
        elif held is not None:
            body.append(held[1])
            held = None
        if line.startswith("From: "):
            held = number, line
            continue
        match = _FIELD.fullmatch(line) if is_in_fields else None
        if match is not None:
            fields.setdefault(match[1], match[2])
        elif fields:
            is_in_fields = False
            if room > 0:
                body.append(line)
                room -= len(line) + 1
        elif line.strip("\ufeff\0 ") and not _FIELD.fullmatch(line.lstrip("\ufeff")):
            context.bad(number, "it stands before the first message", line)
    if held is not None:
        body.append(held[1])
    if fields:
        yield start, fields, body


def _skip_reason(fields: dict[str, str], body: list[str]) -> SkipReason | None:
    if fields.get("Type") not in ("incoming", "outgoing"):
        return SkipReason.CALL if "call" in fields.get("Type", "") else SkipReason.SYSTEM
    if "Deleted" in fields or [line.strip().casefold() for line in body if line.strip()] == ["[deleted]"]:
        return SkipReason.DELETED
    return None


def _seconds(text: str) -> float | None:
    try:
        return plausible_seconds(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

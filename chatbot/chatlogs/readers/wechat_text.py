"""WeChat messages as text: a line with date, time and name, the words, an empty line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from chatbot.chatlogs.clock import iso_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.line_entries import line_entries
from chatbot.chatlogs.placeholders import placeholder_reason
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

_HEADER = re.compile(r"\ufeff?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([^\t\n\[{]{1,40})")


def matches(sample: Sample) -> bool:
    """True if header lines and lines of text alternate and few names stand in the headers.

    A program's log has such lines too, but one after the other and with all sorts of words in them.
    """
    lines = sample.full_lines
    kinds = [_HEADER.fullmatch(line) for line in lines]
    if not kinds or kinds[0] is None:
        return False
    headers = [match for match in kinds if match]
    lone = sum(bool(first and second) for first, second in pairwise(kinds))
    names = Counter(match[2] for match in headers)
    return len(headers) < len(lines) and lone * 5 <= len(headers) and len(names) <= max(2, len(headers) // 3)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    for entry in line_entries(source.lines(), _HEADER, context):
        time = iso_seconds(entry.header[1])
        text = "\n".join(entry.body)
        if time is None:
            context.bad(entry.number, "there is no such time", entry.header[0])
            continue
        reason = placeholder_reason(text.strip()) if text.strip() else SkipReason.EMPTY
        if reason is not None:
            context.skip(reason)
        else:
            yield LogMessage(time, entry.header[2].strip(), text)

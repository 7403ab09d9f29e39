"""Groups the lines of a text export into entries: a header line and what follows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chatbot.chatlogs.context import ReadContext

BODY_CHARS = 40_000


class LineEntry(NamedTuple):
    """One entry: its header's match, the number of the header's line, the lines below it."""

    header: re.Match[str]
    number: int
    body: list[str]


def line_entries(lines: Iterable[str], header: re.Pattern[str], context: ReadContext) -> Iterator[LineEntry]:
    """Entries of a file whose header lines match ``header`` whole. Lines before the first are malformed.

    A body holds at most ``BODY_CHARS`` characters; more is no chat message and is cut off.
    """
    current: LineEntry | None = None
    room = 0
    for number, line in enumerate(lines, 1):
        match = header.fullmatch(line)
        if match is not None:
            if current is not None:
                yield current
            current = LineEntry(match, number, [])
            room = BODY_CHARS
        elif current is None:
            if line.strip("\ufeff\0 \t"):
                context.bad(number, "it stands before the first message", line)
        elif room > 0:
            current.body.append(line)
            room -= len(line) + 1
    if current is not None:
        yield current


def share_of_headers(lines: list[str], header: re.Pattern[str]) -> float:
    """Which part of ``lines`` are header lines; 0 for no lines."""
    return sum(header.fullmatch(line) is not None for line in lines) / len(lines) if lines else 0.0

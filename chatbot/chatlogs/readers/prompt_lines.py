"""Lines that begin with ``> ``: two voices that take turns, an empty line between talks."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

VOICES = ("A", "B")


def matches(sample: Sample) -> bool:
    """True if the first line and nearly all others begin so."""
    lines = sample.full_lines
    marked = sum(line.startswith(">") for line in lines)
    return bool(lines) and lines[0].lstrip("\ufeff").startswith(">") and marked >= 0.9 * len(lines)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield the lines in turn as A and B; every talk is a conversation of its own."""
    talk, turn = 1, 0
    for line in source.lines():
        stripped = line.strip("\ufeff\0 \t")
        if not stripped:
            talk, turn = talk + (turn > 0), 0
        elif not stripped.startswith(">"):
            context.skip(SkipReason.MALFORMED)
        elif not stripped.lstrip("> "):
            context.skip(SkipReason.EMPTY)
        else:
            yield LogMessage(None, VOICES[turn % 2], stripped.lstrip("> "), "", f"{source.name} {talk}")
            turn += 1

"""Plain lines of ``Name: text``, as people write dialogues by hand; lines without a name go on with the one above."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.line_entries import line_entries
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

_HEADER = re.compile(r"\ufeff?[ \t]*(?!https?:|[\[{(<>\"'#/*-])([^:\n\t]{1,40}?):(?!//|\d)[ \t]*(.*)")
_SENTENCE = re.compile(r"[.!?,;] |[.!?;]$")


def matches(sample: Sample) -> bool:
    """True if most lines begin with a name and names come back, as the keys of a settings file do not."""
    lines = sample.full_lines
    names = _names(lines)
    return bool(names) and sum(names.values()) >= 0.4 * len(lines) and _HEADER.fullmatch(lines[0]) is not None


def _names(lines: Iterable[str]) -> Counter[str]:
    """Names that are said at least twice, or all of them in a file of a few lines."""
    found = Counter(match[1].strip() for match in map(_HEADER.fullmatch, lines)
                    if match and match[1].strip() and not _SENTENCE.search(match[1]) and len(match[1].split()) <= 4)
    if sum(found.values()) <= 4 and len(found) <= 2:
        return found
    return Counter({name: count for name, count in found.items() if count > 1})


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote. Names are those that the beginning of the file shows, or that come again later."""
    known = set(_names(Sample(source).full_lines))
    seen: Counter[str] = Counter()
    name, parts = "", list[str]()
    for entry in line_entries(source.lines(), _HEADER, context):
        candidate = entry.header[1].strip()
        if candidate not in known and len(seen) < 10_000:
            seen[candidate] += 1
            if seen[candidate] > 2 and not _SENTENCE.search(candidate) and len(candidate.split()) <= 4:
                known.add(candidate)
        if candidate in known or not name:
            if name:
                yield from _message(name, parts, context)
            name, parts = candidate, [entry.header[2], *entry.body]
        elif len(parts) < 500:
            # A line such as "PS: one more thing" is no new speaker.
            parts += [entry.header[0], *entry.body]
    if name:
        yield from _message(name, parts, context)


def _message(name: str, parts: list[str], context: ReadContext) -> Iterator[LogMessage]:
    text = "\n".join(parts).strip()
    if text:
        yield LogMessage(None, name, text)
    else:
        context.skip(SkipReason.EMPTY)

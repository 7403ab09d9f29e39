"""Tables of text: which character separates their columns, and their rows one by one.

The standard library splits a row; what it lacks is a way back when a quotation mark is never closed, which would
swallow the rest of the file as one field.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

SEPARATORS = (",", ";", "\t", "|")
RECORD_LINES = 400
RECORD_CHARS = 120_000


def find_separator(lines: list[str]) -> str | None:
    """The character that splits most lines into the same number (at least two) of columns; None if none does."""
    best, best_score = None, 0.0
    for separator in SEPARATORS:
        counts = [len(row) for row in records(lines, separator) if row]
        if not counts:
            continue
        usual = max(set(counts), key=lambda count: (counts.count(count), count))
        score = counts.count(usual) / len(counts)
        # More columns are better evidence than fewer at nearly the same regularity.
        if usual >= 2 and score >= 0.8 and score + usual / 100 > best_score:
            best, best_score = separator, score + usual / 100
    return best


def records(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Rows. A field in quotation marks may span lines; one that is never closed costs only its own line."""
    source = iter(lines)
    waiting: deque[str] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        held = [line]
        size = len(line)
        while _is_open(held, separator) and len(held) < RECORD_LINES and size < RECORD_CHARS:
            more = waiting.popleft() if waiting else next(source, None)
            if more is None:
                break
            held.append(more)
            size += len(more)
        if len(held) > 1 and _is_open(held, separator):
            waiting.extendleft(reversed(held[1:]))
            held = held[:1]
        yield _row("\n".join(held), separator)


def _is_open(held: list[str], separator: str) -> bool:
    """True if a quotation mark that began a field is not closed: writers double those inside, so a number is odd."""
    if sum(line.count('"') for line in held) % 2 == 0:
        return False
    first = held[0]
    return first.lstrip().startswith('"') or f'{separator}"' in first or f'{separator} "' in first


def _row(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=separator), [])
    except csv.Error:
        return text.split(separator)

"""Small steps that the JSON readers share: entries of a list, a text that may be missing, fields before a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import VALUE_LIMIT, JsonCursor
from chatbot.chatlogs.problems import ValueTooLarge
from chatbot.chatlogs.sources import Source
from chatbot.core.errors import ImportProblem


def entries(cursor: JsonCursor, context: ReadContext) -> Iterator[dict[str, Any]]:
    """The objects of the list at the cursor. What is too large or no object is counted as malformed.

    A value that is no list is skipped.
    """
    if cursor.kind() != "array":
        cursor.skip()
        return
    for index in cursor.elements():
        try:
            value = cursor.value()
        except ValueTooLarge:
            context.bad(index + 1, "it is larger than any message")
            continue
        if isinstance(value, dict):
            yield value
        else:
            context.bad(index + 1, "it is no message", value)


def objects(cursor: JsonCursor) -> Iterator[None]:
    """Stop at every object of the list at the cursor; other elements are skipped."""
    if cursor.kind() != "array":
        cursor.skip()
        return
    for _ in cursor.elements():
        if cursor.kind() == "object":
            yield


def members(cursor: JsonCursor) -> Iterator[str]:
    """The keys of the object at the cursor; nothing for any other value, which is skipped."""
    if cursor.kind() == "object":
        yield from cursor.members()
    elif cursor.kind() != "end":
        cursor.skip()


def small_value(cursor: JsonCursor) -> Any:
    """The value at the cursor, or None if it is too large to be a field."""
    try:
        return cursor.value()
    except ValueTooLarge:
        cursor.skip()
        return None


def text_of(value: object) -> str:
    """``value`` if it is a text, the digits of a number, else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def dict_of(value: object) -> dict[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def top_fields(source: Source, names: frozenset[str]) -> dict[str, Any]:
    """These members of the top object, wherever they stand; a first pass over the file for fields at its end."""
    found: dict[str, Any] = {}
    cursor = JsonCursor(source.chunks())
    try:
        for key in members(cursor):
            if key in names:
                found[key] = small_value(cursor)
                if len(found) == len(names):
                    break
    except ImportProblem:
        pass  # the second pass meets the same damage and tells of it
    return found


def top_values(source: Source, context: ReadContext) -> Iterator[tuple[int, Any]]:
    """Entry number and value of each object of a JSON list, or of each line of a JSON lines file.

    A bad line is counted and the next one read; damage in a list ends the reading with ``BrokenJson``.
    """
    cursor = JsonCursor(source.chunks())
    if cursor.kind() == "array":
        for number, entry in enumerate(entries(cursor, context), 1):
            yield number, entry
        return
    parts: list[str] = []
    for number, line in enumerate(source.lines(), 1):
        # A long line comes in parts; the last one is shorter than the limit.
        parts.append(line)
        if sum(map(len, parts)) > VALUE_LIMIT:
            context.bad(number, "it is larger than any message", line)
            parts = []
            continue
        whole = "".join(parts).strip("\ufeff\0 \t")
        if not whole:
            parts = []
            continue
        try:
            value = json.loads(whole, strict=False)
        except (ValueError, RecursionError):
            if len(line) >= LONG_LINE:
                continue
            context.bad(number, "it is no valid JSON", whole)
        else:
            yield number, value
        parts = []


LONG_LINE = 1 << 18

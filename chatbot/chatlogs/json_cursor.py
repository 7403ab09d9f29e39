"""Reads JSON of any size from left to right, with memory for one value at a time.

A pull parser: the caller walks into objects and arrays and decodes only what it wants. Values are decoded by the
standard library's C scanner, one message at a time, so that another thread never waits long for the interpreter.

    for key in cursor.members():
        if key == "messages":
            for _ in cursor.elements():
                message = cursor.value()

What the caller leaves unread is skipped, even half-read containers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from chatbot.chatlogs.problems import BrokenJson, ValueTooLarge

VALUE_LIMIT = 2_000_000
"""Characters of one decoded value; a message with all its decorations stays far below."""

_scan_once = json.JSONDecoder(strict=False).scan_once
_SPACE = re.compile(r"[ \t\r\n\ufeff\0]*")
_STRUCTURE = re.compile(r'["\[\]{}]')
_WHOLE_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STRING_END = re.compile(r'["\\]')
_SCALAR_END = re.compile(r"[,\]}\s]")
_NUMBER_GOES_ON = ("", ".", "e", "E")
_KINDS = {"{": "object", "[": "array", '"': "string", "": "end"}
_CLOSERS = {"{": "}", "[": "]"}


class JsonCursor:
    """A place in a stream of JSON text. ``chunks`` yields the text in pieces of any size."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._buffer = ""
        self._position = 0
        self._dropped = 0
        self._depth = 0
        self._is_at_end = False

    @property
    def offset(self) -> int:
        """Characters from the start of the text."""
        return self._dropped + self._position

    def kind(self) -> str:
        """``object``, ``array``, ``string``, ``scalar`` (number, true, false, null) or ``end``."""
        return _KINDS.get(self._peek(), "scalar")

    def members(self) -> Iterator[str]:
        """The keys of the object at the cursor; at each one the cursor stands at its value."""
        self._enter("{")
        depth = self._depth
        is_first = True
        while self._next_entry("}", is_first):
            key = self.value()
            if not isinstance(key, str):
                raise self._broken("an object's key is not a text")
            if self._peek() != ":":
                raise self._broken("a colon is missing")
            self._position += 1
            self._peek()
            start = self.offset
            yield key
            self._finish_entry(start, depth)
            is_first = False

    def elements(self) -> Iterator[int]:
        """The numbers 0, 1, ... of the array at the cursor; at each one the cursor stands at the element."""
        self._enter("[")
        depth = self._depth
        index = 0
        while self._next_entry("]", index == 0):
            start = self.offset
            yield index
            self._finish_entry(start, depth)
            index += 1

    def value(self, limit: int = VALUE_LIMIT) -> object:
        """Decode the whole value at the cursor. ``ValueTooLarge`` leaves the cursor at the value."""
        if self._peek() == "":
            raise self._broken("a value is missing")
        while True:
            try:
                result, end = _scan_once(self._buffer, self._position)
            except RecursionError:
                raise self._broken("it is nested too deeply") from None
            except (StopIteration, ValueError):
                if self._is_at_end:
                    raise self._broken("a value is not valid") from None
            else:
                # A number that touches the end of the buffer, or stops before "." or "e", may go on in the next piece.
                is_closed = self._buffer[end - 1] in '"]}' or self._buffer[end:end + 1] not in _NUMBER_GOES_ON
                if is_closed or self._is_at_end:
                    self._position = end
                    return result
            held = len(self._buffer) - self._position
            if held > limit:
                raise ValueTooLarge(f"A value of more than {limit:,} characters was left out.")
            self._grow(held)

    def skip(self) -> None:
        """Pass over the value at the cursor without keeping it."""
        first = self._peek()
        if first == "":
            raise self._broken("a value is missing")
        if first in _CLOSERS:
            self._position += 1
            self._depth += 1
            self._skip_to_depth(self._depth - 1)
        elif first == '"':
            self._position += 1
            self._skip_string()
        else:
            self._skip_scalar()

    # the walls of containers

    def _enter(self, opener: str) -> None:
        if self._peek() != opener:
            raise self._broken(f"a {_KINDS[opener]} is missing")
        self._position += 1
        self._depth += 1

    def _next_entry(self, closer: str, is_first: bool) -> bool:
        char = self._peek()
        if char == "," and not is_first:
            self._position += 1
            char = self._peek()
        elif char != closer and not is_first:
            raise self._broken("a comma is missing")
        if char == "":
            raise self._broken("it ends inside")
        if char == closer:
            self._position += 1
            self._depth -= 1
            return False
        return True

    def _finish_entry(self, start: int, depth: int) -> None:
        if self._depth > depth:
            self._skip_to_depth(depth)
        elif self.offset == start:
            self.skip()

    # characters

    def _peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._position)
            self._position = match.end()  # type: ignore[union-attr]
            if self._position < len(self._buffer):
                return self._buffer[self._position]
            if not self._grow(0):
                return ""

    def _grow(self, wanted: int) -> bool:
        """Drop what was read and append at least ``wanted`` more characters (at least one piece); False at the end."""
        pieces = [self._buffer[self._position:]]
        self._dropped += self._position
        self._position = 0
        count = 0
        while count <= wanted:
            piece = next(self._chunks, None)
            if piece is None:
                self._is_at_end = True
                break
            pieces.append(piece)
            count += len(piece)
        self._buffer = "".join(pieces)
        return count > 0

    def _skip_to_depth(self, depth: int) -> None:
        while self._depth > depth:
            match = _STRUCTURE.search(self._buffer, self._position)
            if match is None:
                self._next_piece()
                continue
            self._position = match.end()
            char = match[0]
            if char == '"':
                self._skip_string()
            elif char in "[{":
                self._depth += 1
            else:
                self._depth -= 1

    def _skip_string(self) -> None:
        while True:
            match = _STRING_END.search(self._buffer, self._position)
            if match is None:
                self._next_piece()
            elif match[0] == '"':
                self._position = match.end()
                return
            else:
                self._position = match.end()
                if self._position == len(self._buffer):
                    self._next_piece()
                self._position += 1

    def _skip_scalar(self) -> None:
        if _SCALAR_END.match(self._buffer, self._position):
            raise self._broken("a value is missing")
        while True:
            match = _SCALAR_END.search(self._buffer, self._position)
            if match is not None:
                self._position = match.start()
                return
            self._position = len(self._buffer)
            if not self._grow(0):
                return

    def _next_piece(self) -> None:
        self._position = len(self._buffer)
        if not self._grow(0):
            raise self._broken("it ends inside")

    def _broken(self, what: str) -> BrokenJson:
        is_truncated = self._is_at_end and len(self._buffer) - self._position < VALUE_LIMIT
        if is_truncated and self._looks_cut():
            return BrokenJson("The JSON file ends in the middle; what came before its end was read. "
                              "Export or copy it again to get the rest.", is_truncated=True)
        return BrokenJson(f"The JSON is damaged at character {self.offset:,} ({what}); what came before was read. "
                          "Export it again to get the rest.")

    def _looks_cut(self) -> bool:
        """True if only the end of the text is in the way of the value at the cursor."""
        rest = _WHOLE_STRING.sub('""', self._buffer[self._position:])  # braces within strings close nothing
        if rest.count('"') % 2:
            return True
        return not rest.rstrip().endswith(("}", "]")) or rest.count("{") > rest.count("}")

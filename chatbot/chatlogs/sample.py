"""What a source looks like from its beginning: the material by which a format is recognised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from chatbot.chatlogs.encoding import is_binary
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.problems import BrokenJson, EmptyFile, NotText, ValueTooLarge
from chatbot.chatlogs.sources import Source

HEAD_LINES = 1000
HEAD_LINE_CHARS = 4000
SHAPE_CHARS = 64_000_000
"""How far into a JSON file its shape is looked for: pictures written as text can come before the first message."""
SHAPE_DEPTH = 4

_SIGNATURES = (
    (b"%PDF", "a PDF document; choose the chat app's own export as text, JSON or zip"),
    (b"SQLite format 3", "a database; use the app's own export, or a tool such as sigtop for Signal, and choose that"),
    (b"\x89PNG", "a picture; choose the exported text instead"), (b"\xff\xd8\xff", "a picture; choose the exported "
                                                                  "text instead"),
    (b"GIF8", "a picture; choose the exported text instead"), (b"OggS", "a sound; choose the exported text instead"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save it as text or CSV first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it and choose the file inside"),
    (b"Rar!", "a RAR archive; unpack it and choose the file inside"),
)


class Sample:
    """The beginning of one source. Raises ``EmptyFile`` or ``NotText`` at once if there is nothing to recognise."""

    def __init__(self, source: Source) -> None:
        self.source = source
        head = source.head
        if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
            raise EmptyFile(f"{source.label} is empty; export it again.")
        for signature, what in _SIGNATURES:
            if head.startswith(signature):
                raise NotText(f"{source.label} is {what}.")
        if is_binary(head):
            raise NotText(f"{source.label} is not text; choose the chat app's export as text, JSON, CSV or zip.")

    @cached_property
    def lines(self) -> list[str]:
        """The first lines, cut to a length in which any header fits."""
        lines = []
        with self.source.open_text() as text:
            for line in islice(iter(lambda: text.readline(HEAD_LINE_CHARS), ""), HEAD_LINES):
                lines.append(line.rstrip("\n").replace("\0", ""))
        return lines

    @cached_property
    def full_lines(self) -> list[str]:
        """The first lines that are not blank."""
        return [line for line in self.lines if line.strip()]

    @cached_property
    def first_char(self) -> str:
        """The first character that is not white space."""
        return self.full_lines[0].lstrip("\ufeff \t\u200e\u200f")[:1] if self.full_lines else ""

    @property
    def is_html(self) -> bool:
        """True for a web page, as several apps offer beside JSON."""
        start = "\n".join(self.full_lines[:5])[:600].lower()
        return start.lstrip("\ufeff ").startswith(("<!doctype html", "<html")) or "<html" in start

    def paths(self) -> Iterator[str]:
        """Names of what a JSON source holds, such as ``.messages[].date``, in the order of the file.

        Ends at the first damage; a source that is not JSON yields nothing.
        """
        if self.first_char not in ("{", "["):
            return
        cursor = JsonCursor(self.source.chunks())
        try:
            for _ in range(3):
                if cursor.kind() == "end":
                    return
                yield from _walk(cursor, "", 0)
        except (BrokenJson, ValueTooLarge):
            return


def _walk(cursor: JsonCursor, prefix: str, depth: int) -> Iterator[str]:
    kind = cursor.kind()
    if cursor.offset > SHAPE_CHARS:
        return
    if kind == "object" and depth < SHAPE_DEPTH:
        for key in cursor.members():
            path = f"{prefix}.{key}"
            yield path
            if cursor.kind() in ("object", "array"):
                yield from _walk(cursor, path, depth + 1)
    elif kind == "array" and depth < SHAPE_DEPTH:
        for index in cursor.elements():
            # Ten elements: the first of a list may be an oddity, such as a message of the system.
            if index >= 10:
                break
            yield f"{prefix}[]"
            yield from _walk(cursor, f"{prefix}[]", depth + 1)
    elif depth == 0:
        cursor.skip()

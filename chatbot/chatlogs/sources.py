"""Where bytes come from: a file, a folder, or a member of an archive, each opened again for every pass.

Nothing is ever unpacked to the disk. A member's name is only a label: it never becomes a path that is opened.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from chatbot.chatlogs.encoding import HEAD_BYTES, detect_encoding, error_handler, is_binary
from chatbot.chatlogs.problems import NotText, UnreadableFile
from chatbot.core.errors import ImportProblem
from chatbot.core.held_databases import is_held_database

LINE_LIMIT = 1 << 18
"""Longest line in characters that is handed out in one piece."""
CHUNK_CHARS = 1 << 17
PEEK_BYTES = 1024
_CHUNK_BYTES = 1 << 19
"""Bytes decoded at once. With the usual 8 KB, Python's lock is given away and taken back thousands of times a second,
and a waiting thread (the window's) starves: it insists on its turn only after 5 ms without such a moment."""


@dataclass(slots=True)
class Source:
    """One stream of bytes with a name to show. ``open_bytes`` gives a fresh stream from the start each time."""

    name: str
    size: int
    open_bytes: Callable[[], BinaryIO]
    position: int = 0
    """Bytes handed out by the stream opened last, for progress."""
    _head: bytes | None = field(default=None, repr=False)

    @property
    def head(self) -> bytes:
        """The first ``HEAD_BYTES`` bytes."""
        if self._head is None:
            with self.open() as stream:
                self._head = stream.read(HEAD_BYTES)
        return self._head

    @property
    def is_perhaps_text(self) -> bool:
        """False if the first bytes already show that this is a picture, a sound or the like."""
        if self._head is not None:
            return not is_binary(self._head)
        with self.open() as stream:
            return not is_binary(stream.read(PEEK_BYTES))

    @property
    def encoding(self) -> str:
        """The codec found from the head."""
        return detect_encoding(self.head)

    @property
    def label(self) -> str:
        """The last part of the name."""
        return self.name.replace("\\", "/").rstrip("/").rpartition("/")[2]

    def open(self) -> BinaryIO:
        """A buffered stream that counts what it hands out; every failure becomes ``ImportProblem``."""
        return io.BufferedReader(_CountingStream(self), buffer_size=1 << 16)

    def open_text(self, newline: str | None = None) -> io.TextIOWrapper:
        """Text without a byte order mark; bad bytes never raise. ``newline`` as in the built-in ``open``."""
        encoding = self.encoding
        text = io.TextIOWrapper(self.open(), encoding, error_handler(encoding), newline)
        text._CHUNK_SIZE = _CHUNK_BYTES  # type: ignore[attr-defined]
        return text

    def lines(self) -> Iterator[str]:
        """Lines without their end, in any of the three conventions; one longer than ``LINE_LIMIT`` comes in parts."""
        with self.open_text() as text:
            read = text.readline
            while line := read(LINE_LIMIT):
                yield line[:-1] if line[-1] == "\n" else line

    def lines_until_damage(self) -> Iterator[str]:
        """As ``lines``, but damage just ends it: for a first pass, whose second pass will tell of it."""
        try:
            yield from self.lines()
        except ImportProblem:
            return

    def chunks(self) -> Iterator[str]:
        """The text in pieces of at most ``CHUNK_CHARS`` characters."""
        with self.open_text(newline="") as text:
            while chunk := text.read(CHUNK_CHARS):
                yield chunk


class _CountingStream(io.RawIOBase):
    """Counts bytes into the source and turns what the operating system says into one sentence."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        source.position = 0
        try:
            self._stream = source.open_bytes()
        except OSError as error:
            raise UnreadableFile(_sentence(source.name, error)) from error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except OSError as error:
            raise UnreadableFile(_sentence(self._source.name, error)) from error
        buffer[:len(data)] = data
        self._source.position += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed and hasattr(self, "_stream"):
            self._stream.close()
        super().close()


def _sentence(name: str, error: OSError) -> str:
    return f"{name} cannot be read ({error.strerror or error}); check that it exists and that you may open it."


def file_source(path: Path, name: str | None = None) -> Source:
    """The file at ``path``. Raises ``UnreadableFile`` if it is not there or is no regular file, ``NotText`` if it is
    a database in use."""
    try:
        info = path.stat()
    except (OSError, ValueError) as error:
        raise UnreadableFile(_sentence(path.name, error if isinstance(error, OSError) else OSError(str(error)))
                             ) from error
    if not path.is_file():
        raise UnreadableFile(f"{path.name} is not a file with content; choose the export itself.")
    if is_held_database(path):
        raise NotText(f"{path.name} belongs to a database that a program has open; use the app's own export.")
    return Source(name or path.name, info.st_size, lambda: path.open("rb", buffering=0))


def folder_sources(path: Path, limit: int) -> Iterator[Source]:
    """At most ``limit`` regular files below ``path`` in a stable order; links are not followed, databases in use are
    left alone."""
    count = 0
    for folder, folders, names in os.walk(path, followlinks=False):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_symlink() or not file.is_file() or is_held_database(file):
                continue
            count += 1
            if count > limit:
                return
            yield file_source(file, file.relative_to(path).as_posix())


def bytes_source(name: str, data: bytes) -> Source:
    """A source over bytes in memory; for tests and for text from the clipboard."""
    return Source(name, len(data), lambda: io.BytesIO(data))

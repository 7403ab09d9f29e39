"""A file that is being downloaded: which of its pieces are good, and where the next byte goes.

The file on disk is the only memory of what has arrived: after a kill at any byte its content is hashed again and every
piece that is whole and right is kept. With chunk hashes a file has many pieces, without it is one piece.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chatbot.catalog.limits import MIB
from chatbot.catalog.side_hashing import SideHashing


@dataclass(frozen=True, slots=True)
class WantedFile:
    """What is to be fetched. Without ``sha256`` and ``size`` (a zip from a bare address) the content checks itself."""

    address: str
    size: int | None = None
    sha256: str | None = None
    chunk_size: int | None = None
    chunks: tuple[str, ...] = ()
    """SHA-256 of every ``chunk_size`` bytes, the last chunk being the rest."""


@dataclass(slots=True)
class Piece:
    """Bytes ``start`` to ``end`` (None: the end is not known), of which ``filled`` are on disk."""

    start: int
    end: int | None
    sha256: str | None
    filled: int = 0
    is_good: bool = False
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def next_byte(self) -> int:
        """Where the next byte goes."""
        return self.start + self.filled

    @property
    def missing(self) -> int | None:
        """How many bytes are missing; None if the end is not known."""
        return None if self.end is None else self.end - self.next_byte

    def empty(self) -> None:
        """Forget what was filled."""
        self.filled, self.is_good, self.digest = 0, False, hashlib.sha256()


class PartFile:
    """``path`` while it grows, with a small note beside it about which version of the remote file it holds."""

    def __init__(self, path: Path, wanted: WantedFile) -> None:
        self.path = path
        self.wanted = wanted
        self._note_path = path.with_name(path.name + ".json")
        self.validator = self._read_note()
        self.pieces = _pieces_of(wanted)
        self.have = 0
        """Bytes on disk that need not be fetched again. Counted along: a large file has thousands of pieces."""
        self._hashing = SideHashing()
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        self._hashing.close()
        self._file.close()

    def discard(self) -> None:
        """Close and delete the file and its note."""
        self.close()
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)

    def take_stock(self, progress: Callable[[], None] = lambda: None) -> None:
        """Hash what is on disk: mark whole right pieces as good, whole wrong ones as empty, and fill up the last one.

        ``progress`` is called after every MiB and may raise to stop.
        """
        size = self._file.seek(0, os.SEEK_END)
        if self.wanted.size is not None and size > self.wanted.size:
            size = self._file.truncate(self.wanted.size)
        for piece in self.pieces:
            if piece.end == piece.start:
                self._settle(piece)
                break
            have = min(size, size if piece.end is None else piece.end) - piece.start
            if have <= 0:
                break
            self._file.seek(piece.start)
            for part in self._read(have):
                piece.digest.update(part)
                progress()
            piece.filled = have
            self.have += have
            if piece.missing == 0 and not self._settle(piece):
                self._empty(piece)

    def start_over(self) -> None:
        """Throw away everything that is not known to be good."""
        for piece in self.pieces:
            if not piece.is_good:
                self._empty(piece)
        if not any(piece.is_good for piece in self.pieces):
            self._file.truncate(0)
            self._write_note(None)

    def next_missing(self) -> Piece | None:
        """The first piece that is not good yet."""
        return next((piece for piece in self.pieces if not piece.is_good), None)

    def end_of_gap(self, piece: Piece) -> int | None:
        """Where the run of missing pieces that begins with ``piece`` ends."""
        end = piece.end
        for following in self.pieces[self.pieces.index(piece) + 1:]:
            if following.is_good or following.filled:
                break
            end = following.end
        return end

    def write(self, position: int, data: bytes) -> list[Piece]:
        """Store ``data`` that belongs at ``position``, and return the pieces that turned out wrong by it.

        Bytes of good pieces and bytes that are there already are skipped.
        """
        wrong = []
        view = memoryview(data)
        for piece in self._pieces_from(position):
            if not view or (piece.end is not None and position >= piece.end):
                break
            length = len(view) if piece.end is None else min(len(view), piece.end - position)
            skip = length if piece.is_good else max(0, min(length, piece.next_byte - position))
            self._append(piece, view[skip:length])
            if not piece.is_good and piece.missing == 0 and not self._settle(piece):
                self._empty(piece)
                wrong.append(piece)
            view, position = view[length:], position + length
        return wrong

    def finish_unknown_end(self) -> None:
        """The body has ended and nothing said how long it would be: what is there is the file."""
        piece = self.pieces[-1]
        piece.end, piece.is_good = piece.next_byte, True

    def know_size(self, size: int) -> None:
        """The server told the size of a file of which no size was known."""
        if self.pieces[-1].end is None:
            self.pieces[-1].end = size

    def note_validator(self, validator: str | None) -> None:
        """Remember which version of the remote file (ETag or date) the bytes come from."""
        if validator != self.validator:
            self._write_note(validator)

    def finish(self, target: Path) -> None:
        """Give the whole file its name. Flushing to the disk is left to whoever installs the package."""
        self._file.close()
        self.path.replace(target)
        self._note_path.unlink(missing_ok=True)

    def _append(self, piece: Piece, data: memoryview) -> None:
        if not data:
            return
        self._file.seek(piece.next_byte)
        self._hashing.update(piece.digest, data)
        written = 0
        while written < len(data):
            written += self._file.write(data[written:])
        piece.filled += len(data)
        self.have += len(data)

    def _empty(self, piece: Piece) -> None:
        self.have -= piece.filled
        piece.empty()

    def _settle(self, piece: Piece) -> bool:
        self._hashing.finish()
        piece.is_good = piece.sha256 is None or piece.digest.hexdigest() == piece.sha256
        return piece.is_good

    def _pieces_from(self, position: int) -> Iterator[Piece]:
        first = position // self.wanted.chunk_size if self.wanted.chunk_size and self.wanted.chunks else 0
        return (self.pieces[number] for number in range(first, len(self.pieces)))

    def _read(self, count: int) -> Iterator[bytes]:
        while count > 0 and (part := self._file.read(min(count, MIB))):
            count -= len(part)
            yield part

    def _read_note(self) -> str | None:
        try:
            note = json.loads(self._note_path.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        is_ours = isinstance(note, dict) and note.get("address") == self.wanted.address
        return note.get("validator") if is_ours and isinstance(note.get("validator"), str) else None

    def _write_note(self, validator: str | None) -> None:
        self.validator = validator
        self._note_path.write_text(json.dumps({"address": self.wanted.address, "validator": validator}), "utf-8")


def _pieces_of(wanted: WantedFile) -> list[Piece]:
    if not wanted.chunks or wanted.size is None or wanted.chunk_size is None:
        return [Piece(0, wanted.size, wanted.sha256)]
    starts = range(0, wanted.size, wanted.chunk_size)
    return [Piece(start, min(start + wanted.chunk_size, wanted.size), sha256)
            for start, sha256 in zip(starts, wanted.chunks, strict=True)]

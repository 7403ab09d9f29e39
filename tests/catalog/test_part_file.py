"""A growing file: whatever is written, lost or spoiled, its count of bytes is the count of its pieces."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from chatbot.catalog.part_file import PartFile, WantedFile

CHUNK = 50
CONTENT = bytes(number * 37 % 256 for number in range(CHUNK * 4 + 17))
CHUNKS = tuple(hashlib.sha256(CONTENT[start:start + CHUNK]).hexdigest() for start in range(0, len(CONTENT), CHUNK))
WANTED = WantedFile("https://a.org/x", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), CHUNK, CHUNKS)


@given(st.lists(st.tuples(st.integers(0, len(CHUNKS) - 1), st.integers(1, 130), st.booleans()), max_size=12))
def test_bytes_are_counted_as_they_come_and_go(tmp_path_factory, writes):
    path = tmp_path_factory.mktemp("part") / "x.part"
    part = PartFile(path, WANTED)
    for number, length, is_right in writes:
        position = part.pieces[number].next_byte
        data = CONTENT[position:position + length] if is_right else b"\xff" * length
        part.write(position, data)
        assert part.have == sum(piece.filled for piece in part.pieces)
        assert all(piece.is_good == (piece.filled == piece.end - piece.start) for piece in part.pieces)
    good = [piece.is_good for piece in part.pieces]
    part.close()
    again = PartFile(path, WANTED)
    again.take_stock()
    assert again.have == sum(piece.filled for piece in again.pieces)
    assert all(piece.is_good for piece, was_good in zip(again.pieces, good, strict=True) if was_good)
    again.start_over()
    assert again.have == sum(piece.end - piece.start for piece in again.pieces if piece.is_good)
    again.discard()

"""Looks at what a package file really is, whatever its name says, without running or unpacking anything."""

from __future__ import annotations

from pathlib import Path

from chatbot.catalog.limits import CARD_NAME, TOKENIZER_NAME, largest_size_of
from chatbot.catalog.manifest import Manifest
from chatbot.catalog.tensor_header import check_all_finite, read_tensor_entries
from chatbot.core.errors import ModelError

CODE_MAGICS = (
    (b"PK\x03\x04", "a zip archive (such as an old PyTorch file)"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"), (b"#!", "a script"), (b"\xca\xfe\xba\xbe", "a program"),
    *((bytes([0x80, protocol]), "a Python pickle") for protocol in range(1, 6)),
)
"""First bytes of what may hold code. A safetensors header whose length begins with one of them is not refused."""


def check_content(path: Path, manifest: Manifest) -> None:
    """Refuse ``path`` with a ``ModelError`` if it is not what its name says. Cheap: reads headers, not weights."""
    if path.stat().st_size > largest_size_of(path.name):
        raise ModelError(f"{path.name} is larger than any real model needs; it was not used.")
    if path.suffix == ".safetensors":
        _check_tensors(path)
        return
    data = path.read_bytes()
    _refuse_code(path.name, data[:8])
    if path.name == TOKENIZER_NAME:
        _check_tokenizer(path.name, data, manifest.tokenizer.vocabulary_size)
    if path.name == CARD_NAME:
        _check_card(path.name, data)


def check_numbers(path: Path) -> None:
    """Refuse weights that hold NaN or infinity. Reads the whole file."""
    if path.suffix == ".safetensors":
        check_all_finite(path)


def count_pieces(data: bytes) -> int:
    """How many pieces a serialised sentencepiece model has: the repeated field 1 of its protocol buffer.

    Raises ``ValueError`` if ``data`` is not a protocol buffer.
    """
    place = count = 0
    while place < len(data):
        tag, place = _varint(data, place)
        wire_type = tag & 7
        if wire_type == 0:
            _, place = _varint(data, place)
        elif wire_type == 2:
            length, place = _varint(data, place)
            place += length
            count += tag >> 3 == 1
        elif wire_type in (1, 5):
            place += 8 if wire_type == 1 else 4
        else:
            raise ValueError("unknown wire type")
        if tag >> 3 == 0 or place > len(data):
            raise ValueError("cut off")
    return count


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
    raise ValueError("cut off")


def _check_tensors(path: Path) -> None:
    try:
        read_tensor_entries(path)
    except ModelError:
        with path.open("rb") as file:
            _refuse_code(path.name, file.read(8))
        raise


def _refuse_code(name: str, start: bytes) -> None:
    for magic, kind in CODE_MAGICS:
        if start.startswith(magic):
            raise ModelError(f"{name} is {kind}, which could run code; this program never opens such a file.",
                             code="model_could_run_code", file=name)


def _check_tokenizer(name: str, data: bytes, expected: int) -> None:
    try:
        count = count_pieces(data)
    except ValueError:
        count = 0
    if count == 0:
        raise ModelError(f"{name} is not a sentencepiece tokenizer; get a fresh copy of the model.")
    if count != expected:
        raise ModelError(f"{name} has {count:,} tokens but model.json says {expected:,}; the tokenizer belongs to "
                         "another model.")


def _check_card(name: str, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise ModelError(f"{name} is not UTF-8 text; get a fresh copy of the model.") from None

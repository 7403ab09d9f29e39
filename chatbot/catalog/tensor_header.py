"""Checks a safetensors file by hand: its header is JSON, so neither torch nor numpy is needed to refuse a bad one."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chatbot.catalog.limits import MIB, TENSOR_COUNT, TENSORS_HEADER_BYTES
from chatbot.catalog.strict_json import parse_object
from chatbot.core.errors import ModelError

DTYPE_BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "U16": 16, "I16": 16, "F16": 16, "BF16": 16,
              "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64, "F64": 64}


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor of the file: bytes ``begin`` to ``end`` of the data part."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def read_tensor_entries(path: Path) -> tuple[list[TensorEntry], int]:
    """The checked tensors of ``path`` in the order of their bytes, and where the data part starts.

    Raises ``ModelError`` when anything about the header is wrong: length, JSON, types, shapes, gaps or overlaps.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length < 2 or length > size - 8:
            raise ModelError(f"{path.name} is not a safetensors file or is cut off; get a fresh copy of the model.")
        if length > TENSORS_HEADER_BYTES:
            raise ModelError(f"The header of {path.name} claims {length:,} bytes, which no real model needs.")
        header = parse_object(file.read(length).rstrip(b" "), f"The header of {path.name}", ModelError)
    header.pop("__metadata__", None)
    if not 0 < len(header) <= TENSOR_COUNT:
        raise ModelError(f"{path.name} holds {len(header):,} tensors; a model has between 1 and {TENSOR_COUNT:,}.")
    entries = [_entry(path.name, name, value) for name, value in header.items()]
    entries.sort(key=lambda entry: (entry.begin, entry.end))
    _check_layout(path.name, entries, size - 8 - length)
    return entries, 8 + length


def check_all_finite(path: Path) -> None:
    """Read every floating-point number of ``path`` and raise ``ModelError`` at the first NaN or infinity."""
    entries, data_start = read_tensor_entries(path)
    with path.open("rb") as file:
        for entry in entries:
            is_finite = FINITE_CHECKS.get(entry.dtype)
            if is_finite is None:
                continue
            if not all(is_finite(part) for part in _parts(file, data_start + entry.begin, entry.end - entry.begin)):
                raise ModelError(f"{path.name} has numbers in {entry.name!r} that are not finite (NaN or infinity); "
                                 "the model is damaged, get a fresh copy of it.")


def _entry(file_name: str, name: str, value: object) -> TensorEntry:
    def wrong(reason: str) -> ModelError:
        return ModelError(f"{file_name} describes the tensor {name[:80]!r} wrongly ({reason}); get a fresh copy of it.")

    if not isinstance(value, dict) or value.keys() != {"dtype", "shape", "data_offsets"}:
        raise wrong("its fields are not dtype, shape and data_offsets")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BITS:
        raise wrong(f"unknown number type {str(dtype)[:40]!r}")
    if not _whole_numbers(shape) or len(shape) > 8:
        raise wrong("its shape is not a short list of whole numbers")
    if not _whole_numbers(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise wrong("its place in the file is not two ordered whole numbers")
    if math.prod(shape) * DTYPE_BITS[dtype] != (offsets[1] - offsets[0]) * 8:
        raise wrong("its shape does not fit its bytes")
    return TensorEntry(name, dtype, tuple(shape), offsets[0], offsets[1])


def _whole_numbers(value: object) -> bool:
    return isinstance(value, list) and all(type(item) is int and 0 <= item < 2**63 for item in value)


def _check_layout(file_name: str, entries: list[TensorEntry], data_size: int) -> None:
    place = 0
    for entry in entries:
        if entry.begin != place:
            kind = "overlaps another" if entry.begin < place else "leaves a gap before it"
            raise ModelError(f"{file_name}: the tensor {entry.name[:80]!r} {kind}; get a fresh copy of the model.")
        place = entry.end
    if place != data_size:
        raise ModelError(f"{file_name} has {data_size:,} bytes of numbers but describes {place:,}; it is cut off or "
                         "altered, get a fresh copy of the model.")


def _parts(file: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    file.seek(start)
    while size > 0:
        part = file.read(min(size, 4 * MIB))
        if not part:
            return
        size -= len(part)
        yield part


def _sums_finite(type_code: str, part: bytes) -> bool:
    """A sum is finite if and only if every 32-bit float in it is, because a double cannot overflow from them."""
    return math.isfinite(sum(array(type_code, part)))


def _has_no_full_exponent(mask: int, part: bytes) -> bool:
    """16-bit floats: NaN and infinity have every exponent bit set. There are only 65,536 values to look at."""
    return not any(value & mask == mask for value in set(array("H", part)))


FINITE_CHECKS = {
    "F32": lambda part: _sums_finite("f", part),
    "F64": lambda part: all(map(math.isfinite, array("d", part))),
    "F16": lambda part: _has_no_full_exponent(0x7C00, part),
    "BF16": lambda part: _has_no_full_exponent(0x7F80, part),
    "F8_E5M2": lambda part: not any(value & 0x7C == 0x7C for value in set(part)),
    "F8_E4M3": lambda part: not any(value & 0x7F == 0x7F for value in set(part)),
}
"""Number type to a check of one part. Little-endian like the file; the program runs on no big-endian machine."""

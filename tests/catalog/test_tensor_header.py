"""Headers of safetensors files: every way to lie about them is refused."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.catalog.tensor_header import check_all_finite, read_tensor_entries
from chatbot.core.errors import ModelError
from tests.catalog.small_packages import tensors_file


def entry(dtype="U8", shape=(4,), offsets=(0, 4)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def file_with(header, data=b"\0\0\0\0"):
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    return struct.pack("<Q", len(text)) + text + data


def refusal(tmp_path, content):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        read_tensor_entries(path)
    return str(caught.value)


@pytest.mark.parametrize(("content", "sentence"), [
    (b"", "cut off"), (b"\x01\x02", "cut off"), (struct.pack("<Q", 2**40) + b"{}", "cut off"),
    (struct.pack("<Q", 100) + b"{}", "cut off"), (file_with({}), "0 tensors"), (file_with(b"[1,2]"), "JSON object"),
    (file_with({"a": 3}), "fields"), (file_with({"a": {**entry(), "x": 1}}), "fields"),
    (file_with({"a": entry(dtype="Q9")}), "number type 'Q9'"), (file_with({"a": entry(dtype=["U8"])}), "number type"),
    (file_with({"a": entry(shape=(-4,))}), "shape"), (file_with({"a": entry(shape=(4.0,))}), "shape"),
    (file_with({"a": entry(shape=(1,) * 9)}), "shape"), (file_with({"a": entry(shape=(2**70,))}), "shape"),
    (file_with({"a": entry(shape=(5,))}), "does not fit its bytes"),
    (file_with({"a": entry(dtype="F32", shape=(4,))}), "does not fit its bytes"),
    (file_with({"a": entry(offsets=(4, 0))}), "place in the file"),
    (file_with({"a": entry(offsets=(True, 4))}), "place in the file"),
    (file_with({"a": entry(), "b": entry()}), "overlaps"), (file_with({"a": entry(offsets=(1, 5))}), "gap"),
    (file_with({"a": entry()}, b"\0" * 5), "5 bytes of numbers but describes 4"),
    (file_with({"a": entry()}, b"\0" * 3), "cut off or"),
])
def test_wrong_headers(tmp_path, content, sentence):
    assert sentence in refusal(tmp_path, content)


def test_huge_header_is_not_read(tmp_path):
    path = tmp_path / "weights.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", 17 * 1024 * 1024))
        file.truncate(18 * 1024 * 1024)
    with pytest.raises(ModelError, match="which no real model needs"):
        read_tensor_entries(path)


def test_order_in_the_header_does_not_matter_and_metadata_is_skipped(tmp_path):
    path = tmp_path / "w.safetensors"
    path.write_bytes(file_with({"__metadata__": {"format": "pt"}, "b": entry(shape=(2,), offsets=(2, 4)),
                                "a": entry(shape=(2, 1), offsets=(0, 2))}))
    entries, start = read_tensor_entries(path)
    assert [item.name for item in entries] == ["a", "b"]
    assert path.stat().st_size == start + 4


def test_agrees_with_the_safetensors_library(tmp_path):
    numpy = pytest.importorskip("numpy")
    from safetensors.numpy import save_file
    path = tmp_path / "w.safetensors"
    save_file({"x": numpy.arange(12, dtype="float32").reshape(3, 4), "y": numpy.zeros((2, 0)),
               "z": numpy.ones(5, dtype="int8"), "s": numpy.array(1.5, dtype="float16")}, path)
    shapes = {item.name: item.shape for item in read_tensor_entries(path)[0]}
    assert shapes == {"x": (3, 4), "y": (2, 0), "z": (5,), "s": ()}
    check_all_finite(path)


@given(st.binary(max_size=200), st.integers(0, 250))
def test_any_bytes_are_refused_or_read(tmp_path_factory, noise, place):
    path = tmp_path_factory.getbasetemp() / "fuzzed.safetensors"
    content = bytearray(tensors_file())
    content[place:place + len(noise)] = noise
    path.write_bytes(bytes(content))
    try:
        check_all_finite(path)
    except ModelError:
        pass

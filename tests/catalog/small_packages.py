"""Builds tiny but whole model packages, and the raw files to spoil them with."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from chatbot.catalog.package import ModelPackage, write_package

VOCABULARY = 24


def tensors_file(tensors: dict[str, tuple[str, list[int], bytes]] | None = None, **header: object) -> bytes:
    """A safetensors file of name -> (dtype, shape, data); ``header`` entries replace what would be written."""
    if tensors is None:
        tensors = {"embedding.weight": ("F32", [VOCABULARY, 4], struct.pack("<96f", *range(96))),
                   "bias": ("BF16", [VOCABULARY], bytes(2 * VOCABULARY))}
    described: dict[str, object] = {}
    place = 0
    for name, (dtype, shape, data) in tensors.items():
        described[name] = {"dtype": dtype, "shape": shape, "data_offsets": [place, place + len(data)]}
        place += len(data)
    text = json.dumps({**described, **header}).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(data for _, _, data in tensors.values())


def tokenizer_file(count: int = VOCABULARY) -> bytes:
    """The protocol buffer of a sentencepiece model with ``count`` pieces."""
    pieces = (b"\x0a" + bytes([len(f"piece{n}")]) + f"piece{n}".encode() + b"\x15" + struct.pack("<f", -n)
              for n in range(count))
    return b"".join(b"\x0a" + bytes([len(piece)]) + piece for piece in pieces) + b"\x12\x02\x20\x01"


def fields(model_id: str = "tiny-en", **changes: object) -> dict[str, object]:
    """The values of a manifest that is in order."""
    return {"id": model_id, "name": "Tiny", "version": "1.0", "language": "en", "licence": "Apache-2.0",
            "created": "2026-11-01T10:00:00Z",
            "architecture": {"cell": "lstm", "vocabulary_size": VOCABULARY, "width": 4, "blocks": 1},
            "tokenizer": {"kind": "sentencepiece", "vocabulary_size": VOCABULARY},
            "roles": {"user": "<user>", "bot": "<bot>"}, "sampling": {"temperature": 0.8}, "parameters": 120,
            "quality": {"heldout.perplexity": 31.5}, **changes}


def files(**changes: bytes) -> dict[str, Path | bytes]:
    """The contents that go with ``fields``; keyword names use two underscores for the dot."""
    content: dict[str, Path | bytes] = {"weights.safetensors": tensors_file(), "tokenizer.model": tokenizer_file(),
                                        "README.md": b"# Tiny\n\nA model for tests.\n"}
    return {**content, **{name.replace("__", "."): data for name, data in changes.items()}}


def write_small_package(within: Path, model_id: str = "tiny-en", weights: bytes | None = None,
                        **changes: object) -> ModelPackage:
    """A whole package in ``within / model_id``."""
    content = files() if weights is None else files(weights__safetensors=weights)
    return write_package(within / model_id, fields(model_id, **changes), content)


def weights_of(size: int, seed: int = 0) -> bytes:
    """A valid safetensors file with about ``size`` bytes of numbers that do not compress to nothing."""
    import random
    data = random.Random(seed).randbytes(size)
    return tensors_file({"embedding.weight": ("U8", [size], data)})


def relist(folder: Path, **files_changed: bytes) -> None:
    """Overwrite files of a package and put their true sizes and hashes into its manifest: a wrong publication."""
    import hashlib
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    for name, data in files_changed.items():
        name = name.replace("__", ".")
        (folder / name).write_bytes(data)
        manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "model.json").write_text(json.dumps(manifest), "utf-8")

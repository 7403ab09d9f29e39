"""A tiny package and a corpus with a few dialogues in the format of the ConvAI2 validation set."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from tests.engine.tiny import sentences, write_package
from tests.training.small_corpus import write_corpus


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model package."""
    return write_package(tmp_path_factory.mktemp("package") / "tiny")


@pytest.fixture(scope="session")
def bench_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Held-out text and ``bench/convai2_valid.jsonl.xz``."""
    folder = write_corpus(tmp_path_factory.mktemp("bench_corpus"))
    (folder / "bench").mkdir()
    lines = sentences(80, 7)
    records = [{"source": "x", "turns": lines[8 * n:8 * n + 3 + 2 * (n % 2)],
                "persona": {"A": lines[8 * n + 6:8 * n + 8]}} for n in range(10)]
    with lzma.open(folder / "bench" / "convai2_valid.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    return folder

"""The memory a package needs is measured in a process that does nothing but chat with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chatbot.training.memory_need import memory_while_chatting
from tests.fakes.tiny_model import write_tiny_model


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
def test_a_whole_process_is_measured_in_megabytes(tmp_path: Path) -> None:
    found = memory_while_chatting(write_tiny_model(tmp_path).folder)
    assert found is not None and found % 10**6 == 0
    assert 50e6 < found < 1e9


def test_what_cannot_be_loaded_is_not_measured(tmp_path: Path) -> None:
    assert memory_while_chatting(tmp_path) is None


def test_other_systems_are_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert memory_while_chatting(tmp_path) is None

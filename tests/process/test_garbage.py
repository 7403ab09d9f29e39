"""Garbage of Qt is collected in the window's thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from chatbot.process import garbage
from chatbot.process.garbage import WindowThreadGarbage


@pytest.fixture
def collector(qapp: QObject, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowThreadGarbage]:
    monkeypatch.setattr(garbage, "INTERVAL_MS", 10)
    collector = WindowThreadGarbage()
    yield collector
    collector.remove()


class Cyclic:
    """Only a collection frees it; it says which thread did."""

    freed_in: list[str] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.freed_in.append(threading.current_thread().name)


def allocate_much() -> None:
    """More than enough for several collections, if they were allowed."""
    kept = [[number] for number in range(50_000)]
    del kept


def test_another_threads_allocations_collect_nothing(qtbot: QtBot, collector: WindowThreadGarbage) -> None:
    Cyclic.freed_in.clear()
    gc.collect()
    collector.install()
    for _ in range(3):
        Cyclic()
    thread = threading.Thread(target=allocate_much, name="engine")
    thread.start()
    thread.join()
    assert Cyclic.freed_in == []
    kept = [[number] for number in range(2000)]
    qtbot.waitUntil(lambda: len(Cyclic.freed_in) == 3, timeout=3000)
    assert set(Cyclic.freed_in) == {threading.current_thread().name} and kept


def test_python_collects_again_afterwards(collector: WindowThreadGarbage) -> None:
    gc.enable()
    collector.install()
    assert not gc.isenabled()
    collector.remove()
    collector.remove()
    assert gc.isenabled()

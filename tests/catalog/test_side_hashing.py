"""Hashing beside the download: the same digests in the same order, whether there is a thread or not."""

from __future__ import annotations

import hashlib
import os
import random
import threading

import pytest

from chatbot.catalog import side_hashing
from chatbot.catalog.side_hashing import MOST_WAITING, WORTH_A_THREAD_BYTES, SideHashing, has_free_core


def hash_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("hash")]


@pytest.mark.parametrize("may_use_thread", [True, False])
def test_large_and_small_buffers_keep_their_order(may_use_thread):
    generator = random.Random(3)
    hashing, digests, data = SideHashing(may_use_thread), [hashlib.sha256(), hashlib.sha256()], [b"", b""]
    for _ in range(60):
        number = generator.randrange(2)
        part = generator.randbytes(generator.choice([1, 100, WORTH_A_THREAD_BYTES, 3 * WORTH_A_THREAD_BYTES]))
        data[number] += part
        hashing.update(digests[number], memoryview(part))
    assert len(hash_threads()) == int(may_use_thread)
    hashing.finish()
    assert [digest.hexdigest() for digest in digests] == [hashlib.sha256(each).hexdigest() for each in data]
    hashing.close()
    assert hash_threads() == []


class SlowDigest:
    """Waits to be let on, and counts."""

    def __init__(self) -> None:
        self.go_on, self.count = threading.Event(), 0

    def update(self, _data: memoryview) -> None:
        assert self.go_on.wait(5)
        self.count += 1


def test_what_waits_is_bounded():
    hashing, digest, block = SideHashing(True), SlowDigest(), memoryview(bytes(WORTH_A_THREAD_BYTES))
    for _ in range(MOST_WAITING):
        hashing.update(digest, block)
    threading.Timer(0.05, digest.go_on.set).start()
    hashing.update(digest, block)
    assert digest.count >= 1, "one more has to wait for the first"
    hashing.close()
    assert digest.count == MOST_WAITING + 1


@pytest.mark.parametrize(("load", "cores", "is_free"), [(0.2, 2, True), (1.2, 2, False), (0.0, 1, False),
                                                        (6.5, 8, True), (7.5, 8, False)])
def test_a_busy_computer_gets_no_second_thread(monkeypatch, load, cores, is_free):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 9.0, 9.0), raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert has_free_core() is is_free
    assert SideHashing()._may_use_thread is is_free
    monkeypatch.delattr(side_hashing.os, "getloadavg")
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert has_free_core() is (cores > 2)

"""Freed memory goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chatbot.worker.returned_memory import return_freed_memory

SCRIPT = """
import ctypes
from chatbot.worker.returned_memory import return_freed_memory

def resident_mb():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) // 1024

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
blocks = [libc.malloc(60_000) for _ in range(2000)]
for block in blocks:
    ctypes.memset(block, 1, 60_000)
for block in blocks[:-1]:  # the last one holds the end of the heap
    libc.free(block)
before = resident_mb()
return_freed_memory()
print(before - resident_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there something is done")
def test_memory_that_was_freed_leaves_the_process():
    if not hasattr(__import__("ctypes").CDLL(None), "malloc_trim"):
        pytest.skip("this C library keeps nothing back")
    given_back = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    assert int(given_back) > 80


def test_other_systems_do_nothing(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("ctypes.CDLL", lambda _: pytest.fail("it was asked"))
    return_freed_memory()

"""Ctrl+C stops what is being written instead of killing the program."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ctrl_c_sets(stop: threading.Event) -> Iterator[None]:
    """While inside, the first Ctrl+C sets ``stop``; the second one interrupts as usual."""
    def on_interrupt(_signal: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)

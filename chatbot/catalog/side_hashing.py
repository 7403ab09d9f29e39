"""Hashes what is being downloaded, beside the thread that receives and writes it where a processor core is free.

SHA-256 takes about as long as receiving and writing the same bytes together, and ``hashlib`` needs no Python while it
works on a large buffer, so the two can go on side by side. Where all cores are busy a second thread would only stand in
the way of the first: there everything is hashed at once.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from chatbot.catalog.limits import KIB

WORTH_A_THREAD_BYTES = 32 * KIB
MOST_WAITING = 8
"""So many buffers may wait to be hashed, some megabytes; then whoever brings more waits as well."""


class SideHashing:
    """Updates digests in the order in which it is given data. A thread starts with the first large buffer."""

    def __init__(self, may_use_thread: bool | None = None) -> None:
        """``may_use_thread`` None: if a core is free now."""
        self._may_use_thread = has_free_core() if may_use_thread is None else may_use_thread
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def update(self, digest: hashlib._Hash, data: memoryview) -> None:
        """Add ``data``, which must not change any more, to ``digest``, now or soon."""
        is_worth_it = self._may_use_thread and len(data) >= WORTH_A_THREAD_BYTES
        if not self._waiting and not is_worth_it:
            digest.update(data)
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="hash")
        self._waiting.append(self._thread.submit(digest.update, data))
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Wait until every digest has all its data. Call before one is read."""
        while self._waiting:
            self._waiting.popleft().result()

    def close(self) -> None:
        """End the thread. More data may follow, which starts another one."""
        self.finish()
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None


def has_free_core() -> bool:
    """Whether another thread would probably run beside this one, not instead of it."""
    if not hasattr(os, "getloadavg"):  # Windows
        return (os.cpu_count() or 1) > 2
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return os.getloadavg()[0] + 1 < cores

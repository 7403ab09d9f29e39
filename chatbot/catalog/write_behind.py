"""Hashes and writes in a second thread, so that the disk and the network work at the same time."""

from __future__ import annotations

import queue
import threading
import time

from chatbot.catalog.limits import KIB
from chatbot.catalog.part_file import PartFile, Piece

BLOCK_BYTES = 512 * KIB
"""What is gathered before it is handed over."""
BLOCK_S = 0.1
"""The longest that bytes are gathered, so that a kill loses little of a slow download and its progress is shown."""
BLOCKS_WAITING = 8


class WriteBehind:
    """Passes a body to ``part``, beginning at ``position``. Use it as a context manager: leaving writes what is left.

    A failed write is raised by the next ``add`` or at the end. Wrong pieces are reported by ``take_wrong``.
    """

    def __init__(self, part: PartFile, position: int) -> None:
        self._part = part
        self._position = position
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._handed_over_at = time.monotonic()
        self._wrong: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        self._blocks: queue.Queue[bytes | None] = queue.Queue(BLOCKS_WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._write_all, name="download-writer")

    def __enter__(self) -> WriteBehind:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._hand_over()
        self._blocks.put(None)
        self._thread.join()
        if self._failure is not None and not isinstance(error, OSError):
            raise self._failure

    def add(self, data: bytes) -> None:
        """Take the next bytes of the body."""
        self._gathered.append(data)
        self._gathered_bytes += len(data)
        if self._gathered_bytes >= BLOCK_BYTES or time.monotonic() - self._handed_over_at >= BLOCK_S:
            self._hand_over()
        if self._failure is not None:
            raise self._failure

    def take_wrong(self) -> list[Piece]:
        """Pieces that turned out wrong since the last call."""
        wrong = []
        while not self._wrong.empty():
            wrong.append(self._wrong.get())
        return wrong

    def _hand_over(self) -> None:
        if self._gathered:
            self._blocks.put(b"".join(self._gathered))
        self._gathered, self._gathered_bytes, self._handed_over_at = [], 0, time.monotonic()

    def _write_all(self) -> None:
        while (block := self._blocks.get()) is not None:
            if self._failure is None:
                self._write(block)

    def _write(self, block: bytes) -> None:
        try:
            for piece in self._part.write(self._position, block):
                self._wrong.put(piece)
            self._position += len(block)
        except BaseException as failure:
            self._failure = failure

"""Deals talks, or documents of base text, into endless parallel streams of tokens with loss weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from chatbot.training.personal.talks import Talk


class Window(NamedTuple):
    """All [length, streams]: ``tokens``, ``targets`` and ``segments`` int64, ``weights`` of the targets float32."""

    tokens: np.ndarray
    targets: np.ndarray
    segments: np.ndarray
    weights: np.ndarray


class TalkStreams:
    """Every stream takes the next talk of a shuffle that is new in every pass. All follows from ``seed``."""

    def __init__(self, talks: Sequence[Talk], streams: int, end: int, seed: int) -> None:
        """``end`` is the token that stands before the first talk of every stream."""
        self._talks = talks
        self._seed = seed
        self._taken = 0
        self._streams: list[tuple[int, int]] = [(-1, 0)] * streams
        """Number of the current talk, and how many of its tokens are dealt."""
        self._last = np.full(streams, end, dtype=np.int64)
        self._segments = np.zeros(streams, dtype=np.int64)
        self._order: tuple[int, np.ndarray] = (-1, np.empty(0, dtype=np.int64))

    @property
    def passes(self) -> float:
        """How many times all talks were taken."""
        return self._taken / len(self._talks)

    def window(self, length: int) -> Window:
        """The next ``length`` positions of every stream."""
        count = len(self._streams)
        ids = np.empty((length + 1, count), dtype=np.int64)
        segments = np.empty((length, count), dtype=np.int64)
        weights = np.empty((length, count), dtype=np.float32)
        for stream in range(count):
            self._fill(stream, ids[:, stream], segments[:, stream], weights[:, stream])
        return Window(ids[:-1], ids[1:], segments, weights)

    def _fill(self, stream: int, ids: np.ndarray, segments: np.ndarray, weights: np.ndarray) -> None:
        ids[0] = self._last[stream]
        filled = 0
        while filled < len(segments):
            number, used = self._streams[stream]
            if number < 0 or used >= len(self._talks[number].ids):
                number, used = self._next_talk(), 0
                self._segments[stream] += 1
            talk = self._talks[number]
            count = min(len(talk.ids) - used, len(segments) - filled)
            ids[filled + 1:filled + 1 + count] = talk.ids[used:used + count]
            weights[filled:filled + count] = talk.weights[used:used + count]
            segments[filled:filled + count] = self._segments[stream]
            self._streams[stream] = (number, used + count)
            filled += count
        self._last[stream] = ids[-1]

    def _next_talk(self) -> int:
        one_pass, place = divmod(self._taken, len(self._talks))
        if self._order[0] != one_pass:
            rng = np.random.Generator(np.random.Philox(key=[self._seed, one_pass]))
            self._order = (one_pass, rng.permutation(len(self._talks)))
        self._taken += 1
        return int(self._order[1][place])

    def position(self) -> dict[str, object]:
        """Where dealing stands, as plain JSON values."""
        return {"taken": self._taken, "streams": [list(pair) for pair in self._streams],
                "last": self._last.tolist(), "segments": self._segments.tolist()}

    def restore(self, position: dict) -> None:
        """Go on where ``position`` was taken."""
        self._taken = position["taken"]
        self._streams = [(number, used) for number, used in position["streams"]]
        self._last = np.array(position["last"], dtype=np.int64)
        self._segments = np.array(position["segments"], dtype=np.int64)

"""One long text cut into parallel streams, as the literature trains on Penn Treebank and WikiText-2."""

from __future__ import annotations

import numpy as np


class StreamDealer:
    """Deals windows of ``streams`` columns of a text, pass after pass; state is carried from window to window.

    Every pass begins somewhere else (a rotation drawn from ``seed`` and the number of the pass), so that windows are
    not cut at the same places. It has the methods of ``packing.Dealer`` that a ``Trainer`` uses.
    """

    def __init__(self, ids: np.ndarray, *, streams: int, seed: int) -> None:
        """``ids`` [words] int32."""
        self._ids, self._streams, self._seed = ids, streams, seed
        self._pass, self._place = -1, 0
        self._columns = np.empty((0, streams), dtype=np.int64)
        self._begin_pass(0)

    def _begin_pass(self, number: int) -> None:
        if number == self._pass:
            return
        rng = np.random.Generator(np.random.Philox(key=[self._seed, number]))
        turned = np.roll(self._ids, -int(rng.integers(len(self._ids))))
        rows = len(turned) // self._streams
        self._columns = turned[:rows * self._streams].reshape(self._streams, rows).T.astype(np.int64)
        self._pass = number

    def set_mixture(self, passes: dict[str, float]) -> None:
        """There is one source only."""

    def window(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Tokens, targets and segments, each [length, streams] int64; all is one segment.

        Less than a window at the end of a pass is left out, as its rotation lets it come up in others.
        """
        if self._place + length + 1 > len(self._columns):
            self._begin_pass(self._pass + 1)
            self._place = 0
        part = self._columns[self._place:self._place + length + 1]
        self._place += length
        return part[:-1], part[1:], np.zeros_like(part[1:])

    def position(self) -> dict[str, object]:
        """Where dealing stands, as plain JSON values."""
        return {"pass": self._pass, "place": self._place}

    def restore(self, position: dict) -> None:
        """Go on where ``position`` was taken."""
        self._begin_pass(position["pass"])
        self._place = position["place"]

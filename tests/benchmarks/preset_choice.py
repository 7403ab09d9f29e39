"""Which temperature each preset gets, from measured rows: the rule by which ``core.presets`` is to be set.

Right and varied pull apart. ``right`` of a row is the mean pass rate of the three question cards. Careful takes the row
that is right most often. Balanced is the warmest row that is right as often but for ``NOISE``, lively the warmest that
keeps nine tenths of it, wild the warmest that keeps two thirds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CARDS = ("memory", "self", "knowledge")
NOISE = 0.02
"""Two rates of some 700 answers with the same settings and other seeds differ by about this much."""
_KEPT = {"lively": 0.9, "wild": 2 / 3}

Row = Mapping[str, Any]


def right(row: Row) -> float:
    """Mean pass rate of the cards."""
    return sum(row[card] for card in CARDS) / len(CARDS)


def _warmest(rows: Sequence[Row], least: float) -> Row:
    return max((row for row in rows if right(row) >= least), key=lambda row: row["temperature"])


def chosen(rows: Sequence[Row]) -> dict[str, Row]:
    """A row for each preset that is chosen by measurement. ``rows`` have ``temperature`` and the cards' rates."""
    best = max(rows, key=right)
    return {"careful": best, "balanced": _warmest(rows, right(best) - NOISE),
            **{name: _warmest(rows, share * right(best)) for name, share in _KEPT.items()}}

"""Which temperature each preset gets, from measured rows: the rule behind ``core.presets``.

``right`` of a row is the mean pass rate of the three question cards. Balanced takes the row that is right most often.
Careful is the coldest row that is right as often but for ``NOISE``, lively the warmest such row, and wild the warmest
that keeps nine tenths of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CARDS = ("memory", "self", "knowledge")
NOISE = 0.02
"""Two rates of some 700 answers with the same settings and other seeds differ by about this much."""
WILD_KEEPS = 0.9

Row = Mapping[str, Any]


def right(row: Row) -> float:
    """Mean pass rate of the cards."""
    return sum(row[card] for card in CARDS) / len(CARDS)


def chosen(rows: Sequence[Row]) -> dict[str, Row]:
    """A row for each preset that is chosen by measurement. ``rows`` have ``temperature`` and the cards' rates."""
    best = max(rows, key=right)
    as_right = sorted((row for row in rows if right(row) >= right(best) - NOISE), key=_temperature)
    bearable = (row for row in rows if right(row) >= WILD_KEEPS * right(best))
    return {"careful": as_right[0], "balanced": best, "lively": as_right[-1], "wild": max(bearable, key=_temperature)}


def _temperature(row: Row) -> float:
    return row["temperature"]

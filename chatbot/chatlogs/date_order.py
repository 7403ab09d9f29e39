"""Finds out whether 01/02/2024 is in January or February, from all dates of a log, or says that it cannot.

An order is possible if every date exists, none lies in the future, none runs backwards against the order of the
lines, and weekdays (where there are any) agree. One possible order is a proof. Several make a question for the user,
with a sample line. A pasted line or a phone with a wrong clock may contradict the rest, so a few contradictions
against one order are forgiven if the others have many more.
"""

from __future__ import annotations

import time as system_time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

from chatbot.chatlogs.clock import DAY_SECONDS, day_seconds
from chatbot.chatlogs.records import DateOrder

BACKWARDS_SECONDS = DAY_SECONDS
"""A step back of up to a day is a message that arrived late or the end of summer time."""
_DMY, _MDY, _YMD = DateOrder.DAY_MONTH_YEAR, DateOrder.MONTH_DAY_YEAR, DateOrder.YEAR_MONTH_DAY


@dataclass(frozen=True, slots=True)
class DateReading:
    """One way to read the sample: ``date`` is an ISO date."""

    order: DateOrder
    date: str


@dataclass(frozen=True, slots=True)
class DateQuestion:
    """What must be asked. ``readings`` stand likeliest first; ``sample`` is a date as it stands in the file."""

    sample: str
    readings: tuple[DateReading, ...]

    @property
    def sentence(self) -> str:
        """The question in one sentence."""
        choices = " or ".join(f"{reading.date} ({reading.order})" for reading in self.readings)
        return f"The order of day and month cannot be told from this log: does {self.sample!r} mean {choices}?"


@dataclass(frozen=True, slots=True)
class DateDecision:
    """The order to use. ``question`` is None if it was proven or given by the user."""

    order: DateOrder
    question: DateQuestion | None = None
    is_proven: bool = False


def read_date(first: str, second: str, third: str, order: DateOrder) -> int | None:
    """Seconds of the day that three numbers mean under ``order``; None if there is none. A year has 2 or 4 digits."""
    if order is _DMY:
        day, month, year = first, second, third
    elif order is _MDY:
        month, day, year = first, second, third
    else:
        year, month, day = first, second, third
    if len(year) not in (2, 4) or len(month) > 2 or len(day) > 2:
        return None
    return day_seconds(int(year), int(month), int(day))


class _Trial:
    """One order, tried on every date."""

    def __init__(self, order: DateOrder, latest: float, earliest: float, is_short_year_first_possible: bool) -> None:
        self.order = order
        self._needs_long_year = order is _YMD and not is_short_year_first_possible
        self.invalid = self.backwards = self.forwards = 0
        self.is_ever_possible = False
        self._latest, self._earliest = latest, earliest
        self._last: int | None = None

    def add(self, parts: tuple[str, str, str], weekday: int | None) -> int | None:
        """Count what contradicts this order; the day in seconds if there is such a day."""
        day = None if self._needs_long_year and len(parts[0]) < 4 else read_date(*parts, self.order)
        if day is None or day > self._latest or day < self._earliest:
            self.invalid += 1
            self.is_ever_possible |= day is not None
            return day
        self.is_ever_possible = True
        if weekday is not None and (day // DAY_SECONDS + 3) % 7 != weekday:
            self.invalid += 1
        if self._last is not None:
            self.backwards += day < self._last - BACKWARDS_SECONDS
            self.forwards += day > self._last + BACKWARDS_SECONDS
        self._last = day
        return day


class DateEvidence:
    """Collects the dates of a log in the order of its lines, then decides."""

    def __init__(self, now: float | None = None, earliest: float = 0.0, *, is_newest_first_possible: bool = False,
                 is_short_year_first_possible: bool = False) -> None:
        """``now``: see ``ReadOptions``. ``earliest``: seconds before which the app did not exist.

        Only Korean and its neighbours put a year of two digits first, and end the date with a dot.
        """
        latest = (system_time.time() if now is None else now) + 2 * DAY_SECONDS
        self._trials = [_Trial(order, latest, earliest, is_short_year_first_possible) for order in DateOrder]
        self._is_newest_first_possible = is_newest_first_possible
        self._previous: tuple[tuple[str, str, str], int | None] | None = None
        self._samples: dict[tuple[DateOrder, DateOrder], tuple[str, tuple[str, str, str]]] = {}
        self.count = 0

    def add(self, first: str, second: str, third: str, sample: str, weekday: int | None = None) -> None:
        """Take one date: its three numbers as written, the text to show, and 0 (Monday) to 6 if a weekday is known."""
        parts = (first, second, third)
        if (parts, weekday) == self._previous:
            return
        self._previous = (parts, weekday)
        self.count += 1
        days = [(trial.order, trial.add(parts, weekday)) for trial in self._trials]
        if len(self._samples) == 3:
            return
        for (order, day), (other, other_day) in combinations(days, 2):
            if day is not None and other_day is not None and day != other_day:
                self._samples.setdefault((order, other), (sample, parts))

    def decide(self, wanted: DateOrder | None = None) -> DateDecision:
        """The order to use; ``wanted`` is the user's answer and wins."""
        if wanted is not None:
            return DateDecision(wanted)
        left = self._possible(self._conflicts) or self._possible(lambda trial: trial.invalid) or self._trials
        left = [trial for trial in left if trial.is_ever_possible] or left
        orders = [trial.order for trial in left]
        for pair, (sample, parts) in self._samples.items():
            if pair[0] in orders and pair[1] in orders:
                return DateDecision(orders[0], _question(sample, parts, orders))
        return DateDecision(orders[0], None, True)

    def _conflicts(self, trial: _Trial) -> int:
        against = min(trial.backwards, trial.forwards) if self._is_newest_first_possible else trial.backwards
        return trial.invalid + against

    def _possible(self, conflicts: Callable[[_Trial], int]) -> list[_Trial]:
        """The orders that are not ruled out, fewest conflicts first; none if all are bad."""
        trials = sorted(self._trials, key=conflicts)
        best = conflicts(trials[0])
        if best > max(2, self.count // 50):
            return []
        return [trial for trial in trials if conflicts(trial) <= best * 5]


def _question(sample: str, parts: tuple[str, str, str], orders: list[DateOrder]) -> DateQuestion:
    readings = []
    for order in orders:
        day = read_date(*parts, order)
        if day is not None:
            readings.append(DateReading(order, datetime.fromtimestamp(day, UTC).date().isoformat()))
    return DateQuestion(sample, tuple(readings))

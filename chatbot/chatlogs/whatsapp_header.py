"""The beginning of a line in a WhatsApp export: which of its many shapes a file uses, and its time.

One export is written by one phone in one shape, so the shape is found once and then asked of every line; a line that
was pasted from another phone's export does not fit and stays part of its message.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from chatbot.chatlogs.clock import seconds_of_day
from chatbot.chatlogs.date_order import DateOrder, read_date

_MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_SEPARATORS = (r"/", r"\.", r"-", "年")
_NUMBERS = re.compile(r"\d+")


def _date(separator: str) -> str:
    if separator == "年":
        return r"\d{2,4}年 ?\d{1,2}月 ?\d{1,2}日"
    return rf"\d{{1,4}}{separator} ?\d{{1,2}}{separator} ?\d{{1,4}}\.?"


_SHAPES = {
    "brackets": _MARKS + r"\[" + _MARKS + r"({date})[,،]?\s+([^\]\[\n]{{3,24}})\]\s?(.*)",
    "dash": _MARKS + r"({date})[,،]?\s+([^-–\n]{{3,24}}?)\s[-–]\s(.*)",
    "colon": _MARKS + r"({date})[,،]?\s+(\d{{1,2}}:\d\d:\d\d):\s(.*)",
}


@dataclass(slots=True)
class HeaderShape:
    """One shape of header line. ``pattern`` gives date, time and the rest."""

    name: str
    separator: str
    pattern: re.Pattern[str]

    def split(self, line: str) -> re.Match[str] | None:
        """A match if ``line`` looks like a header and its time of day exists."""
        match = self.pattern.fullmatch(line)
        if match is None or seconds_of_day(match[2].strip()) is None:
            return None
        return match


ALL_SHAPES = tuple(HeaderShape(name, separator, re.compile(pattern.format(date=_date(separator))))
                   for name, pattern in _SHAPES.items() for separator in _SEPARATORS)


def find_shape(lines: list[str]) -> tuple[HeaderShape, int] | None:
    """The shape of most header lines and how many there are; None if no line has one."""
    counts: Counter[int] = Counter()
    for line in lines:
        if not any(char.isdigit() for char in line[:12]):
            continue
        for index, shape in enumerate(ALL_SHAPES):
            if shape.split(line):
                counts[index] += 1
    if not counts:
        return None
    index, count = counts.most_common(1)[0]
    return ALL_SHAPES[index], count


def date_parts(text: str) -> tuple[str, str, str]:
    """The three numbers of a date as written."""
    first, second, third = _NUMBERS.findall(text)
    return first, second, third


@dataclass(slots=True)
class HeaderClock:
    """Turns the date and time texts of headers into seconds; remembers both, since they repeat all the time."""

    order: DateOrder
    _days: dict[str, int | None] = field(default_factory=dict)
    _times: dict[str, int | None] = field(default_factory=dict)

    def seconds(self, date_text: str, time_text: str) -> int | None:
        """Seconds since the epoch; None if there is no such day or time."""
        day = self._days.get(date_text, -1)
        if day == -1:
            day = self._days[date_text] = read_date(*date_parts(date_text), self.order)
        time = self._times.get(time_text, -1)
        if time == -1:
            time = self._times[time_text] = seconds_of_day(time_text.strip())
        return None if day is None or time is None else day + time

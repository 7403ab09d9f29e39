"""Turns the ways in which exports write a time into seconds since the epoch.

A time without a zone is read as if it were UTC: what matters later is order and distance, not the place on Earth.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

EARLIEST_YEAR = 1990
LATEST_SECONDS = 4_102_444_800.0
"""The year 2100: whatever lies beyond is not the time of a message."""
DAY_SECONDS = 86_400

_MORNING = ("am", "a.m.", "a.m", "上午", "午前", "오전", "ص", "पूर्वाह्न", "পূর্বাহ্ণ", "sa", "πμ", "π.μ.", "öö", "ip.",
            "ap",
            "fm", "de.", "dop.", "pg", "ก่อนเที่ยง", "凌晨", "早上", "清晨", "vorm.", "paradite", "rano", "ق.ظ", "ق.ظ.",
            "לפנה״צ", "לפנה\"צ", "पू", "pag.", "asubuhi")
_AFTERNOON = ("pm", "p.m.", "p.m", "下午", "午後", "오후", "م", "अपराह्न", "অপরাহ্ণ", "ch", "μμ", "μ.μ.", "ös", "ip",
              "em",
              "du.", "odp.", "ptg", "หลังเที่ยง", "晚上", "中午", "傍晚", "nachm.", "masdite", "popołudniu", "ب.ظ",
              "ب.ظ.",
              "אחה״צ", "אחה\"צ", "अप", "alas-", "mchana")
_IS_AFTERNOON = {**dict.fromkeys(_MORNING, False), **dict.fromkeys(_AFTERNOON, True)}
_CLOCK = re.compile(r"([^\d:]*)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?([^\d:]*)")
_ENGLISH_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d+)?")


def seconds_of_day(text: str) -> int | None:
    """Seconds since midnight of "11:59 PM", "下午3:04", "5:46 p. m." or "23.59.01"; None if it is no such time."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    before, hour_text, minute_text, second_text, after = match.groups()
    hour, minute, second = int(hour_text), int(minute_text), int(second_text or 0)
    word = "".join((before + after).split()).casefold().strip("\u200e\u200f,")
    if word:
        is_afternoon = _IS_AFTERNOON.get(word)
        if is_afternoon is None or hour > 23:
            return None
        if hour <= 12:
            hour = hour % 12 + 12 * is_afternoon
    if hour > 23 or minute > 59 or second > 60:
        return None
    return hour * 3600 + minute * 60 + second


def day_seconds(year: int, month: int, day: int) -> int | None:
    """Seconds since the epoch of a day's start; None if there is no such day.

    Two digits of a year mean this century; years of the Buddhist calendar are turned into ours.
    """
    if year < 100:
        year += 2000
    elif 2500 <= year <= 2700:
        year -= 543
    if year < EARLIEST_YEAR or year > 2100:
        return None
    try:
        return (date(year, month, day).toordinal() - 719_163) * DAY_SECONDS
    except ValueError:
        return None


def iso_seconds(text: object) -> float | None:
    """Seconds of "2024-05-01T12:00:00.123+02:00" in any of its shapes; None for anything else."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    text = text.strip().removesuffix(" UTC")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return plausible_seconds(moment.timestamp())
    except (OverflowError, ValueError):
        return None


def unix_seconds(value: object) -> float | None:
    """Seconds from a number or its text, given in seconds, milli-, micro- or nanoseconds."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            return None
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    for _ in range(3):
        if seconds > 1e11:
            seconds /= 1000
    return plausible_seconds(seconds)


def plausible_seconds(seconds: float) -> float | None:
    """``seconds`` if a message can have been written then, else None."""
    return seconds if 0 < seconds < LATEST_SECONDS else None


def english_month(name: str) -> int | None:
    """1 to 12 for an English month's name or its first three letters."""
    return _ENGLISH_MONTHS.get(name[:3].casefold())

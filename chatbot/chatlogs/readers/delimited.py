"""A table with a column for the speaker and one for the text, perhaps one for the time. Columns can be chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chatbot.chatlogs.clock import iso_seconds, seconds_of_day, unix_seconds
from chatbot.chatlogs.context import ColumnQuestion, ReadContext
from chatbot.chatlogs.date_order import DateEvidence, read_date
from chatbot.chatlogs.placeholders import placeholder_reason
from chatbot.chatlogs.records import Columns, DateOrder, LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source
from chatbot.chatlogs.tables import find_separator, records

_SPEAKER_NAMES = ("speaker", "sender", "sender_name", "sendername", "author", "from", "name", "user", "username",
                  "user_name", "nickname", "person", "who", "role", "sender name", "from_name", "contact", "absender",
                  "autor", "nombre", "nom", "nome", "发送人", "发送者", "送信者", "名前")
_TEXT_NAMES = ("text", "message", "content", "contents", "body", "msg", "message_text", "value", "utterance", "line",
               "message body", "nachricht", "mensaje", "mensagem", "messaggio", "texto", "内容", "消息", "メッセージ",
               "本文")
_TIME_NAMES = ("time", "date", "timestamp", "datetime", "date_time", "created_at", "sent_at", "sent", "date sent",
               "when",
               "datum", "zeit", "fecha", "data", "heure", "时间", "日期", "日時", "date/time")
_NUMERIC_DATE = re.compile(r"\s*(\d{1,4})[./-] ?(\d{1,2})[./-] ?(\d{1,4})\.?(?:[,T\s]+(.{3,16}?))?\s*")
_SAMPLE_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Layout:
    """Numbers of the columns from 0. ``has_header`` says whether the first row holds names."""

    separator: str
    header: tuple[str, ...]
    has_header: bool
    speaker: int | None
    text: int | None
    time: int | None


def matches(sample: Sample) -> bool:
    """True if columns can be told apart, and either their names or their content look like a chat's."""
    layout = _layout(sample, Columns())
    if layout is None:
        return False
    return layout.has_header or (layout.speaker is not None and layout.text is not None)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield the rows; asks in the report which columns to take if that cannot be told."""
    sample = Sample(source)
    layout = _layout(sample, context.options.columns)
    if layout is None:
        return
    if layout.speaker is None or layout.text is None:
        rows = tuple(tuple(row) for row in list(records(sample.full_lines[:20], layout.separator))[1:1 + _SAMPLE_ROWS])
        context.question = ColumnQuestion(layout.header, rows)
        return
    order = _date_order(source, layout, context)
    for number, row in _rows(source.lines(), layout):
        if len(row) <= max(layout.speaker, layout.text):
            context.bad(number, "it has too few columns", layout.separator.join(row))
            continue
        name, text = row[layout.speaker].strip(), row[layout.text]
        reason = SkipReason.EMPTY if not text.strip() else placeholder_reason(text)
        if reason is not None:
            context.skip(reason)
            continue
        time = _seconds(row[layout.time], order) if layout.time is not None and layout.time < len(row) else None
        yield LogMessage(time, name or "Unknown", text)


def _rows(lines: Iterable[str], layout: _Layout) -> Iterator[tuple[int, list[str]]]:
    rows = records((line.replace("\0", "") for line in lines), layout.separator)
    for number, row in enumerate(rows, 1):
        if row and any(map(str.strip, row)) and not (number == 1 and layout.has_header):
            yield number, row


def _layout(sample: Sample, wanted: Columns) -> _Layout | None:
    separator = find_separator(sample.full_lines[:200])
    if separator is None:
        return None
    rows = [row for row in records(sample.full_lines[:200], separator) if row]
    names = [name.strip("\ufeff \t").casefold() for name in rows[0]]
    found = Columns(_named(names, _SPEAKER_NAMES), _named(names, _TEXT_NAMES), _named(names, _TIME_NAMES))
    has_header = found.text is not None or found.speaker is not None or _is_header(rows)
    numbers = [_chosen(choice, names) if choice else _number(given)
               for choice, given in ((wanted.speaker, found.speaker), (wanted.text, found.text),
                                     (wanted.time, found.time))]
    speaker, text, time = numbers
    if not has_header and len(rows[0]) == 2 and speaker is None and text is None and _is_speaker_column(rows, 0):
        speaker, text = 0, 1
    header = tuple(rows[0]) if has_header else tuple(f"column {number}" for number in range(1, len(rows[0]) + 1))
    return _Layout(separator, header, has_header, speaker, text, time)


def _named(names: list[str], known: tuple[str, ...]) -> str | None:
    """The 1-based number of the first known name."""
    return next((str(names.index(name) + 1) for name in known if name in names), None)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text) - 1


def _chosen(choice: str, names: list[str]) -> int | None:
    """A column by its name, else by its number from 1."""
    if choice.strip().casefold() in names:
        return names.index(choice.strip().casefold())
    if choice.isascii() and choice.isdecimal() and 1 <= int(choice) <= len(names):
        return int(choice) - 1
    return None


def _is_header(rows: list[list[str]]) -> bool:
    """Names of columns are short words, all different, and not found again below."""
    first = [cell.strip() for cell in rows[0]]
    below = {cell.strip() for row in rows[1:50] for cell in row}
    return (len(rows) > 1 and len(set(first)) == len(first) and not below & set(first)
            and all(cell and len(cell) <= 30 and not any(map(str.isdigit, cell)) and len(cell.split()) <= 3
                    for cell in first))


def _is_speaker_column(rows: list[list[str]], column: int) -> bool:
    names = [row[column].strip() for row in rows if len(row) > column]
    distinct = len(set(names))
    return (all(0 < len(name) <= 60 for name in names) and (distinct * 3 <= len(names) or distinct <= 2)
            and not any(name.replace(".", "").replace("-", "").isdigit() for name in names))


def _date_order(source: Source, layout: _Layout, context: ReadContext) -> DateOrder:
    evidence = DateEvidence(context.options.now, is_newest_first_possible=True)
    if layout.time is not None:
        for _, row in _rows(source.lines_until_damage(), layout):
            cell = row[layout.time] if layout.time < len(row) else ""
            match = _NUMERIC_DATE.fullmatch(cell)
            if match is not None:
                evidence.add(match[1], match[2], match[3], cell.strip())
    decision = evidence.decide(context.options.date_order)
    if evidence.count:
        context.decide_dates(decision)
    return decision.order


def _seconds(cell: str, order: DateOrder) -> float | None:
    match = _NUMERIC_DATE.fullmatch(cell)
    if match is None:
        return unix_seconds(cell) or iso_seconds(cell)
    day = read_date(match[1], match[2], match[3], order)
    clock = seconds_of_day(match[4].strip()) if match[4] else 0
    if day is None or clock is None:
        return iso_seconds(cell)
    return day + clock

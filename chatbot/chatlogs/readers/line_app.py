"""LINE's "Export chat history": days as headings, then time, name and text between tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chatbot.chatlogs.clock import seconds_of_day
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.date_order import DateEvidence, read_date
from chatbot.chatlogs.placeholders import placeholder_reason
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

FOUNDED = 1_293_840_000.0
"""2011-01-01."""
BODY_CHARS = 40_000

_TITLE = re.compile(r"\ufeff?\[LINE\] ?(?:Chat history (?:with|in) (?P<en>.+)|(?P<ja>.+?)とのトーク履歴|"
                    r"(?:与|與)(?P<zh>.+?)的(?:聊天记录|聊天記錄)|ประวัติการแชทกับ ?(?P<th>.+)|(?P<ko>.+?)님과의 대화|.*)")
_HEADING = re.compile(r"\ufeff?(?:(?P<before>[^\W\d]{2,12})\.?,? )?(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})"
                      r"(?: ?\(?(?P<after>[^\W\d]{1,12})\.?\)?)?\s*")
_CLOCK = r"(?:[^\W\d]{2} ?)?\d{1,2}:\d{2}(?: ?[AaPp]\.?[Mm]\.?)?"
_MESSAGE = re.compile(rf"({_CLOCK})\t([^\t]*)(?:\t(.*))?", re.DOTALL)
_SPACED = re.compile(rf"({_CLOCK}) (\S.*)")
_UNSENT = re.compile(r".{1,80} (?:unsent a message|ยกเลิกข้อความ)\.?|"
                     r".{1,80}(?:がメッセージの送信を取り消しました|已收回訊息|"
                     r"撤回了一条消息|님이 메시지 전송을 취소했습니다\.?)")
_WEEKDAYS = {word: day for day, words in enumerate((
    "mon monday 月 月曜日 一 周一 週一 星期一 월 월요일 จ จันทร์ lun mo",
    "tue tuesday 火 火曜日 二 周二 週二 星期二 화 화요일 อ อังคาร mar di",
    "wed wednesday 水 水曜日 三 周三 週三 星期三 수 수요일 พ พุธ mié mi",
    "thu thursday 木 木曜日 四 周四 週四 星期四 목 목요일 พฤ พฤหัสบดี jue do",
    "fri friday 金 金曜日 五 周五 週五 星期五 금 금요일 ศ ศุกร์ vie fr",
    "sat saturday 土 土曜日 六 周六 週六 星期六 토 토요일 ส เสาร์ sáb sa",
    "sun sunday 日 日曜日 周日 週日 星期日 일 일요일 อา อาทิตย์ dom so")) for word in words.split()}


class _Entry(NamedTuple):
    """One line of a message with the lines that follow; ``day`` is the heading's match above it."""

    number: int
    day: re.Match[str] | None
    clock: str
    name: str
    text: str


def matches(sample: Sample) -> bool:
    """True for LINE's title line, or a heading of a day with a tabbed message below it."""
    lines = sample.full_lines
    if any(line.lstrip("\ufeff").startswith("[LINE]") for line in lines[:3]):
        return True
    headings = [index for index, line in enumerate(lines[:40]) if _HEADING.fullmatch(line)]
    return any(_MESSAGE.fullmatch(line) for index in headings for line in lines[index + 1:index + 3])


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    evidence = DateEvidence(context.options.now, FOUNDED)
    for line in source.lines_until_damage():
        match = _HEADING.fullmatch(line)
        if match is not None:
            evidence.add(match["a"], match["b"], match["c"], line.strip("\ufeff \t"), _weekday(match))
    decision = evidence.decide(context.options.date_order)
    context.decide_dates(decision)
    title = _title(source)
    if title:
        context.titles[""] = title
    for entry in _entries(source.lines(), title, context):
        clock = seconds_of_day(entry.clock)
        day = entry.day and read_date(entry.day["a"], entry.day["b"], entry.day["c"], decision.order)
        if clock is None or day is None:
            context.bad(entry.number, "its time or the day above it cannot be read", entry.clock)
            continue
        text = entry.text.strip().removeprefix('"').removesuffix('"') if _is_quoted(entry.text) else entry.text
        reason = _skip_reason(entry, text)
        if reason is not None:
            context.skip(reason)
        else:
            yield LogMessage(day + clock, entry.name, text.replace('""', '"') if _is_quoted(entry.text) else text)


def _weekday(match: re.Match[str]) -> int | None:
    word = match["before"] or match["after"]
    return _WEEKDAYS.get(word.casefold()) if word else None


def _title(source: Source) -> str:
    match = _TITLE.fullmatch(next(iter(Sample(source).full_lines), ""))
    return next(filter(None, match.groupdict().values()), "").strip() if match else ""


def _is_quoted(text: str) -> bool:
    stripped = text.strip()
    return "\n" in stripped and len(stripped) > 1 and stripped[0] == stripped[-1] == '"'


def _entries(lines: Iterable[str], title: str, context: ReadContext) -> Iterator[_Entry]:
    day: re.Match[str] | None = None
    current: _Entry | None = None
    body: list[str] = []
    room = 0
    for number, line in enumerate(lines, 1):
        heading = _HEADING.fullmatch(line)
        found = None if heading else _message_line(number, day, line, title)
        if heading is None and found is None:
            if current is not None and room > 0:
                body.append(line)
                room -= len(line) + 1
            elif current is None and day is not None and line.strip():
                context.bad(number, "it is no message", line)
            continue
        if current is not None:
            yield current._replace(text="\n".join([current.text, *body]).rstrip("\n"))
        day = heading or day
        current, body, room = found, [], BODY_CHARS
    if current is not None:
        yield current._replace(text="\n".join([current.text, *body]).rstrip("\n"))


def _message_line(number: int, day: re.Match[str] | None, line: str, title: str) -> _Entry | None:
    match = _MESSAGE.fullmatch(line)
    if match is not None:
        # Only two columns: a sentence of the app, without a sender.
        return _Entry(number, day, match[1], match[2].strip() if match[3] is not None else "",
                      match[2] if match[3] is None else match[3])
    spaced = _SPACED.fullmatch(line) if day is not None else None
    if spaced is None:
        return None
    # Desktop versions put spaces: the name is the one in the title, else the first word.
    rest = spaced[2]
    if title and rest.startswith(title + " "):
        return _Entry(number, day, spaced[1], title, rest[len(title) + 1:])
    name, space, text = rest.partition(" ")
    return _Entry(number, day, spaced[1], name, text) if space else None


def _skip_reason(entry: _Entry, text: str) -> SkipReason | None:
    if _UNSENT.fullmatch(text.strip()):
        return SkipReason.DELETED
    if not entry.name:
        return SkipReason.CALL if "☎" in text else SkipReason.SYSTEM
    if not text.strip():
        return SkipReason.EMPTY
    return placeholder_reason(text.strip())

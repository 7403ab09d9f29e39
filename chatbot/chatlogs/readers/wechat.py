"""WeChat messages as CSV, from the tools that could write them: MemoTrace (WeChatMsg) in three shapes, and WeClone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chatbot.chatlogs.clock import day_seconds, iso_seconds, seconds_of_day, unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.placeholders import placeholder_reason
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source
from chatbot.chatlogs.tables import records

ME = "Me"


@dataclass(frozen=True, slots=True)
class _Shape:
    """Names of the columns of one tool. ``sender`` columns are tried in order."""

    text: str
    kind: str
    text_kinds: tuple[str, ...]
    times: tuple[str, ...]
    sender: tuple[str, ...]
    is_me: str
    chat: str


_SHAPES = (
    _Shape("StrContent", "Type", ("1",), ("CreateTime", "StrTime"), ("Remark", "NickName", "Sender", "TalkerId"),
           "IsSender", "TalkerId"),
    _Shape("内容", "类型", ("文本", "1"), ("时间",), ("发送人", "备注", "昵称"), "", ""),
    _Shape("msg", "type_name", ("文本", "text", "Text", "1"), ("CreateTime",), ("talker",), "is_sender", "room_name"),
)
_SYSTEM_KINDS = ("10000", "系统消息", "系统通知")


def matches(sample: Sample) -> bool:
    """True if the first row holds the columns of one of the tools."""
    header = next(records(sample.full_lines[:1], ","), [])
    return _shape(header) is not None


def _shape(header: list[str]) -> _Shape | None:
    names = {name.strip("\ufeff ") for name in header}
    return next((shape for shape in _SHAPES if {shape.text, shape.kind} <= names and names & set(shape.times)
                 and names & set(shape.sender)), None)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    rows = records((line for line in source.lines() if line), ",")
    header = [name.strip("\ufeff ") for name in next(rows, [])]
    shape = _shape(header)
    if shape is None:
        return
    for number, values in enumerate(rows, 2):
        if len(values) < len(header) // 2:
            context.bad(number, "it has too few columns", ",".join(values))
            continue
        # One version wrote more values than names; those at the end have none.
        row = dict(zip(header, values, strict=False))
        text = row.get(shape.text, "")
        reason = _skip_reason(row.get(shape.kind, ""), text, shape)
        if reason is not None:
            context.skip(reason)
            continue
        is_me = row.get(shape.is_me) == "1"
        context.me_votes[ME] += is_me
        name = ME if is_me else next(filter(None, (row.get(key, "").strip() for key in shape.sender)), "Unknown")
        time = next(filter(None, (_seconds(row.get(key, "")) for key in shape.times)), None)
        yield LogMessage(time, name, text, "", row.get(shape.chat, ""))


def _skip_reason(kind: str, text: str, shape: _Shape) -> SkipReason | None:
    if kind not in shape.text_kinds:
        return SkipReason.SYSTEM if kind in _SYSTEM_KINDS else SkipReason.MEDIA
    if not text.strip():
        return SkipReason.EMPTY
    if text.lstrip().startswith(("<?xml", "<msg>", "<msg ")):
        return SkipReason.MEDIA
    return placeholder_reason(text)


def _seconds(text: str) -> float | None:
    """Unix seconds, ISO 8601, or 2024/10/4 11:42."""
    found = unix_seconds(text) if text.strip().isdecimal() else iso_seconds(text)
    if found is not None:
        return found
    date, _, clock = text.strip().partition(" ")
    parts = date.replace("-", "/").split("/")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 5 for part in parts):
        return None
    day, seconds = day_seconds(*map(int, parts)), seconds_of_day(clock)
    return None if day is None or seconds is None else day + seconds

"""Signal as Markdown (signal-export, old and new headers) and sigtop's ``text-short``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chatbot.chatlogs.clock import iso_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.line_entries import line_entries
from chatbot.chatlogs.placeholders import placeholder_reason
from chatbot.chatlogs.quotes import without_quoted_lines
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source

_MARKDOWN = (r"\ufeff?\[(?P<day>\d{4}-\d\d-\d\d)(?:, (?P<short>\d\d:\d\d)| (?P<long>\d\d:\d\d:\d\d))\] "
             r"(?P<name>[^\n]{1,120}?): ?(?P<text>.*)")
_SHORT = r"\ufeff?(?P<day>\d{4}-\d\d-\d\d) (?P<short>\d\d:\d\d) (?P<name>[^\n\[\]-][^\n:]{0,119}?): (?P<text>.*)"
_MARKDOWN_HEADER, _SHORT_HEADER = re.compile(_MARKDOWN), re.compile(_SHORT)
_MEDIA = re.compile(r"!?\[[^\]\n]{0,300}\]\((?!https?://)[^)\n]{1,500}\)")
_REACTIONS = re.compile(r"\n?\(- .{1,400} -\)\s*$", re.DOTALL)
_MARK = re.compile(r"\[(?P<what>reply to|quote|attachment|edited|deleted|reaction|sticker|contact|voice|image|video)"
                   r"[^\]\n]{0,300}\]\s*", re.IGNORECASE)
_OWN_NAMES = ("Me", "You")


def matches(sample: Sample) -> bool:
    """True if one of the two headers begins the file."""
    return _header(sample) is not None


def _header(sample: Sample) -> re.Pattern[str] | None:
    for header in (_MARKDOWN_HEADER, _SHORT_HEADER):
        if any(header.fullmatch(line) for line in sample.full_lines[:5]):
            return header
    return None


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote. ``Me`` or ``You`` is the owner."""
    header = _header(Sample(source))
    if header is None:
        return
    is_markdown = header is _MARKDOWN_HEADER
    for entry in line_entries(source.lines(), header, context):
        parts = entry.header.groupdict()
        time = iso_seconds(f"{parts['day']}T{parts.get('long') or parts['short']}")
        if time is None:
            context.bad(entry.number, "there is no such time", entry.header[0])
            continue
        text = "\n".join([parts["text"], *entry.body])
        plain = _without_markdown(text, context) if is_markdown else _without_marks(text, context)
        reason = placeholder_reason(plain) if plain.strip() else _empty_reason(text)
        if reason is not None:
            context.skip(reason)
            continue
        if parts["name"] in _OWN_NAMES:
            context.me_votes[parts["name"]] += 1
        yield LogMessage(time, parts["name"], plain)


def _without_markdown(text: str, context: ReadContext) -> str:
    plain = _REACTIONS.sub("", text)
    if plain != text:
        context.clean("reaction")
    plain, has_quote = without_quoted_lines(plain)
    if has_quote:
        context.clean("quote")
    return _MEDIA.sub("", plain)


def _without_marks(text: str, context: ReadContext) -> str:
    """Marks stand before the words: ``[reply to ...] text``."""
    while (match := _MARK.match(text)) is not None:
        if match["what"].lower() in ("reply to", "quote"):
            context.clean("quote")
        elif match["what"].lower() == "deleted":
            return ""
        text = text[match.end():]
    return text


def _empty_reason(text: str) -> SkipReason:
    if "[deleted" in text.casefold():
        return SkipReason.DELETED
    if _MEDIA.search(text) or _MARK.match(text):
        return SkipReason.MEDIA
    return SkipReason.QUOTED if text.lstrip().startswith(">") else SkipReason.EMPTY

"""WhatsApp's "Export chat": a text file, or the zip that holds it, in every phone's and language's shape.

The file is read twice: once for its dates (which prove the order of day and month) and for what repeats in angle
brackets, once for the messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chatbot.chatlogs.clean_text import clean_name
from chatbot.chatlogs.clock import DAY_SECONDS
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.date_order import DateDecision, DateEvidence
from chatbot.chatlogs.placeholders import placeholder_reason, without_attachment, without_edit_mark
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source
from chatbot.chatlogs.whatsapp_header import HeaderClock, HeaderShape, date_parts, find_shape

FOUNDED = 1_230_768_000.0
"""2009-01-01: no WhatsApp message is older."""
BODY_CHARS = 40_000
PASTED_LINES = 30
"""So many header lines in a row that do not fit the clock are not a pasted quotation any more."""

_OWN_WORDS = ("you deleted this", "du hast diese nachricht", "eliminaste este", "vous avez supprimé", "hai eliminato",
              "você apagou", "je hebt dit", "u hebt dit", "bu mesajı sildiniz", "вы удалили", "usunąłeś", "du tog bort")
_SYSTEM_NAME = re.compile(r" (?:changed|created|added|removed|left|joined|pinned|turned|hat|haben|cambió|creó|añadió|"
                          r"a changé|a créé|a ajouté|ha cambiato|ha creato|ha aggiunto|mudou|alterou|criou|adicionou)\b"
                          r".*[“\"«„「]")
_CHAT_TITLE = re.compile(r"WhatsApp[ -]Chat(?: with| mit| -)? (?P<name>[^/]+?)(?:\.txt|\.zip)|"
                         r"(?:Chat de WhatsApp con|Discussion WhatsApp avec|Chat WhatsApp con|Conversa do WhatsApp com|"
                         r"WhatsApp-chat met|Чат WhatsApp с контактом) (?P<other>[^/]+?)(?:\.txt|\.zip)")
VIEW_ONCE = "null"
"""Stands for a picture to be seen once, of which the export keeps only the name."""
_Entry = tuple[int, int, str, int]
"""Line number, seconds, whole text with its header, where the text after the header begins."""


def matches(sample: Sample) -> bool:
    """True if header lines begin the file or are a good part of it."""
    lines = sample.full_lines
    found = find_shape(lines)
    if found is None:
        return False
    shape, count = found
    return count * 5 >= len(lines) or any(shape.split(line) for line in lines[:5])


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote."""
    found = find_shape(Sample(source).full_lines)
    if found is None:
        return
    survey = _survey(source, found[0], context)
    context.decide_dates(survey.decision)
    title = _CHAT_TITLE.search(source.name)
    if title:
        context.titles[""] = title["name"] or title["other"]
    entries = _join_pasted(_entries(source.lines(), found[0], HeaderClock(survey.decision.order), context))
    yield from _messages(entries, survey, context)


@dataclass(slots=True)
class _Survey:
    """What the first pass found."""

    decision: DateDecision
    colon_names: tuple[str, ...] = ()
    """Names that hold a colon and a space themselves, as they stand before their text."""
    repeated_tags: frozenset[str] = field(default_factory=frozenset)
    """Texts in angle brackets that several people "wrote", or one wrote again and again."""


def _survey(source: Source, shape: HeaderShape, context: ReadContext) -> _Survey:
    evidence = DateEvidence(context.options.now, FOUNDED, is_short_year_first_possible=_ends_dates_with_dot(source,
                                                                                                            shape))
    tags: dict[str, dict[str, int]] = {}
    match_line = shape.pattern.fullmatch
    last_date = "\0"
    for line in source.lines_until_damage():
        # Nearly every line begins with the date of the line before: nothing new in it, unless it ends in a bracket.
        if line.startswith(last_date) and not line.endswith(">"):
            continue
        match = match_line(line)
        if match is None:
            continue
        if shape.split(line):
            evidence.add(*date_parts(match[1]), line[:match.start(3)].strip("[] -:\u200e\ufeff"))
            last_date = line[:match.end(1)]
            _note_tag(match[3], tags)
    repeated = frozenset(tag for tag,
                         by in tags.items() if len(by) > 1 and sum(by.values()) > 2 or max(by.values()) > 9)
    return _Survey(evidence.decide(context.options.date_order), _colon_names(source, shape), repeated)


def _ends_dates_with_dot(source: Source, shape: HeaderShape) -> bool:
    matches_found = filter(None, map(shape.split, Sample(source).full_lines))
    return any(match[1].endswith(".") for match in matches_found)


def _note_tag(rest: str, tags: dict[str, dict[str, int]]) -> None:
    name, colon, text = rest.partition(": ")
    text = text.strip("\u200e\u200f ")
    if colon and len(text) < 80 and text.startswith("<") and text.endswith(">") and (text in tags or len(tags) < 500):
        by = tags.setdefault(text, {})
        if name in by or len(by) < 10:
            by[name] = by.get(name, 0) + 1


def _colon_names(source: Source, shape: HeaderShape) -> tuple[str, ...]:
    """Names such as "Dr: Ann": everything they "say" at the beginning begins with the same words and a colon."""
    beginnings: dict[str, list[str]] = {}
    for match in filter(None, map(shape.split, Sample(source).full_lines)):
        name, colon, text = match[3].partition(": ")
        inner, second_colon, _ = text.partition(": ")
        if colon:
            beginnings.setdefault(name, []).append(inner if second_colon and len(inner) < 40 else "")
    return tuple(f"{name}: {found[0]}" for name, found in beginnings.items()
                 if len(found) > 2 and len(set(found)) == 1 and found[0] and not found[0][0].islower())


def _entries(lines: Iterable[str], shape: HeaderShape, clock: HeaderClock, context: ReadContext) -> Iterator[_Entry]:
    """Header lines with the lines that follow them."""
    match_line = shape.pattern.fullmatch
    seconds_of = clock.seconds
    number, seconds, offset = 0, None, 0
    parts: list[str] = []
    room = 0
    for line_number, line in enumerate(lines, 1):
        match = match_line(line)
        new_seconds = seconds_of(match[1], match[2]) if match is not None else None
        if new_seconds is None:
            if seconds is None:
                if line.strip("\ufeff\u200e\0 \t"):
                    context.bad(line_number, "it stands before the first message", line)
            elif room > 0:
                parts.append(line)
                room -= len(line) + 1
            continue
        if seconds is not None:
            yield number, seconds, "\n".join(parts) if len(parts) > 1 else parts[0], offset
        number, seconds, offset = line_number, new_seconds, match.start(3)  # type: ignore[union-attr]
        parts = [line]
        room = BODY_CHARS
    if seconds is not None:
        yield number, seconds, "\n".join(parts), offset


def _join_pasted(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """Put header lines that were pasted into a message back into it.

    They are known by their time: it runs back by more than a day, and soon after the log goes on where it was.
    """
    held: _Entry | None = None
    suspects: list[_Entry] = []
    for entry in entries:
        if held is None:
            held = entry
        elif entry[1] >= held[1] - DAY_SECONDS:
            if suspects:
                number, seconds, text, offset = held
                held = number, seconds, "\n".join([text, *(suspect[2] for suspect in suspects)]), offset
                suspects = []
            yield held
            held = entry
        else:
            suspects.append(entry)
            if len(suspects) > PASTED_LINES:
                yield held
                yield from suspects[:-1]
                held, suspects = suspects[-1], []
    if held is not None:
        yield held
        yield from suspects


class _Names:
    """Which texts before a colon are people."""

    def __init__(self, colon_names: tuple[str, ...]) -> None:
        self._known: dict[str, str] = {}
        self._colon_names = colon_names

    def split(self, rest: str) -> tuple[str, str] | None:
        """Name and text; None for a line of the system."""
        for name in self._colon_names:
            if rest.startswith(name + ": "):
                return clean_name(name), rest[len(name) + 2:]
        raw, colon, text = rest.partition(": ")
        name = self._known.get(raw)
        if name is not None and colon:
            return name, text
        return self._split_new(raw, colon, text)

    def _split_new(self, raw: str, colon: str, text: str) -> tuple[str, str] | None:
        if not colon:
            # A name with nothing, or with one dot, after it: a picture to be seen once.
            head, newline, more = raw.partition("\n")
            name, last_colon, rest = head.rpartition(":")
            if not last_colon or len(rest) > 1 or not (name in self._known or newline or not rest):
                return None
            return clean_name(name), more.strip() or VIEW_ONCE
        if "\n" in raw or len(raw) > 200 or _SYSTEM_NAME.search(raw) or not raw.strip("\u200e\u200f "):
            return None
        name = self._known[raw] = clean_name(raw)
        return name, text


def _messages(entries: Iterable[_Entry], survey: _Survey, context: ReadContext) -> Iterator[LogMessage]:
    names = _Names(survey.colon_names)
    for _, seconds, whole, offset in entries:
        split = names.split(whole[offset:] if offset else whole)
        if split is None:
            context.skip(SkipReason.SYSTEM)
            continue
        name, text = split
        reason = placeholder_reason(text)
        if reason is None and ("<" in text or "(" in text or "\u200e" in text):
            text, reason = _without_decoration(text, survey, context)
        if reason is not None:
            context.skip(reason)
            if reason is SkipReason.DELETED and text.strip("\u200e ").casefold().startswith(_OWN_WORDS):
                context.me_votes[name] += 1
            continue
        yield LogMessage(seconds, name, text)


def _without_decoration(text: str, survey: _Survey, context: ReadContext) -> tuple[str, SkipReason | None]:
    """Take the app's own words out of ``text``; a reason if nothing of a person is left."""
    plain = without_edit_mark(text)
    if plain != text:
        context.clean("edit_mark")
    bare = without_attachment(plain)
    if bare != plain and not bare.strip("\u200e\u200f \n"):
        return text, SkipReason.MEDIA
    if bare == plain and plain.startswith("\u200e"):
        return text, SkipReason.SYSTEM
    if bare.strip("\u200e\u200f ") in survey.repeated_tags:
        return text, SkipReason.MEDIA
    if bare != plain:
        context.clean("attachment")
        reason = placeholder_reason(bare)
        return bare, reason
    return plain, placeholder_reason(plain) if plain != text else None

"""Puts what the readers yield into one spool: numbers for speakers and chats, clean text, order, counts."""

from __future__ import annotations

import time as system_time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from chatbot.chatlogs.clean_text import clean_name, clean_text
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.private_data import find_private_data
from chatbot.chatlogs.problems import ReadingStopped
from chatbot.chatlogs.records import LogMessage, ReadOptions, SkipReason
from chatbot.chatlogs.spool import Row, Spool

BATCH_ROWS = 1000
HOLD_SECONDS = 2 * 3600
"""A clock that runs back by less (summer time ends, a message arrives late) does not change a log's order."""


@dataclass(slots=True)
class ChatInfo:
    """One chat while it is read. ``sources`` are the numbers of the files that hold parts of it."""

    number: int
    id: str
    has_own_id: bool
    title: str = ""
    sources: set[int] = field(default_factory=set)
    speakers: set[int] = field(default_factory=set)


class Collector:
    """Fills a ``Spool``. Numbers are given in the order in which speakers and chats appear."""

    def __init__(self, spool: Spool, options: ReadOptions, on_batch: Callable[[int], None] | None = None) -> None:
        """``on_batch`` is told the number of messages so far, after every ``BATCH_ROWS``."""
        self.spool = spool
        self.options = options
        self.private_data: Counter[str] = Counter()
        self.chats: dict[str, ChatInfo] = {}
        self.speakers: list[tuple[str, str]] = []
        """(id, latest name) by number."""
        self._speaker_numbers: dict[str, int] = {}
        self._on_batch = on_batch
        self._total = 0
        self.used = 0
        """Messages handed to the spool so far."""

    def collect(self, messages: Iterable[LogMessage], context: ReadContext, source: int, format_id: str,
                is_chronological: bool) -> None:
        """Take all messages of one source. What fails midway keeps what came before."""
        batch = _Batch(self, context, source, format_id, is_chronological)
        try:
            for message in messages:
                batch.add(message)
        finally:
            self.used += batch.used
            batch.flush()
            if batch.is_newest_first:
                self.spool.turn_around(source)

    def speaker_number(self, speaker_id: str, name: str) -> int:
        """The number of a speaker; a later name replaces an earlier one."""
        speaker_id = clean_name(speaker_id) or clean_name(name) or "?"
        name = clean_name(name) or speaker_id
        number = self._speaker_numbers.get(speaker_id)
        if number is None:
            number = self._speaker_numbers[speaker_id] = len(self.speakers)
            self.speakers.append((speaker_id, name))
        elif self.speakers[number][1] != name and name != speaker_id:
            self.speakers[number] = (speaker_id, name)
        return number

    def chat(self, key: str, source: int, format_id: str) -> ChatInfo:
        """The chat of this id, or the one chat of a source without ids."""
        id = f"{format_id}:{clean_name(key)}" if key else f"{format_id}:file {source + 1}"
        info = self.chats.get(id)
        if info is None:
            info = self.chats[id] = ChatInfo(len(self.chats), id, bool(key))
        info.sources.add(source)
        return info

    def after_batch(self, count: int) -> None:
        """Tell the progress and look at the stop flag."""
        self._total += count
        if self.options.stop is not None and self.options.stop.is_set():
            raise ReadingStopped("Reading was stopped; nothing was imported.")
        if self._on_batch is not None:
            self._on_batch(self._total)


class _Batch:
    """Rows of one source on their way to the spool."""

    def __init__(self, collector: Collector, context: ReadContext, source: int, format_id: str,
                 is_chronological: bool) -> None:
        self._collector, self._context = collector, context
        self._source, self._format_id = source, format_id
        self._is_chronological = is_chronological
        self._rows: list[Row] = []
        self._speakers: dict[tuple[str, str], int] = {}
        self._chats: dict[str, ChatInfo] = {}
        self._place = 0.0
        self._last_time: float | None = None
        self._tie = 0
        self._steps_forward = self._steps_back = 0
        self.used = 0

    @property
    def is_newest_first(self) -> bool:
        """True if times mostly fall from one entry to the next."""
        return self._steps_back > self._steps_forward

    def add(self, message: LogMessage) -> None:
        """Clean and keep one message, or count why not."""
        time, speaker, raw_text, speaker_id, conversation, weight = message
        text = clean_text(raw_text)
        if not text:
            self._context.skip(SkipReason.EMPTY)
            return
        number = self._speakers.get((speaker_id, speaker))
        if number is None:
            number = self._collector.speaker_number(speaker_id or speaker, speaker)
            self._speakers[speaker_id, speaker] = number
        chat = self._chats.get(conversation)
        if chat is None:
            chat = self._collector.chat(conversation, self._source, self._format_id)
            self._chats[conversation] = chat
        chat.speakers.add(number)
        if time is not None:
            self._move(time)
        self._tie += 1
        for finding in find_private_data(text, self._collector.options.private_data):
            self._collector.private_data[finding.kind] += 1
        self._rows.append((self._source, chat.number, number, time, self._place, self._tie, weight, text))
        self.used += 1
        if len(self._rows) >= BATCH_ROWS:
            self.flush()
            self._collector.after_batch(BATCH_ROWS)

    def flush(self) -> None:
        """Hand the rows over, and the titles that became known."""
        if self._rows:
            self._collector.spool.add(self._rows)
            self._rows = []
        for key, title in self._context.titles.items():
            chat = self._chats.get(key)
            if chat is not None and title:
                chat.title = clean_name(title)

    def _move(self, time: float) -> None:
        last = self._last_time
        if last is not None and time != last:
            if time > last:
                self._steps_forward += 1
            else:
                self._steps_back += 1
        self._last_time = time
        is_held = self._is_chronological and 0 < self._place - time <= HOLD_SECONDS
        if not is_held:
            self._place = time


class ProgressClock:
    """Lets a message through at most so often."""

    def __init__(self, interval_seconds: float = 0.05) -> None:
        self._interval = interval_seconds
        self._last = 0.0

    def is_due(self) -> bool:
        """True once per interval."""
        now = system_time.monotonic()
        if now - self._last < self._interval:
            return False
        self._last = now
        return True

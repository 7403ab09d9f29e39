"""Puts what the readers yield into one spool: numbers for speakers and chats, clean text, order, counts."""

from __future__ import annotations

import time as system_time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chatbot.chatlogs.clean_text import clean_name, clean_text
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.private_data import find_private_data
from chatbot.chatlogs.problems import ReadingStopped
from chatbot.chatlogs.records import LogMessage, ReadOptions, SkipReason
from chatbot.chatlogs.spool import Row, Spool

BATCH_ROWS = 1000
NUMBERS_KEPT = 50_000
"""(speaker, chat) pairs remembered while reading; a file may hold a hundred thousand small chats."""
HOLD_SECONDS = 2 * 3600
"""A clock that runs back by less (summer time ends, a message arrives late) does not change a log's order."""


@dataclass(slots=True)
class ChatInfo:
    """One chat while it is read. There can be very many, so what is not needed stays empty."""

    number: int
    id: str
    has_own_id: bool
    last_source: int
    title: str = ""
    is_in_several_sources: bool = False
    sources: set[int] | None = None
    """Numbers of the files that hold parts of it; only of a chat without its own id."""
    speakers: set[int] | None = None
    """Who writes in it; only of a chat without its own id."""


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
            self.set_titles(context.titles, source, format_id)
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
        id = chat_id(key, source, format_id)
        info = self.chats.get(id)
        if info is None:
            info = self.chats[id] = ChatInfo(len(self.chats), id, bool(key), source)
            if not key:
                info.sources, info.speakers = {source}, set()
        elif info.last_source != source:
            info.last_source, info.is_in_several_sources = source, True
        return info

    def set_titles(self, titles: dict[str, str], source: int, format_id: str) -> None:
        """Keep the names that a reader found for chats that have messages."""
        for key, title in titles.items():
            info = self.chats.get(chat_id(key, source, format_id))
            if info is not None and title:
                info.title = clean_name(title)

    def after_batch(self, count: int) -> None:
        """Tell the progress and look at the stop flag."""
        self._total += count
        if self.options.stop is not None and self.options.stop.is_set():
            raise ReadingStopped("Reading was stopped; nothing was imported.")
        if self._on_batch is not None:
            self._on_batch(self._total)


def chat_id(key: str, source: int, format_id: str) -> str:
    """The id of a chat across all files: its own within its format, or that of its file."""
    return f"{format_id}:{clean_name(key)}" if key else f"{format_id}:file {source + 1}"


class _Batch:
    """Rows of one source on their way to the spool."""

    def __init__(self, collector: Collector, context: ReadContext, source: int, format_id: str,
                 is_chronological: bool) -> None:
        self._collector, self._context = collector, context
        self._source, self._format_id = source, format_id
        self._is_chronological = is_chronological
        self._rows: list[Row] = []
        self._private_data_options = collector.options.private_data
        self._numbers: dict[tuple[str, str, str], tuple[int, int]] = {}
        """(speaker id, name, chat) to the numbers of chat and speaker."""
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
        who = self._numbers.get((speaker_id, speaker, conversation))
        if who is None:
            who = self._meet(speaker_id, speaker, conversation)
        if time is not None and time != self._last_time:
            self._move(time)
        self._tie += 1
        findings = find_private_data(text, self._private_data_options)
        if findings:
            self._collector.private_data.update(finding.kind for finding in findings)
        self._rows.append((self._source, who[0], who[1], time, self._place, self._tie, weight, text))
        self.used += 1
        if len(self._rows) >= BATCH_ROWS:
            self.flush()
            self._collector.after_batch(BATCH_ROWS)

    def _meet(self, speaker_id: str, speaker: str, conversation: str) -> tuple[int, int]:
        """Numbers of a chat and of someone who writes there for the first time in this source."""
        number = self._collector.speaker_number(speaker_id or speaker, speaker)
        chat = self._collector.chat(conversation, self._source, self._format_id)
        if chat.speakers is not None:
            chat.speakers.add(number)
        if len(self._numbers) >= NUMBERS_KEPT:
            self._numbers.clear()
        found = self._numbers[speaker_id, speaker, conversation] = chat.number, number
        return found

    def flush(self) -> None:
        """Hand the rows over."""
        if self._rows:
            self._collector.spool.add(self._rows)
            self._rows = []

    def _move(self, time: float) -> None:
        if self._last_time is not None:
            if time > self._last_time:
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

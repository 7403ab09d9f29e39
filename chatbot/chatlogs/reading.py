"""Reads chosen files into a ``ChatLog`` with a report. The way in for window, terminal and training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from itertools import combinations
from pathlib import Path

from chatbot.chatlogs.bundle import Bundle, open_bundle
from chatbot.chatlogs.chat_log import ChatLog, LogConversation
from chatbot.chatlogs.collecting import ChatInfo, Collector, ProgressClock
from chatbot.chatlogs.context import BadLine, ColumnQuestion, ReadContext
from chatbot.chatlogs.date_order import DateQuestion
from chatbot.chatlogs.formats import Format, recognise
from chatbot.chatlogs.own_chats import FORMAT_ID, own_messages
from chatbot.chatlogs.problems import ReadingStopped
from chatbot.chatlogs.records import LogMessage, ReadOptions, ReadProgress, SkipReason
from chatbot.chatlogs.report import FileReport, ImportReport, MeSuggestion, Notes, SpeakerCount
from chatbot.chatlogs.sources import Source
from chatbot.chatlogs.spool import Spool
from chatbot.core.errors import ImportProblem
from chatbot.core.messages import ShownChat

BAD_LINES_SHOWN = 10
SHARED_MESSAGES = 3
"""So many messages in common make two files exports of one chat."""
FILES_COMPARED = 60
OWN_CHATS_NAME = "your conversations with this program"


def read_log(paths: Iterable[Path | str], options: ReadOptions | None = None) -> ChatLog:
    """Read files, folders and archives of any mixture of formats into one log.

    Raises ``ImportProblem`` with one sentence if none of them can be read, ``ReadingStopped`` after ``options.stop``.
    A file that fails beside others, or midway, is told in the report; what came before is used. If the report's
    ``question`` is not None, answer it in the options and read again before training.
    """
    spool = Spool()
    try:
        reading = _Reading(spool, options or ReadOptions())
        with ExitStack() as open_archives:
            for path in paths:
                reading.read_path(Path(path), open_archives)
        return reading.finish()
    except BaseException:
        spool.close()
        raise


def read_own_chats(chats: Iterable[ShownChat], options: ReadOptions | None = None, *,
                   voices: frozenset[str] | None = None, until: float | None = None) -> ChatLog:
    """Read the program's own conversations into a log, as ``own_chats.own_messages`` sees them.

    Raises ``ImportProblem`` if nothing was written yet, ``ReadingStopped`` after ``options.stop``.
    """
    spool = Spool()
    try:
        reading = _Reading(spool, options or ReadOptions())
        reading.read_chats(chats, voices, until)
        return reading.finish()
    except BaseException:
        spool.close()
        raise


class _Reading:
    """One import on its way: gathers everything that the report needs."""

    def __init__(self, spool: Spool, options: ReadOptions) -> None:
        self._spool, self._options = spool, options
        self._collector = Collector(spool, options, self._on_batch)
        self._files: list[FileReport] = []
        self._formats: list[str] = []
        self._skipped: Counter[str] = Counter()
        self._cleaned: Counter[str] = Counter()
        self._me_votes: Counter[str] = Counter()
        self._replies: Counter[str] = Counter()
        self._bad_lines: list[BadLine] = []
        self._notes = Notes()
        self._question: DateQuestion | ColumnQuestion | None = None
        self._ignored = 0
        self._sources_read = 0
        self._first_problem: ImportProblem | None = None
        self._clock = ProgressClock()
        self._source: Source | None = None

    # reading

    def read_path(self, path: Path, open_archives: ExitStack) -> None:
        """Read one chosen path; its failure is noted and raised only if nothing else can be read."""
        try:
            bundle = open_bundle(path, open_archives)
            self._notes.add(*bundle.refused)
            found, ignored = recognise(bundle)
        except ReadingStopped:
            raise
        except ImportProblem as problem:
            self._first_problem = self._first_problem or problem
            self._files.append(FileReport(path.name, None, problem=str(problem)))
            return
        self._ignored += ignored
        for source, format in found:
            self._read_source(source, format, bundle)

    def _read_source(self, source: Source, format: Format, bundle: Bundle) -> None:
        context = ReadContext(self._options, source.label, bundle)
        self._source = source
        problem = None
        before = self._collector.used
        try:
            self._collect(format.read(source, context), context, format.id, format.is_chronological)
        except ReadingStopped:
            raise
        except ImportProblem as error:
            problem = error
            self._first_problem = self._first_problem or error
        used = self._collector.used - before
        self._keep(context)
        decision = context.date_decision
        self._files.append(FileReport(
            source.name, format.id, source.encoding,
            decision.order.value if decision and decision.question is None else None,
            bool(decision and decision.is_proven), used + context.skipped.total(), used,
            str(problem) if problem else None))

    def read_chats(self, chats: Iterable[ShownChat], voices: frozenset[str] | None, until: float | None) -> None:
        """Read the program's own conversations."""
        context = ReadContext(self._options, OWN_CHATS_NAME)
        self._collect(own_messages(chats, context, voices, until), context, FORMAT_ID, is_chronological=True)
        self._keep(context)
        used = self._collector.used
        if used == 0:
            raise ImportProblem("There is nothing to learn from yet: no conversation has a message in it. Chat with "
                                "the program first.", code="import_no_chats")
        self._files.append(FileReport(OWN_CHATS_NAME, FORMAT_ID, read=used + context.skipped.total(), used=used))

    def _collect(self, messages: Iterable[LogMessage], context: ReadContext, format_id: str,
                 is_chronological: bool) -> None:
        number = self._sources_read
        self._sources_read += 1
        if format_id not in self._formats:
            self._formats.append(format_id)
        self._collector.after_batch(0)
        self._collector.collect(messages, context, number, format_id, is_chronological)

    def _keep(self, context: ReadContext) -> None:
        self._replies.update(context.replies)
        self._skipped.update(context.skipped)
        self._cleaned.update(context.cleaned)
        self._me_votes.update(context.me_votes)
        self._notes.add(*context.notes)
        room = BAD_LINES_SHOWN - len(self._bad_lines)
        self._bad_lines.extend(context.bad_lines[:room])
        self._question = self._question or context.question

    def _on_batch(self, total: int) -> None:
        if self._options.on_progress is not None and self._source is not None and self._clock.is_due():
            self._options.on_progress(ReadProgress(self._source.label, self._source.position, self._source.size, total))

    # the whole

    def finish(self) -> ChatLog:
        """Merge, sort, count. Raises the first problem if no file gave or skipped anything."""
        has_anything = self._spool.count() or self._skipped or self._question
        if not has_anything and self._first_problem is not None:
            # Not a word of an error is lost: the terminal prints the report also of what failed.
            self._first_problem.details["report"] = self._report({})
            raise self._first_problem
        self._merge_exports()
        self._spool.sort()
        conversations = self._conversations()
        report = self._report(conversations)
        return ChatLog(self._spool, report, self._collector.speakers, conversations)

    def _merge_exports(self) -> None:
        """Make several exports of one chat one, without what they have in common."""
        chats = [chat for chat in self._collector.chats.values() if not chat.has_own_id][:FILES_COMPARED]
        for first, second in combinations(chats, 2):
            if first.sources and second.sources and first.speakers and second.speakers \
                    and self._are_one_chat(first, second):
                self._spool.merge(first.number, second.number)
                second.sources |= first.sources
                second.speakers |= first.speakers
                second.title = second.title or first.title
                second.is_in_several_sources = True
                first.sources = None
        merged = [chat.number for chat in self._collector.chats.values()
                  if chat.is_in_several_sources and (chat.has_own_id or chat.sources)]
        if merged:
            dropped = self._spool.drop_duplicates(merged)
            if dropped:
                self._skipped[SkipReason.DUPLICATE.value] += dropped

    def _are_one_chat(self, first: ChatInfo, second: ChatInfo) -> bool:
        assert first.speakers and second.speakers and first.sources and second.sources
        if len(first.speakers & second.speakers) < 2:
            return False
        if first.speakers == second.speakers:
            return True
        return any(self._spool.shared(one, other, SHARED_MESSAGES) >= SHARED_MESSAGES
                   for one in first.sources for other in second.sources)

    def _conversations(self) -> dict[int, LogConversation]:
        by_number = {chat.number: chat for chat in self._collector.chats.values()}
        result = {}
        for number, count, first, last in self._spool.conversations():
            chat = by_number[number]
            result[number] = LogConversation(chat.id, chat.title, count, first, last)
        return result

    def _report(self, conversations: dict[int, LogConversation]) -> ImportReport:
        speakers = self._speaker_counts()
        used = self._spool.count()
        if self._question is None and self._formats:
            self._notes.add_about_content(used, len(speakers))
        is_time_known = not isinstance(self._question, DateQuestion)
        firsts = [chat.first_time for chat in conversations.values() if chat.first_time is not None and is_time_known]
        lasts = [chat.last_time for chat in conversations.values() if chat.last_time is not None and is_time_known]
        return ImportReport(
            tuple(self._formats), tuple(self._files), used + self._skipped.total(), used,
            dict(self._skipped.most_common()), dict(self._cleaned.most_common()), speakers, len(conversations),
            min(firsts, default=None), max(lasts, default=None), self._suggest_me(speakers),
            dict(self._collector.private_data.most_common()), tuple(self._bad_lines), tuple(self._notes.sentences),
            self._question, self._ignored, dict(self._replies.most_common()))

    def _speaker_counts(self) -> tuple[SpeakerCount, ...]:
        counts = [SpeakerCount(*self._collector.speakers[number], messages, chats,
                               weighty if weighty < messages else None)
                  for number, messages, chats, weighty in self._spool.counts_by_speaker()]
        return tuple(sorted(counts, key=lambda speaker: (-speaker.messages, speaker.name)))

    def _suggest_me(self, speakers: tuple[SpeakerCount, ...]) -> MeSuggestion | None:
        by_id = {speaker.id: speaker for speaker in speakers}
        for speaker_id, _ in self._me_votes.most_common():
            if speaker_id in by_id:
                return MeSuggestion(speaker_id, by_id[speaker_id].name, "the export says so")
        by_chats = sorted(speakers, key=lambda speaker: -speaker.conversations)
        if len(by_chats) > 1 and by_chats[0].conversations > by_chats[1].conversations:
            return MeSuggestion(by_chats[0].id, by_chats[0].name, "takes part in the most conversations")
        return self._other_than_title(speakers)

    def _other_than_title(self, speakers: tuple[SpeakerCount, ...]) -> MeSuggestion | None:
        """A phone names the export of a talk of two after the other person."""
        titles = {chat.title for chat in self._collector.chats.values() if chat.title}
        if len(speakers) == 2 and len(titles) == 1:
            others = [speaker for speaker in speakers if speaker.name not in titles]
            if len(others) == 1:
                return MeSuggestion(others[0].id, others[0].name, "the export is named after the other person")
        return None

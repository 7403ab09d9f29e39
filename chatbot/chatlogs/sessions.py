"""From messages to material for training: talks with an end, turns in them, and a split by time.

A session is a stretch of talk without a long silence. Sessions are never cut by the split, so what is held out was
written after what is learned, and no reply is separated from what it answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from chatbot.chatlogs.private_data import mask_private_data
from chatbot.chatlogs.records import LogMessage, PrivateDataOptions


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How messages become sessions and turns."""

    gap_seconds: float = 4 * 3600
    """A longer silence ends a session."""
    max_turns: int = 200
    """A session with more turns is cut at its longest silence, so that memory stays bounded."""
    is_joining: bool = True
    """Whether messages of one speaker and one weight in a row become one turn, one line each."""
    private_data: PrivateDataOptions | None = PrivateDataOptions()
    """What is masked; None masks nothing."""


class SpeechTurn(NamedTuple):
    """What one person said until another spoke. ``time`` is that of its first message."""

    speaker: str
    text: str
    time: float | None
    speaker_id: str
    last_time: float | None
    """Time of its last message."""
    weight: float = 1.0
    """That of each of its messages."""


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of talk in one chat, oldest turn first."""

    conversation: str
    turns: tuple[SpeechTurn, ...]

    @property
    def start(self) -> float | None:
        """Time of the first turn."""
        return self.turns[0].time

    @property
    def speaker_ids(self) -> frozenset[str]:
        """Everyone who says something."""
        return frozenset(turn.speaker_id for turn in self.turns)


class Part(StrEnum):
    """What a session is used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def sessions(messages: Iterable[LogMessage], options: SessionOptions | None = None) -> Iterator[Session]:
    """Cut the messages of one or several chats, each in time order, into sessions."""
    options = options or SessionOptions()
    turns: list[SpeechTurn] = []
    conversation = ""
    for message in messages:
        if turns and (message.conversation != conversation or _is_silence(turns[-1], message, options)):
            yield Session(conversation, tuple(turns))
            turns = []
        conversation = message.conversation
        _append(turns, message, options)
        if len(turns) > options.max_turns:
            cut = _longest_silence(turns)
            yield Session(conversation, tuple(turns[:cut]))
            turns = turns[cut:]
    if turns:
        yield Session(conversation, tuple(turns))


def _is_silence(last: SpeechTurn, message: LogMessage, options: SessionOptions) -> bool:
    if last.last_time is None or message.time is None:
        return False
    # A clock that was wrong for a while leaps in either direction; the end of summer time is only an hour.
    return abs(message.time - last.last_time) > options.gap_seconds


def _append(turns: list[SpeechTurn], message: LogMessage, options: SessionOptions) -> None:
    text = message.text
    if options.private_data is not None:
        text = mask_private_data(text, options.private_data)
    speaker_id = message.speaker_id or message.speaker
    # Messages of different weight stay apart: what must not be learned would be learned with what should.
    if options.is_joining and turns and (turns[-1].speaker_id, turns[-1].weight) == (speaker_id, message.weight):
        last = turns[-1]
        turns[-1] = last._replace(text=f"{last.text}\n{text}", last_time=message.time)
    else:
        turns.append(SpeechTurn(message.speaker, text, message.time, speaker_id, message.time, message.weight))


def _longest_silence(turns: list[SpeechTurn]) -> int:
    """Where to cut: before the turn that follows the longest silence, not near the beginning."""
    first = len(turns) // 2
    best, best_gap = len(turns) - 1, -1.0
    for index in range(first, len(turns)):
        before, after = turns[index - 1].last_time, turns[index].time
        gap = 0.0 if before is None or after is None else after - before
        if gap > best_gap:
            best, best_gap = index, gap
    return best if best_gap > 0 else len(turns) - 1


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Where validation and test begin, as (start, index) keys; made by ``plan_split``.

    Ask in the same order of sessions as the plan saw them.
    """

    validation_from: tuple[float, int]
    test_from: tuple[float, int]

    def part(self, index: int, session: Session) -> Part:
        """What session number ``index`` (from 0) is for."""
        key = _key(index, session)
        if key < self.validation_from:
            return Part.TRAIN
        return Part.VALIDATION if key < self.test_from else Part.TEST

    def label(self, all_sessions: Iterable[Session]) -> Iterator[tuple[Part, Session]]:
        """Every session with its part."""
        for index, session in enumerate(all_sessions):
            yield self.part(index, session), session


_NEVER = (float("inf"), 0)


def plan_split(all_sessions: Iterable[Session], train: float = 0.8, validation: float = 0.1) -> TimeSplit:
    """Find two moments so that about these shares of all turns lie before, between and after them.

    Sessions are compared by their start across all chats; those without times by their order. With three or more
    sessions every part gets at least one; with fewer the later parts are empty.
    """
    sizes = sorted((_key(index, session), len(session.turns)) for index, session in enumerate(all_sessions))
    if len(sizes) < 3:
        second = sizes[1][0] if len(sizes) == 2 else _NEVER
        return TimeSplit(second, _NEVER)
    total = sum(size for _, size in sizes)
    first_cut = _cut_at(sizes, train * total, 1, len(sizes) - 2)
    second_cut = _cut_at(sizes, (train + validation) * total, first_cut + 1, len(sizes) - 1)
    return TimeSplit(sizes[first_cut][0], sizes[second_cut][0])


def _key(index: int, session: Session) -> tuple[float, int]:
    return (float("-inf") if session.start is None else session.start), index


def _cut_at(sizes: list[tuple[tuple[float, int], int]], wanted: float, least: int, most: int) -> int:
    """The index in [least, most] such that the sizes before it add up nearest to ``wanted``."""
    before = 0.0
    best, best_distance = least, float("inf")
    for index, (_, size) in enumerate(sizes):
        if least <= index <= most and abs(before - wanted) < best_distance:
            best, best_distance = index, abs(before - wanted)
        before += size
    return best

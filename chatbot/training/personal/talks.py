"""From the sessions of a chat log to encoded talks: token ids, loss weights, and which tokens the chosen person wrote.

The chosen person's words count fully, everybody else's a fifth, role tokens and pasted text not at all, each times
the weight that its message has in the log: 1 for whatever a person wrote, more or nothing for the replies in the
program's own conversations (``chatlogs.own_chats``). A message without weight is only what others answered to: it is
neither learned, nor remembered, nor measured. A long text that comes again and again counts once. What one person
wrote is never taken for another's.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from chatbot.chatlogs.sessions import Part, Session, SpeechTurn
from chatbot.core.personal import PersonalMode
from chatbot.engine.roles import AUTHORS, BOT, END, END_OF_TURN, SPEAKER_A, SPEAKER_B, USER
from chatbot.engine.tokenizer import Tokenizer

OTHERS_WEIGHT = 0.2
PASTED_TOKENS = 256
"""A longer turn is taken for pasted text: it is read, but not learned from, and only its end is kept."""
REPEATED_WORDS = 8
"""Of equal turns of at least so many words only the first one is learned from."""
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Cast:
    """Which role tokens speak. ``others`` are given out in the order in which people first speak in a session."""

    own: str
    others: tuple[str, ...]
    is_new_voice: bool = False
    """Whether ``own`` is a spare token, which begins as the neutral speaker and is read as that one by the base."""
    others_weight: float = OTHERS_WEIGHT
    """How much a message of the others counts, times its own weight."""

    @property
    def chat_roles(self) -> dict[str, str]:
        """What the package says about who is who in a chat with the model."""
        return {"user": self.others[0], "bot": self.own}


def cast_for(mode: PersonalMode, author: str = AUTHORS[0]) -> Cast:
    """The cast of a mode; ``author`` is the spare token that a person to be talked like takes."""
    if mode is PersonalMode.ME:
        return Cast(USER, (SPEAKER_A, SPEAKER_B, *AUTHORS[32:]))
    is_new = mode is PersonalMode.PERSON
    return Cast(author if is_new else SPEAKER_B, (SPEAKER_A, *AUTHORS[32:]), is_new)


def own_chats_cast(mode: PersonalMode, roles: Mapping[str, str]) -> Cast:
    """The cast of the program's own conversations, in the roles of ``user`` and ``bot`` in which the base chats.

    Mode ``me`` learns the user's words, and the replies by their weights alone: those that have one are the replies the
    user wants. The other modes learn the replies; to talk like the user in a new voice, take ``cast_for``.
    """
    user, bot = roles.get("user", USER), roles.get("bot", BOT)
    return Cast(user, (bot,), others_weight=1.0) if mode is PersonalMode.ME else Cast(bot, (user,))


@dataclass(frozen=True, slots=True)
class Talk:
    """One session. All arrays [tokens]: ``ids`` uint16, ``weights`` float32 of the loss, ``is_own`` bool: written by
    the chosen person (the end of a turn included, its role token not) in a message that has weight. ``is_generated``
    bool: a model chose the words; None: nowhere."""

    ids: np.ndarray
    weights: np.ndarray
    is_own: np.ndarray
    is_generated: np.ndarray | None = None

    def own_turns(self) -> list[tuple[int, int]]:
        """(start, stop) of every turn of the chosen person, its end of turn included."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self.is_own.view(np.int8), [0]])))
        return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@dataclass(slots=True)
class PersonalTalks:
    """All talks of a log by what they are for, oldest first, and counts for the package."""

    cast: Cast
    parts: dict[Part, list[Talk]] = field(default_factory=lambda: {part: [] for part in Part})
    counts: dict[str, int] = field(default_factory=dict)

    def own_turn_count(self, part: Part) -> int:
        """Turns of the chosen person."""
        return sum(len(talk.own_turns()) for talk in self.parts[part])

    def token_count(self, part: Part) -> int:
        """Tokens of all talks."""
        return sum(len(talk.ids) for talk in self.parts[part])

    def fingerprint(self) -> str:
        """SHA-256 of everything that is learned from."""
        digest = hashlib.sha256(repr((self.cast, sorted(self.counts.items()))).encode())
        for part in Part:
            for talk in self.parts[part]:
                digest.update(talk.ids.tobytes() + talk.weights.tobytes())
        return digest.hexdigest()


def encode_talks(tokenizer: Tokenizer, labelled: Iterable[tuple[Part, Session]], speaker_ids: frozenset[str],
                 cast: Cast, is_generated: Callable[[SpeechTurn], bool] | None = None) -> PersonalTalks:
    """Encode every session in which the chosen person (one or more ids) speaks; the others are only counted.

    ``is_generated`` tells the turns whose words a model chose; None: there are none.
    """
    talks = PersonalTalks(cast, counts=dict.fromkeys(("messages", "own_messages", "sessions", "people"), 0))
    seen: set[bytes] = set()
    people: set[str] = set()
    found: list[tuple[float, Part, Talk]] = []
    for part, session, encoded in _encoded(tokenizer, labelled):
        people |= session.speaker_ids
        talks.counts["messages"] += len(session.turns)
        own_count = sum(turn.speaker_id in speaker_ids and turn.weight > 0 for turn in session.turns)
        if not own_count:
            continue
        talks.counts["sessions"] += 1
        talks.counts["own_messages"] += own_count
        start = -math.inf if session.start is None else session.start
        talk = _talk(tokenizer, session, encoded, speaker_ids, cast, seen)
        if is_generated is not None:
            talk = _with_generated(talk, tokenizer, [is_generated(turn) for turn in session.turns])
        found.append((start, part, talk))
    for _, part, talk in sorted(found, key=lambda item: item[0]):
        talks.parts[part].append(talk)
    talks.counts["people"] = len(people)
    return talks


def _encoded(tokenizer: Tokenizer,
             labelled: Iterable[tuple[Part, Session]]) -> Iterator[tuple[Part, Session, list[list[int]]]]:
    """Sessions with the token ids of their turns; texts are encoded in batches."""
    batch: list[tuple[Part, Session]] = []

    def flush() -> Iterator[tuple[Part, Session, list[list[int]]]]:
        ids = iter(tokenizer.encode_many([turn.text for _, session in batch for turn in session.turns]))
        for part, session in batch:
            yield part, session, [next(ids) for _ in session.turns]
        batch.clear()

    for item in labelled:
        batch.append(item)
        if sum(len(session.turns) for _, session in batch) >= _BATCH:
            yield from flush()
    yield from flush()


def _talk(tokenizer: Tokenizer, session: Session, encoded: list[list[int]], speaker_ids: frozenset[str], cast: Cast,
          seen: set[bytes]) -> Talk:
    end_of_turn = tokenizer.role(END_OF_TURN)
    roles: dict[str, int] = {}
    ids: list[int] = []
    weights: list[float] = []
    is_own: list[bool] = []
    for turn, tokens in zip(session.turns, encoded, strict=True):
        own = turn.speaker_id in speaker_ids
        has_weight = turn.weight > 0
        name = cast.own if own else cast.others[min(len(roles), len(cast.others) - 1)]
        role = tokenizer.role(cast.own) if own else roles.setdefault(turn.speaker_id, tokenizer.role(name))
        written = [*tokens[-PASTED_TOKENS:], end_of_turn]
        is_learned = has_weight and not _is_worthless(turn.text, tokens, seen)
        weight = turn.weight * (1.0 if own else cast.others_weight) if is_learned else 0.0
        ids += [role, *written]
        weights += [0.0, *[weight] * len(written)]
        is_own += [False, *[own and has_weight] * len(written)]
    return Talk(np.array([*ids, tokenizer.role(END)], dtype=np.uint16), np.array([*weights, 0.0], dtype=np.float32),
                np.array([*is_own, False]))


def _with_generated(talk: Talk, tokenizer: Tokenizer, flags: list[bool]) -> Talk:
    """``talk`` with the flag of each turn spread over its tokens, role token and end included."""
    ends = talk.ids == tokenizer.role(END_OF_TURN)
    number = np.concatenate([[0], np.cumsum(ends)[:-1]])
    return replace(talk, is_generated=np.array([*flags, False])[number])


def _is_worthless(text: str, tokens: list[int], seen: set[bytes]) -> bool:
    """Pasted text, or a long text that was there before."""
    if len(tokens) > PASTED_TOKENS:
        return True
    if len(text.split()) < REPEATED_WORDS:
        return False
    key = hashlib.blake2b(" ".join(text.lower().split()).encode("utf-8", "replace"), digest_size=12).digest()
    was_there = key in seen
    seen.add(key)
    return was_there


def with_own_token(talks: Iterable[Talk], old: int, new: int) -> list[Talk]:
    """The same talks with another role token for the chosen person."""
    return [replace(talk, ids=np.where(talk.ids == old, np.uint16(new), talk.ids)) for talk in talks]



"""Numbers about how a model talks: variety, repetition, length and how often it says nothing in particular.

* distinct-n (Li et al. 2016, arXiv 1510.03055): different n-grams over all n-grams, all replies together. It falls
  with the amount of text, so only runs of the same script may be compared.
* repetition within: the share of a reply's 3-grams that the same reply had already.
* repetition across: the share of a reply's 3-grams that an earlier reply of the same conversation had (a reply's own
  repetitions are not counted again).
* generic-reply rate: the share of replies that match one of ``cards/generic_replies.txt`` as a whole.

Words are runs of letters, digits and apostrophes in lower case; punctuation is left out. Shares are over the 3-grams
of all replies, so long replies weigh more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import resources

from chatbot.core.errors import TrainingError
from chatbot.core.messages import Role
from chatbot.core.protocols import Engine
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_REPETITION_LENGTH = 3


def words(text: str) -> list[str]:
    """Words of ``text`` in lower case, without punctuation."""
    return _WORD.findall(text.replace("\u2019", "'").lower())


def ngrams(text: str, n: int) -> list[tuple[str, ...]]:
    """All runs of ``n`` words, in order."""
    found = words(text)
    return [tuple(found[start:start + n]) for start in range(len(found) - n + 1)]


def distinct(replies: Iterable[str], n: int) -> float:
    """Different n-grams over all n-grams; 0 if there are none."""
    found = [gram for reply in replies for gram in ngrams(reply, n)]
    return len(set(found)) / len(found) if found else 0.0


def repetition_within(replies: Iterable[str], n: int = _REPETITION_LENGTH) -> float:
    """Share of n-grams that occurred earlier in the same reply."""
    total = repeated = 0
    for reply in replies:
        found = ngrams(reply, n)
        total += len(found)
        repeated += len(found) - len(set(found))
    return repeated / total if total else 0.0


def repetition_across(conversations: Iterable[Sequence[str]], n: int = _REPETITION_LENGTH) -> float:
    """Share of n-grams that occurred in an earlier reply of the same conversation.

    The n-grams of every conversation's first reply are in the denominator too.
    """
    total = repeated = 0
    for replies in conversations:
        earlier: set[tuple[str, ...]] = set()
        for reply in replies:
            found = ngrams(reply, n)
            total += len(found)
            repeated += sum(gram in earlier for gram in found)
            earlier.update(found)
    return repeated / total if total else 0.0


def mean_length(replies: Sequence[str]) -> float:
    """Words per reply."""
    return sum(len(words(reply)) for reply in replies) / len(replies) if replies else 0.0


def is_generic(reply: str) -> bool:
    """Whether a reply would fit nearly anything; an empty one does."""
    bare = " ".join(re.sub(r"[^\w' ]+", " ", reply.replace("\u2019", "'").lower()).split())
    return not bare or any(pattern.fullmatch(bare) for pattern in _generic_patterns())


@cache
def _generic_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(line) for line in _lines("generic_replies.txt"))


def generic_rate(replies: Sequence[str]) -> float:
    """Share of generic replies."""
    return sum(map(is_generic, replies)) / len(replies) if replies else 0.0


def _lines(file: str) -> list[str]:
    text = (resources.files("chatbot.training.cards") / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class DialogueNumbers:
    """The numbers of a set of conversations."""

    conversations: int
    replies: int
    distinct_1: float
    distinct_2: float
    repetition_within: float
    repetition_across: float
    mean_words: float
    generic_rate: float

    @classmethod
    def of(cls, conversations: Sequence[Sequence[str]]) -> DialogueNumbers:
        """Compute from the replies of each conversation."""
        replies = [reply for conversation in conversations for reply in conversation]
        return cls(len(conversations), len(replies), distinct(replies, 1), distinct(replies, 2),
                   repetition_within(replies), repetition_across(conversations), mean_length(replies),
                   generic_rate(replies))

    def to_dict(self) -> dict[str, float | int]:
        """As a JSON object, rounded to four places."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class HeldConversation:
    """A scripted conversation as it was held."""

    user: tuple[str, ...]
    replies: tuple[str, ...]

    def to_dict(self) -> dict[str, list[str]]:
        """As a JSON object."""
        return {"user": list(self.user), "replies": list(self.replies)}


def scripted_conversations() -> tuple[tuple[str, ...], ...]:
    """The user's turns of every scripted conversation."""
    conversations = tuple(tuple(turn.strip() for turn in line.split("|")) for line in _lines("conversations.txt"))
    if any(not turn for turns in conversations for turn in turns):
        raise TrainingError("conversations.txt holds an empty turn; every turn between bars needs words.")
    return conversations


def hold_conversations(engine: Engine, scripts: Sequence[Sequence[str]], sampling: Sampling, *, seed: int = 1,
                       report: Callable[[int, int], None] | None = None) -> list[HeldConversation]:
    """Let ``engine`` answer every turn of every script, each conversation from a blank state.

    Seeds follow from ``seed`` and the turn's place. ``report`` is told (replies done, of) after each reply.
    """
    held: list[HeldConversation] = []
    total, done = sum(map(len, scripts)), 0
    for number, script in enumerate(scripts):
        state: bytes | None = None
        replies: list[str] = []
        for place, text in enumerate(script):
            drawn = replace(sampling, seed=(seed * 1_000_003 + number * 1_009 + place) % 2**31)
            end = _reply(engine, text, state, replies, drawn)
            state = end.states[-1][1]
            replies.append(end.text.strip())
            done += 1
            if report is not None:
                report(done, total)
        held.append(HeldConversation(tuple(script), tuple(replies)))
    return held


def _reply(engine: Engine, text: str, state: bytes | None, earlier: Sequence[str], sampling: Sampling) -> ReplyEnd:
    place = len(earlier)
    request = ReplyRequest(place, engine.summary.id, (Turn(Role.USER, text, 2 * place),), LiveSampling(sampling), state,
                           earlier_replies=tuple(earlier), reply_message_id=2 * place + 1)
    for event in engine.reply(request):
        if isinstance(event, ReplyEnd):
            return event
    raise TrainingError("The engine gave a reply without an end.")


def dialogue_numbers(held: Sequence[HeldConversation]) -> DialogueNumbers:
    """The numbers of conversations that were held."""
    return DialogueNumbers.of([conversation.replies for conversation in held])

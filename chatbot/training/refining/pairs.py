"""Pairs of a right and a wrong reply to the same question, both drawn from the model where it has both."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chatbot.core.messages import Role
from chatbot.core.replies import Turn
from chatbot.core.sampling import Sampling
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.ranking import repeats_itself
from chatbot.training.refining.questions import Question

_LONGER = 1.6
_SPARE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """``chosen`` is to become likelier than ``rejected`` after ``turns``."""

    kind: str
    turns: tuple[str, ...]
    chosen: str
    rejected: str


@dataclass(frozen=True, slots=True)
class Practised:
    """What the model drew for one question."""

    question: Question
    replies: tuple[str, ...]
    is_right: tuple[bool, ...]

    @property
    def share_right(self) -> float:
        """0 to 1."""
        return sum(self.is_right) / len(self.is_right)


def as_turns(texts: Sequence[str]) -> tuple[Turn, ...]:
    """The user's turn first."""
    return tuple(Turn(Role.BOT if number % 2 else Role.USER, text) for number, text in enumerate(texts))


def practise(engine: LanguageEngine, questions: Iterable[Question], sampling: Sampling,
             seed: int) -> Iterator[Practised]:
    """Draw the candidates of every question and judge them."""
    for number, question in enumerate(questions):
        replies = tuple(engine.drafts(as_turns(question.turns), sampling, (seed * 1_000_003 + number) % 2**31))
        yield Practised(question, replies, tuple(question.check.is_right(reply) for reply in replies))


def pairs(practised: Practised, rng: random.Random, most: int = 2) -> list[Pair]:
    """Up to ``most`` pairs with different wrong replies; the more often a reply was drawn, the likelier it is taken.

    Where nothing drawn is right, the generated answer is chosen. A right reply that rambles is not.
    """
    question = practised.question
    longest = _LONGER * len(question.answer.split()) + _SPARE_WORDS
    judged = list(zip(practised.replies, practised.is_right, strict=True))
    right = [reply for reply, is_right in judged
             if is_right and len(reply.split()) <= longest and not repeats_itself(reply)] or [question.answer]
    wrong = [reply for reply, is_right in judged if not is_right and reply.strip()]
    found: list[Pair] = []
    while wrong and len(found) < most:
        rejected = rng.choice(wrong)
        wrong = [reply for reply in wrong if reply != rejected]
        found.append(Pair(question.kind, question.turns, rng.choice(right), rejected))
    return found


def save_pairs(found: Sequence[Pair], path: Path, header: dict[str, object]) -> None:
    """One JSON object a line, ``header`` (what the pairs were made with) first; the file is whole or not there."""
    beside = path.with_suffix(".new")
    beside.write_text("".join(json.dumps(record) + "\n" for record in (header, *map(asdict, found))), encoding="utf-8")
    beside.replace(path)


def load_pairs(path: Path, header: dict[str, object]) -> list[Pair] | None:
    """What ``save_pairs`` wrote; None if there is nothing that was made with ``header``."""
    if not path.exists():
        return None
    first, *rest = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    if first != json.loads(json.dumps(header)):
        return None
    return [Pair(record["kind"], tuple(record["turns"]), record["chosen"], record["rejected"]) for record in rest]

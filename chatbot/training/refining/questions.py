"""Questions to practise on: generated dialogues of a seed of their own, cut off before an answer that can be judged."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.training.corpus import Document
from chatbot.training.generated import generate
from chatbot.training.refining.checking import Admits, Check, HoldsWords, Lines, Spells, letters, words

REMEMBERED = ("name_or_pet", "one_fact", "several_facts", "correction", "never_told", "near_miss", "two_people",
              "shopping", "several_people")
"""Kinds in which the answer was told."""
COUNTED = ("sums", "counting", "next_number")
NOT_TOLD = ("never_told", "near_miss")
SAID_OF_ITSELF = ("self", "self_after_telling", "limits")
KINDS: Mapping[str, float] = {
    "name_or_pet": 12, "one_fact": 12, "several_facts": 12, "correction": 12, "never_told": 9, "near_miss": 4,
    "two_people": 9, "shopping": 2, "several_people": 2, "sums": 12, "counting": 2, "next_number": 2,
    "opposite": 6, "spelling": 5, "calendar": 9, "colour_of": 2, "animal": 6, "category": 4, "fact": 9,
    "self": 22, "self_after_telling": 14, "limits": 4,
}
"""What is asked, and how often."""
_COMMON_IN_KIND, _COMMON_AMONG_REMEMBERED, _COMMON_ANYWHERE, _COMMON_IN_TALK = 0.2, 0.06, 0.01, 0.004
_STEM = 4
_SAMPLED, _SAMPLE_SEED = 100, 7_700
_YES_NO = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class Question:
    """``turns`` end with the user's question."""

    kind: str
    turns: tuple[str, ...]
    answer: str
    """The generated one."""
    check: Check


class Practice:
    """Draws questions. ``small_talk`` as in ``generate``."""

    def __init__(self, small_talk: Sequence[Document] = (), kinds: Mapping[str, float] = KINDS) -> None:
        self._small_talk, self._kinds = small_talk, kinds
        self._lines = Lines(("self", "limits"))
        self._common = self._common_words()

    def _common_words(self) -> dict[str, frozenset[str]]:
        """By kind the words that many of its answers hold, whatever was asked; numbers and yes and no are none."""
        by_kind, everywhere, total = {}, Counter[str](), 0
        for kind in self._kinds:
            answers = [document.turns[-1] for document in self._documents(kind, _SAMPLED, _SAMPLE_SEED)]
            seen = Counter(word for answer in answers for word in set(words(answer)))
            least = (_COMMON_AMONG_REMEMBERED if kind in REMEMBERED else _COMMON_IN_KIND) * len(answers)
            by_kind[kind] = {word for word, count in seen.items() if count >= least}
            everywhere += seen
            total += len(answers)
        anywhere = {word for word, count in everywhere.items() if count >= _COMMON_ANYWHERE * total}
        talked = [turn for document in self._small_talk for turn in document.turns[1::2]]
        in_talk = Counter(word for turn in talked for word in set(words(turn)))
        anywhere |= {word for word, count in in_talk.items() if count >= _COMMON_IN_TALK * len(talked)}
        return {kind: frozenset(word for word in common | anywhere if word not in _YES_NO and not word.isdigit())
                for kind, common in by_kind.items()}

    def _documents(self, kind: str, count: int, seed: int) -> Iterator[Document]:
        return generate(seed, count, {kind: 1.0}, small_talk=self._small_talk)

    def questions(self, seed: int, count: int) -> list[Question]:
        """About ``count`` questions that can be judged, in an order of their own; the same for the same ``seed``."""
        total = sum(self._kinds.values())
        found: list[Question] = []
        for kind, share in self._kinds.items():
            wanted = max(1, round(count * share / total))
            judged = (question for number in range(20) for document in
                      self._documents(kind, wanted, seed + 1000 * number)
                      if (question := self.question(kind, document)) is not None)
            found += [question for question, _ in zip(judged, range(wanted), strict=False)]
        random.Random(seed).shuffle(found)
        return found

    def question(self, kind: str, document: Document) -> Question | None:
        """The last turn of a dialogue that can be judged; None if there is none."""
        for place in range(len(document.turns) - 1, 0, -2):
            before, answer = document.turns[:place], document.turns[place]
            check = self._check(kind, before, answer)
            if check is not None:
                return Question(kind, before, answer, check)
        return None

    def _check(self, kind: str, before: Sequence[str], answer: str) -> Check | None:
        if kind in SAID_OF_ITSELF:
            return self._lines.check(answer)
        asked, common = set(words(before[-1])), self._common[kind]
        said = set(words(answer))
        if kind in NOT_TOLD and Admits().is_right(answer):
            return Admits()
        if kind in REMEMBERED:
            told = {word for turn in before[:-1:2] for word in words(turn)} - common
            needed = (said & told) - asked
            return HoldsWords(frozenset(needed)) if needed else None
        if kind == "spelling" and letters(answer):
            return Spells(letters(answer))
        return _number(before, answer) if kind in COUNTED else _small(before, asked, answer, said - common)


def _number(before: Sequence[str], answer: str) -> HoldsWords | None:
    """The last number of the answer that the user did not say."""
    heard = {word for turn in before[::2] for word in words(turn)}
    numbers = [word for word in words(answer) if word.isdigit() and word not in heard]
    return HoldsWords(frozenset(numbers[-1:])) if numbers else None


def _small(before: Sequence[str], asked: set[str], answer: str, said: set[str]) -> HoldsWords | None:
    """The words of an answer that are not those of the question; a yes must not be a no."""
    stance = said & _YES_NO
    if any(word.isdigit() for word in said) and not stance:
        return _number(before, answer)
    known = {word[:_STEM] for word in asked}
    needed = {word for word in said - asked if len(word) > 1 and (len(word) < _STEM or word[:_STEM] not in known)}
    return HoldsWords(frozenset(needed), _YES_NO - stance if stance else frozenset()) if needed else None

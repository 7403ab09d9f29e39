"""Whether a reply to a generated question is right, judged by the generated answer and by nothing else.

Three kinds of answers can be judged: those that must hold certain words (a name that was told, the result of a sum),
those that admit that something was never told, and those that are lines of a phrase file (what Wren says of itself).
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from chatbot.training.generated.grammar import Choice, Slot, Template, parse, phrases
from chatbot.training.generated.numbers import as_word

_WORD = re.compile(r"\w+(?:-\w+)*")
_NUMBERS = {as_word(number): str(number) for number in range(100)}
_LETTERS = re.compile(r"(?<![\w'])\w(?:[\s,.;-]+\w\b(?!')){2,}")
_ADMITS = re.compile(r"\b(haven't|hasn't|never|didn't|don't|can't)\b.{0,14}\b(told|tell|said|say|mention\w*|know\w*|"
                     r"forgotten)\b|\bbut (not|never)\b", re.IGNORECASE)
_SAME, _NEAR = 0.999, 0.6
_TIE = 0.05
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'"})


class Check(Protocol):
    """Decides about replies to one question."""

    def is_right(self, reply: str) -> bool:
        """Whether ``reply`` says what the generated answer says."""
        ...


def words(text: str) -> list[str]:
    """Lower-case words without punctuation, numbers as digits: "Twenty-one." and "21" are the same."""
    found = []
    for word in _WORD.findall(text.translate(_QUOTES).lower()):
        found += [_NUMBERS[word]] if word in _NUMBERS else [_NUMBERS.get(part, part) for part in word.split("-")]
    return found


def letters(text: str) -> str:
    """The longest row of single letters in ``text`` ("C-A-T", "c, a, t"), joined; "" without one."""
    rows = [re.sub(r"\W", "", match[0]).lower() for match in _LETTERS.finditer(text.translate(_QUOTES))]
    return max(rows, key=len, default="")


@dataclass(frozen=True, slots=True)
class HoldsWords:
    """Right with all of ``needed`` and none of ``barred``."""

    needed: frozenset[str]
    barred: frozenset[str] = frozenset()

    def is_right(self, reply: str) -> bool:
        """See ``Check``."""
        found = set(words(reply))
        return self.needed <= found and not self.barred & found


@dataclass(frozen=True, slots=True)
class Spells:
    """Right if the letters stand in this order."""

    row: str

    def is_right(self, reply: str) -> bool:
        """See ``Check``."""
        return letters(reply) == self.row


@dataclass(frozen=True, slots=True)
class Admits:
    """Right if it says that it was not told."""

    def is_right(self, reply: str) -> bool:
        """See ``Check``."""
        return bool(_ADMITS.search(reply.translate(_QUOTES)))


class Family(NamedTuple):
    """Lines that answer the same question."""

    file: str
    block: str
    mark: str


@dataclass(frozen=True, slots=True)
class SaysLineOf:
    """Right if no line of any phrase file is nearer to the reply than one of ``families``."""

    families: frozenset[Family]
    lines: Lines

    def is_right(self, reply: str) -> bool:
        """See ``Check``."""
        likeness = self.lines.likeness(reply)
        own = max(likeness[family] for family in self.families)
        return own >= _NEAR and own >= max(likeness.values()) - _TIE


class Lines:
    """All answers of phrase files, to be found by the words they share with a reply."""

    def __init__(self, files: Sequence[str]) -> None:
        self._families: list[Family] = []
        self._rows: list[list[str]] = []
        for file in files:
            for block, marks in phrases(file).items():
                for mark in marks:
                    if mark.startswith("B"):
                        self._add(Family(file, block, mark), marks[mark])

    def _add(self, family: Family, lines: Iterable[str]) -> None:
        for line in lines:
            for version in itertools.islice(versions(parse(line)), 64):
                self._rows.append(words(version))
                self._families.append(family)

    @cached_property
    def _weights(self) -> dict[str, float]:
        """Inverse document frequency of every word."""
        seen = Counter(word for row in self._rows for word in set(row))
        return {word: math.log(len(self._rows) / count) + 0.1 for word, count in seen.items()}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self._weights)}

    @cached_property
    def _matrix(self) -> np.ndarray:
        """[lines, words] float32: the weight of every word in a line."""
        matrix = np.zeros((len(self._rows), len(self._places)), dtype=np.float32)
        for number, row in enumerate(self._rows):
            for word in row:
                matrix[number, self._places[word]] = self._weights[word]
        return matrix

    @cached_property
    def _totals(self) -> np.ndarray:
        return self._matrix.sum(axis=1)

    @cached_property
    def _numbers(self) -> dict[Family, np.ndarray]:
        found: dict[Family, list[int]] = {}
        for number, family in enumerate(self._families):
            found.setdefault(family, []).append(number)
        return {family: np.array(numbers) for family, numbers in found.items()}

    def likeness(self, reply: str) -> dict[Family, float]:
        """For every family the greatest F1 of weighted words between ``reply`` and one of its lines, 0 to 1."""
        rare = max(self._weights.values())
        said = set(words(reply))
        total = sum(self._weights.get(word, rare) for word in said)
        mask = np.zeros(len(self._places), dtype=np.float32)
        mask[[self._places[word] for word in said if word in self._places]] = 1.0
        scores = 2.0 * (self._matrix @ mask) / np.maximum(self._totals + total, 1e-6)
        return {family: float(scores[numbers].max()) for family, numbers in self._numbers.items()}

    def check(self, answer: str) -> SaysLineOf | None:
        """A check for a question whose generated answer is one of the lines; None if it is none."""
        likeness = self.likeness(answer)
        families = frozenset(family for family, value in likeness.items() if value >= _SAME)
        return SaysLineOf(families, self) if families else None


def versions(template: Template) -> Iterator[str]:
    """All sentences of a template, its gaps left empty."""
    parts: list[list[str]] = []
    for part in template:
        if isinstance(part, str):
            parts.append([part])
        elif isinstance(part, Slot):
            parts.append([""])
        else:
            assert isinstance(part, Choice)
            parts.append([version for option in part.options for version in versions(option)])
    for chosen in itertools.product(*parts):
        yield "".join(chosen)

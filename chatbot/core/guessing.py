"""The guessing game about a personal model: which of three answers did somebody write, and what a score means."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatbot.core.personal import Example

CHOICES = 3
LUCK = 0.025
"""What a coin reaches in a smaller share of games is not called luck; on either side."""


class Author(StrEnum):
    """Whose answer it is."""

    REAL = "real"
    BASE = "base"
    PERSONAL = "personal"


class Judgement(StrEnum):
    """What a score says about the person and the personal model."""

    TOLD_APART = "told_apart"
    """The real answer was chosen over the personal model's more often than a coin would."""
    FOOLED = "fooled"
    """Less often than a coin would: the personal model's answers seemed more real than the real ones."""
    OPEN = "open"
    """It may be luck."""
    TOO_FEW = "too_few"
    """It may be luck, and so might the best score be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers to choose from."""

    author: Author
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """What was said last, and the answers in the order in which they are shown."""

    said: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How often each author's answer was taken for the real one.

    What may be concluded rests on the duels alone, in which the real or the personal model's answer was chosen: who
    cannot tell these two apart wins half of them, however easily they see through the base model.
    """

    picked: Mapping[Author, int]

    @property
    def asked(self) -> int:
        """The number of guesses."""
        return sum(self.picked.values())

    @property
    def found(self) -> int:
        """The number of real answers among them."""
        return self.picked[Author.REAL]

    @property
    def expected(self) -> float:
        """How many somebody finds on average who only guesses."""
        return self.asked / CHOICES

    @property
    def duels(self) -> int:
        """How often the real answer or the personal model's was chosen."""
        return self.picked[Author.REAL] + self.picked[Author.PERSONAL]

    @property
    def chance_of_as_many(self) -> float:
        """How likely a coin wins as many of the duels or more."""
        return sum(math.comb(self.duels, won) for won in range(self.found, self.duels + 1)) / 2**self.duels

    @property
    def chance_of_as_few(self) -> float:
        """How likely a coin wins as many of the duels or fewer."""
        return sum(math.comb(self.duels, won) for won in range(self.found + 1)) / 2**self.duels

    @property
    def judgement(self) -> Judgement:
        """By the exact binomial tails; an approximation is too sure of itself where there are few."""
        if 0.5**self.duels > LUCK:
            return Judgement.TOO_FEW
        if self.chance_of_as_many <= LUCK:
            return Judgement.TOLD_APART
        return Judgement.FOOLED if self.chance_of_as_few <= LUCK else Judgement.OPEN


class GuessingGame:
    """Places one after the other, and the guesses so far."""

    def __init__(self, places: Sequence[Place]) -> None:
        if not places:
            raise ValueError("a game needs a place to guess at")
        self.places = tuple(places)
        self.guesses: list[int] = []
        """Positions among the answers, of the places that were played."""

    @property
    def is_over(self) -> bool:
        """Whether every place was played."""
        return len(self.guesses) == len(self.places)

    @property
    def place(self) -> Place:
        """The one to guess at now; raises IndexError when the game is over."""
        return self.places[len(self.guesses)]

    def guess(self, position: int) -> None:
        """Take the answer at ``position`` of the present place for the real one, and go to the next place."""
        if not 0 <= position < len(self.place.answers):
            raise ValueError(f"there is no answer at position {position}")
        self.guesses.append(position)

    def take_back(self) -> None:
        """Go back to the place before, as long as nothing is told."""
        if self.guesses and not self.is_over:
            self.guesses.pop()

    def score(self) -> Score:
        """What was taken for real. Raises ValueError before the end: it would give answers away."""
        if not self.is_over:
            raise ValueError("the game is not over")
        picked = Counter(place.answers[guess].author for place, guess in zip(self.places, self.guesses, strict=True))
        return Score({author: picked[author] for author in Author})


def places_of(examples: Sequence[Example], seed: int | None = None) -> list[Place]:
    """Places to guess at, their answers in random order; without ``seed`` in a new order every time.

    Where two answers read the same, or one is empty, there is nothing to tell apart: such places are left out.
    """
    dice = random.Random(seed)
    places = []
    for example in examples:
        answers = [Answer(Author.REAL, example.real.strip()), Answer(Author.BASE, example.base.strip()),
                   Answer(Author.PERSONAL, example.personal.strip())]
        if len({" ".join(answer.text.casefold().split()) for answer in answers} - {""}) == CHOICES:
            dice.shuffle(answers)
            places.append(Place(example.before[-1] if example.before else "", tuple(answers)))
    return places

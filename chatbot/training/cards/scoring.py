"""Running an engine through a question card.

Every item is a fresh conversation: what Wren "said" before the question is given, only the last reply is generated,
and it passes if it holds something accepted and nothing forbidden. The seed of an item follows from the run's seed and
its place, so a run can be repeated word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from chatbot.core.messages import Role
from chatbot.core.protocols import Engine
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.training.cards.reader import CardItem, is_passed
from chatbot.training.cards.wilson import wilson_interval


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What happened with one item and one seed."""

    id: str
    kind: str
    distance: int | None
    seed: int
    question: str
    reply: str
    is_passed: bool

    def to_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class CardScore:
    """A rate with its 95 % Wilson interval. The interval takes every reply as one independent trial."""

    passed: int
    asked: int

    @classmethod
    def of(cls, records: Iterable[ItemRecord]) -> CardScore:
        """Count records."""
        passed = [record.is_passed for record in records]
        return cls(sum(passed), len(passed))

    @property
    def rate(self) -> float:
        """Share that passed, 0 if nothing was asked."""
        return self.passed / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Bounds of the true rate."""
        return wilson_interval(self.passed, self.asked)

    def to_dict(self) -> dict[str, object]:
        """As a JSON object, rates rounded to four places."""
        return {"passed": self.passed, "asked": self.asked, "rate": round(self.rate, 4),
                "interval": [round(bound, 4) for bound in self.interval]}


@dataclass(frozen=True, slots=True)
class CardResult:
    """All records of a run."""

    records: tuple[ItemRecord, ...]

    @property
    def score(self) -> CardScore:
        """Over everything."""
        return CardScore.of(self.records)

    def by_kind(self) -> dict[str, CardScore]:
        """A score for each kind of question, in the card's order."""
        return {kind: CardScore.of(r for r in self.records if r.kind == kind)
                for kind in dict.fromkeys(record.kind for record in self.records)}

    def by_distance(self) -> dict[int, CardScore]:
        """A score for each distance between telling and asking; empty for the other cards."""
        distances = sorted({record.distance for record in self.records if record.distance is not None})
        return {d: CardScore.of(r for r in self.records if r.distance == d) for d in distances}

    def to_dict(self) -> dict[str, object]:
        """Scores and records as a JSON object."""
        return {**self.score.to_dict(),
                "by_kind": {kind: score.to_dict() for kind, score in self.by_kind().items()},
                "by_distance": {str(distance): score.to_dict() for distance, score in self.by_distance().items()},
                "records": [record.to_dict() for record in self.records]}


def score_card(engine: Engine, items: Sequence[CardItem], sampling: Sampling, *, seeds: Sequence[int] = (1,),
               report: Callable[[int, int], None] | None = None) -> CardResult:
    """Ask every item once per seed. ``report`` is told (done, of) after each reply."""
    records: list[ItemRecord] = []
    total = len(items) * len(seeds)
    for seed in seeds:
        for place, item in enumerate(items):
            reply = _reply(engine, item, replace(sampling, seed=item_seed(seed, place)), len(records))
            records.append(ItemRecord(item.id, item.kind, item.distance, seed, item.question, reply,
                                      is_passed(item, reply)))
            if report is not None:
                report(len(records), total)
    return CardResult(tuple(records))


def item_seed(seed: int, place: int) -> int:
    """The sampling seed of the item at ``place``."""
    return (seed * 1_000_003 + place) % 2**31


def _reply(engine: Engine, item: CardItem, sampling: Sampling, job_id: int) -> str:
    turns = tuple(Turn(Role.BOT if place % 2 else Role.USER, text) for place, text in enumerate(item.turns))
    request = ReplyRequest(job_id, engine.summary.id, turns, LiveSampling(sampling),
                           earlier_replies=tuple(turn.text for turn in turns if turn.role is Role.BOT))
    ends = [event for event in engine.reply(request) if isinstance(event, ReplyEnd)]
    return ends[-1].text.strip() if ends else ""

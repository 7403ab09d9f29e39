"""What every evaluation is given, and what it gives back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from chatbot.core.errors import KnownError
from chatbot.engine.load import FindParent

Item = TypeVar("Item")
Report = Callable[[str, int, int], None]
"""Told what is being measured, how much is done, and of how much."""
Numbers = Mapping[str, object]


class EvaluationError(KnownError):
    """An evaluation cannot be made."""

    code = "evaluation"


@dataclass(frozen=True, slots=True)
class Setup:
    """The model's folder, the corpus' folder, and how much of the material to use (None: all of it)."""

    model_folder: Path
    corpus: Path
    limit: int | None = None
    seed: int = 1
    find_parent: FindParent | None = None
    report: Report = lambda what, done, of: None

    def limited(self, items: list[Item]) -> list[Item]:
        """At most ``limit`` of ``items``, spread evenly, always the same ones."""
        if self.limit is None or self.limit >= len(items):
            return items
        return [items[number * len(items) // self.limit] for number in range(self.limit)]

    def counted(self, what: str, items: Iterable[Item], of: int) -> Iterator[Item]:
        """``items``, reported one by one."""
        for done, item in enumerate(items):
            self.report(what, done, of)
            yield item
        self.report(what, of, of)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measured numbers with their source and formula. ``numbers`` maps row names to figures by name."""

    what: str
    source: str
    formula: str
    numbers: dict[str, Numbers] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return json.loads(json.dumps({"what": self.what, "source": self.source, "formula": self.formula,
                                      "numbers": self.numbers}))

"""Reading question cards, and deciding whether a reply passes.

A card is a file of JSON lines, one item each::

    {"id": "memory-001", "kind": "name", "distance": 4, "turns": [...], "accepted": [...], "forbidden": [...]}

``turns`` alternate from the user; Wren's are given, and the last one is the user's, which is to be answered.
``accepted`` and ``forbidden`` are regular expressions, searched without regard to case. ``distance`` (memory only) is
how many of the user's turns lie between telling and asking, the asking one counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from chatbot.core.errors import TrainingError

CARD_NAMES = ("memory", "self", "knowledge")
_REQUIRED = {"id", "kind", "turns", "accepted", "forbidden"}
_OPTIONAL = {"distance"}
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})


@dataclass(frozen=True, slots=True)
class CardItem:
    """One question with the conversation before it."""

    id: str
    kind: str
    turns: tuple[str, ...]
    accepted: tuple[re.Pattern[str], ...]
    forbidden: tuple[re.Pattern[str], ...]
    distance: int | None = None

    @property
    def question(self) -> str:
        """The last turn."""
        return self.turns[-1]


def read_card(name: str) -> tuple[CardItem, ...]:
    """The items of a card of this package; ``TrainingError`` if there is no such card."""
    if name not in CARD_NAMES:
        raise TrainingError(f"There is no question card called {name!r}; there are {', '.join(CARD_NAMES)}.")
    text = (resources.files(__package__ or __name__) / f"{name}.jsonl").read_text(encoding="utf-8")
    return parse_card(text, f"{name}.jsonl")


def parse_card(text: str, source: str) -> tuple[CardItem, ...]:
    """Items of a card's text. Strict: one wrong line is a ``TrainingError`` that names ``source`` and the line."""
    items: list[CardItem] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        item = _item(line, f"{source}, line {number}")
        if item.id in seen:
            raise TrainingError(f"{source}, line {number}: the id {item.id!r} is used twice.")
        seen.add(item.id)
        items.append(item)
    if not items:
        raise TrainingError(f"{source} holds no question.")
    return tuple(items)


def _item(line: str, place: str) -> CardItem:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise TrainingError(f"{place}: this is not JSON ({error}).") from error
    if not isinstance(record, dict) or not _REQUIRED <= set(record) <= _REQUIRED | _OPTIONAL:
        raise TrainingError(f"{place}: an item has the fields {', '.join(sorted(_REQUIRED))} and perhaps distance.")
    distance = record.get("distance")
    if distance is not None and (not isinstance(distance, int) or isinstance(distance, bool) or distance < 1):
        raise TrainingError(f"{place}: distance should be a whole number of turns, not {distance!r}.")
    turns = _texts(record, "turns", place)
    if len(turns) % 2 == 0:
        raise TrainingError(f"{place}: turns should begin and end with the user's, so their number is odd.")
    accepted = _patterns(record, "accepted", place)
    if not accepted:
        raise TrainingError(f"{place}: at least one pattern must be accepted.")
    (item_id,), (kind,) = (_texts({field: [record[field]]}, field, place) for field in ("id", "kind"))
    return CardItem(item_id, kind, turns, accepted, _patterns(record, "forbidden", place), distance)


def _texts(record: dict, field: str, place: str) -> tuple[str, ...]:
    values = record[field]
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise TrainingError(f"{place}: {field} should be made of texts that are not empty.")
    return tuple(values)


def _patterns(record: dict, field: str, place: str) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _texts(record, field, place))
    except re.error as error:
        raise TrainingError(f"{place}: {field} holds a pattern that is no regular expression ({error}).") from error


def is_passed(item: CardItem, reply: str) -> bool:
    """Whether ``reply`` holds something accepted and nothing forbidden."""
    text = " ".join(reply.translate(_QUOTES).split())
    return (any(pattern.search(text) for pattern in item.accepted)
            and not any(pattern.search(text) for pattern in item.forbidden))


def normalised(text: str) -> str:
    """Words of ``text`` in lower case without punctuation: equal for two ways of typing the same."""
    return " ".join(re.findall(r"[^\W_]+", text.translate(_QUOTES).replace("'", "").lower()))


@cache
def wordings() -> frozenset[str]:
    """The questions of all cards, normalised: what training text must not hold."""
    return frozenset(normalised(item.question) for name in CARD_NAMES for item in read_card(name))


def is_on_a_card(turns: Iterable[str]) -> bool:
    """Whether one of ``turns`` is a question of a card."""
    return any(normalised(turn) in wordings() for turn in turns)

"""Measures suggestions: ``python -m tests.benchmarks.bench_suggestions --corpus DIR [--model FOLDER]``.

Held-out messages are typed letter by letter, each after the turns before it. For every threshold on the model's
probability, one JSON object a line: at how many places something is suggested, how often it is right (the message goes
on with exactly these words), also by number of words, and the key presses saved by somebody who takes every right
suggestion with one key. The thresholds are compared on the same places.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot import paths
from chatbot.core.messages import Role
from chatbot.core.replies import Turn

if TYPE_CHECKING:
    from chatbot.engine.suggesting import Suggester
    from chatbot.training.corpus import Document

THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
EARLIER_TURNS = 6


@dataclass(frozen=True)
class Place:
    """What could be suggested at one place of a message: (text, probability, whether it is right), short to long."""

    typed: int
    found: tuple[tuple[str, float, bool], ...]


def messages(document: Document) -> Iterator[tuple[tuple[Turn, ...], str]]:
    """Every message of the first speaker and the turns before it."""
    turns = [Turn(Role.BOT if speaker else Role.USER, text)
             for speaker, text in zip(document.speakers, document.turns, strict=True)]
    for number, turn in enumerate(turns):
        if turn.role == Role.USER and turn.text.strip():
            yield tuple(turns[max(0, number - EARLIER_TURNS):number]), turn.text.strip()


def is_right(text: str, typed: int, suggested: str) -> bool:
    """Whether ``text`` goes on after ``typed`` characters with ``suggested``, whole words alone."""
    rest = text[typed:]
    after = rest[len(suggested):len(suggested) + 1]
    return rest.startswith(suggested) and not (after.isalnum() or after in ("'", "-", "_"))


def places(suggester: Suggester, turns: tuple[Turn, ...], text: str) -> list[Place]:
    """All places of one message, from the first typed letter on."""
    from chatbot.engine.suggesting import Allowance
    return [Place(typed, tuple((suggested, chance, is_right(text, typed, suggested)) for suggested, chance in
                               suggester.candidates(None, turns, text[:typed], Allowance(), min(THRESHOLDS))))
            for typed in range(1, len(text))]


def shown(place: Place, threshold: float, least_characters: int) -> tuple[str, bool] | None:
    """What the program would show there, and whether it is right."""
    sure = [(text, right) for text, chance, right in place.found
            if chance >= threshold and len(text.strip()) >= least_characters]
    return sure[-1] if sure else None


def keys_of(typed: list[Place], length: int, threshold: float, least_characters: int) -> int:
    """Key presses for one message of somebody who takes every right suggestion at once."""
    keys, at, by_place = 0, 0, {place.typed: place for place in typed}
    while at < length:
        found = shown(by_place[at], threshold, least_characters) if at in by_place else None
        at += len(found[0]) if found is not None and found[1] else 1
        keys += 1
    return keys


def row(all_places: list[tuple[list[Place], int]], threshold: float, least_characters: int) -> dict[str, object]:
    """The numbers of one threshold."""
    count, keys, letters = 0, 0, 0
    by_words: dict[int, list[bool]] = defaultdict(list)
    for typed, length in all_places:
        count += len(typed)
        letters += length
        keys += keys_of(typed, length, threshold, least_characters)
        for place in typed:
            if (found := shown(place, threshold, least_characters)) is not None:
                by_words[len(found[0].split())].append(found[1])
    every = [right for rights in by_words.values() for right in rights]
    return {"threshold": threshold, "places": count, "suggested_percent": _percent(len(every), count),
            "right_percent": _percent(sum(every), len(every)), "keys_saved_percent": _percent(letters - keys, letters),
            "right_percent_by_words": {words: [_percent(sum(rights), len(rights)), len(rights)]
                                       for words, rights in sorted(by_words.items())}}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=paths.bundled_models() / "wren-en-s")
    parser.add_argument("--groups", nargs="+", default=["wren", "chat"])
    parser.add_argument("--messages", type=int, default=60, help="of each group")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    import torch

    from chatbot.engine.load import load_engine
    from chatbot.engine.suggesting import LEAST_CHARACTERS
    from chatbot.training.corpus import read_held_out
    torch.set_num_threads(1)
    suggester = load_engine(arguments.model).suggester
    documents = list(read_held_out(arguments.corpus))
    for group in arguments.groups:
        pool = [item for document in documents if document.group == group for item in messages(document)]
        sample = random.Random(arguments.seed).sample(pool, min(arguments.messages, len(pool)))
        with torch.inference_mode():
            measured = [(places(suggester, turns, text), len(text)) for turns, text in sample]
        for threshold in THRESHOLDS:
            print(json.dumps({"group": group, **row(measured, threshold, LEAST_CHARACTERS)}), flush=True)


if __name__ == "__main__":
    main()

"""Measures sampling settings: ``python -m tests.benchmarks.bench_presets [--model FOLDER] [NAME=VALUE ...]``.

Without settings every preset is measured; with settings, the default changed by each in turn; with ``--temperatures``
a line of settings from cold to hot, and which of them each preset gets by the rule of ``preset_choice``. One JSON
object a line: the rates of the question cards and the numbers of the scripted conversations.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from chatbot import paths
from chatbot.core.presets import PRESETS
from chatbot.core.protocols import Engine
from chatbot.core.sampling import Sampling
from tests.benchmarks.preset_choice import CARDS, chosen, right


def wanted(changes: list[str]) -> Iterator[tuple[str, Sampling]]:
    """Names and settings to be measured; a change is one or more ``name=value`` joined by commas."""
    if not changes:
        yield from ((preset.id, preset.applied_to(Sampling())) for preset in PRESETS)
    for change in changes:
        values = {name: float(value) if "." in value else int(value)
                  for name, value in (part.split("=") for part in change.split(","))}
        sampling, problems = Sampling().with_overrides(values)
        if problems:
            raise SystemExit(problems[0])
        yield change, sampling


COLD_TO_HOT = ((0.3, 0.85), (0.5, 0.85), (0.6, 0.9), (0.7, 0.92), (0.8, 0.92), (0.9, 0.95), (1.0, 0.95), (1.2, 0.97),
               (1.4, 0.97))
"""Temperatures and the top-p that goes with each: the hotter, the more of the tail that top-p may leave."""


def measured(engine: Engine, sampling: Sampling, conversations: int, seeds: Sequence[int]) -> dict[str, object]:
    """Rates of the question cards over ``seeds``, and the numbers of held conversations."""
    from chatbot.training.cards import read_card, score_card
    from chatbot.training.dialogue_numbers import dialogue_numbers, hold_conversations, scripted_conversations
    rates = {card: round(score_card(engine, read_card(card), sampling, seeds=seeds).score.rate, 3) for card in CARDS}
    held = hold_conversations(engine, scripted_conversations()[:conversations], sampling)
    return rates | dialogue_numbers(held).to_dict()


def along_temperature(engine: Engine, conversations: int, seeds: Sequence[int]) -> Iterator[dict[str, object]]:
    """A row for each of ``COLD_TO_HOT``."""
    for temperature, top_p in COLD_TO_HOT:
        sampling = replace(Sampling(), temperature=temperature, top_p=top_p)
        yield {"temperature": temperature, "top_p": top_p, **measured(engine, sampling, conversations, seeds)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=paths.bundled_models() / "wren-en-s")
    parser.add_argument("--conversations", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=1, help="how many times every card is asked")
    parser.add_argument("--temperatures", action="store_true")
    parser.add_argument("changes", nargs="*", metavar="NAME=VALUE")
    arguments = parser.parse_args()
    import torch

    from chatbot.engine.load import load_engine
    torch.set_num_threads(1)
    engine, seeds = load_engine(arguments.model), range(1, arguments.seeds + 1)
    if arguments.temperatures:
        rows = []
        for row in along_temperature(engine, arguments.conversations, seeds):
            rows.append(row)
            print(json.dumps(row | {"right": round(right(row), 4)}), flush=True)
        print(json.dumps({name: row["temperature"] for name, row in chosen(rows).items()}))
        return
    for name, sampling in wanted(arguments.changes):
        print(json.dumps({"settings": name} | measured(engine, sampling, arguments.conversations, seeds)), flush=True)


if __name__ == "__main__":
    main()

"""Measures sampling settings: ``python -m tests.benchmarks.bench_presets [--model FOLDER] [NAME=VALUE ...]``.

Without settings every preset is measured; with settings, the default changed by each in turn. One JSON object a line:
the rates of the question cards and the numbers of the scripted conversations. The presets' values come from here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from chatbot import paths
from chatbot.core.presets import PRESETS
from chatbot.core.sampling import Sampling


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=paths.bundled_models() / "wren-en-s")
    parser.add_argument("--conversations", type=int, default=60)
    parser.add_argument("changes", nargs="*", metavar="NAME=VALUE")
    arguments = parser.parse_args()
    import torch

    from chatbot.engine.load import load_engine
    from chatbot.training.cards import read_card, score_card
    from chatbot.training.dialogue_numbers import dialogue_numbers, hold_conversations, scripted_conversations
    torch.set_num_threads(1)
    engine = load_engine(arguments.model)
    for name, sampling in wanted(arguments.changes):
        row: dict[str, object] = {"settings": name}
        for card in ("memory", "self", "knowledge"):
            row[card] = round(score_card(engine, read_card(card), sampling).score.rate, 3)
        held = hold_conversations(engine, scripted_conversations()[:arguments.conversations], sampling)
        print(json.dumps(row | dialogue_numbers(held).to_dict()), flush=True)


if __name__ == "__main__":
    main()

"""The first chat a stranger has: three short talks, twelve seeds each, what must be right in them. Run by hand.

    python -m tests.benchmarks.first_chats MODEL_FOLDER...

The cards ask a question in every wording; this asks the plainest questions again and again in one talk, where a model
may mix up who is who ("Who are you?" - "I'm Torvald.").
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

import torch

from chatbot.core.sampling import Sampling
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.load import load_engine
from chatbot.training.sample_chats import hold_chat
from tests.benchmarks.run_table import markdown

SEEDS = 12
_ITSELF = r"\b(Wren|program|model|chatbot)\b"
_UNKNOWN = r"\b(not|never|can't say|haven't|don't|didn't)\b"
Talk = tuple[tuple[str, str | None], ...]
"""(what the user says, the pattern of a right answer; None: nothing is checked)"""

TALKS: tuple[Talk, ...] = (
    (("Hi, my name is Torvald", None), ("I have a dog called Biscuit", None), ("what is your favourite animal?", None),
     ("what's my name?", "Torvald"), ("and my dog?", "Biscuit"), ("who are you?", _ITSELF)),
    (("hello", None), ("I'm Keziah and I live in Porto", None), ("I'm tired today", None),
     ("where do I live?", "Porto"), ("who are you?", _ITSELF), ("what's your name?", "Wren"),
     ("do you know my brother's name?", _UNKNOWN)),
    (("hi, I'm Sam and I have a cat called Pepper", None), ("what do you think of rain?", None),
     ("I like to bake bread", None), ("what's my cat called?", "Pepper"), ("what is my name?", "Sam"),
     ("what are you?", _ITSELF), ("what is 3 plus 4?", r"\b(7|seven)\b")),
)


def right_answers(engine: LanguageEngine, seeds: int = SEEDS) -> Counter[str]:
    """By checked question (with the number of its talk), how many of ``seeds`` answers were right."""
    found: Counter[str] = Counter()
    for place, talk in enumerate(TALKS):
        for seed in range(seeds):
            chat = hold_chat(engine, [line for line, _ in talk], Sampling(), 1000 + 8000 * place + 50 * seed)
            for (line, pattern), (_, reply) in zip(talk, chat, strict=True):
                if pattern is not None:
                    found[f"{place + 1}: {line}"] += re.search(pattern, reply) is not None
    return found


def main() -> None:
    """Print a table: a row a question, a column a model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", type=Path)
    folders = parser.parse_args().models
    torch.set_num_threads(1)
    found = [right_answers(load_engine(folder)) for folder in folders]
    rows = [[line, *(f"{each[line]}" for each in found)] for line in found[0]]
    total = ["all", *(f"{sum(each.values())} of {len(each) * SEEDS}" for each in found)]
    print(markdown([["question", *(folder.name for folder in folders)], *rows, total]))


if __name__ == "__main__":
    main()

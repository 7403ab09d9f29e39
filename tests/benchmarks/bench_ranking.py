"""What relevance is measured against, and how many candidates are looked at: which ranking recalls most?

``python -m tests.benchmarks.bench_ranking [--model FOLDER] [--questions N]``. The questions end generated dialogues of
a seed that no recipe uses, so the settings of the ranking are not chosen on the question cards. An answer is right if
it holds every word of the generated answer that was told before and does not stand in the question. For every question
the default 16 candidates are drawn once and then ranked in all ways. One JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from chatbot import paths
from chatbot.core.messages import Role
from chatbot.core.replies import ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.load import load_engine
from chatbot.engine.ranking import Candidate, score, words
from chatbot.training.generated import generate

SEED = 991
KINDS = {"one_fact": 3.0, "name_or_pet": 4.0, "correction": 2.0, "several_facts": 2.0, "two_people": 1.5,
         "never_told": 1.2, "near_miss": 1.0}
COMMON_WORDS = 150
LOOKED_AT = (4, 6, 8, 12, 16)
WEIGHTS = (0.0, 0.15, 0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Candidates with their mean log-probabilities in full, in a blank state and after the last message alone."""

    candidates: list[Candidate]
    blank: list[float]
    last_message: list[float]
    earlier: tuple[str, ...]
    is_right: list[bool]


def questions(count: int) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Turns up to a question, and the words that its answer has to hold."""
    documents = list(generate(SEED, 4 * count, KINDS))
    seen = Counter(word for document in documents for turn in document.turns for word in set(words(turn)))
    common = {word for word, _ in seen.most_common(COMMON_WORDS)}
    found = 0
    for document in documents:
        *before, asked, answer = document.turns
        told = {word for turn in before[::2] for word in words(turn)}
        needed = (set(words(answer)) & told) - set(words(asked)) - common
        if needed and found < count:
            found += 1
            yield document.turns[:-1], needed


def drawn(engine: LanguageEngine, texts: Sequence[str], needed: set[str], seed: int) -> Drawn:
    """The candidates of one question."""
    turns = tuple(Turn(Role.BOT if number % 2 else Role.USER, text) for number, text in enumerate(texts))
    writer, live = engine._writer, LiveSampling(Sampling())
    with torch.inference_mode():
        rows = writer.many(engine._prompt(None, turns, "", None, None), live, threading.Event(), seed)
        blank = writer._mean_log_probabilities(rows, writer._blank)
        alone = engine._out_of_context(ReplyRequest(0, "", turns, live), ())
        last = blank if alone is None else writer._mean_log_probabilities(rows, alone)
    candidates = [Candidate(engine.tokenizer.decode(row.tokens), row.mean_log_probability, 0.0, row.is_finished)
                  for row in rows]
    earlier = tuple(turn.text for turn in turns if turn.role is Role.BOT)
    return Drawn(candidates, blank, last, earlier, [needed <= set(words(c.text)) for c in candidates])


def is_right(each: Drawn, contrast: Sequence[float], looked_at: int, weight: float) -> bool:
    """Whether the candidate that this way of ranking shows is right."""
    base = [score(candidate, 0.0, each.earlier) for candidate in each.candidates]
    best = sorted(range(len(base)), key=lambda number: -base[number])[:looked_at]
    return each.is_right[max(best, key=lambda number: base[number] - weight * contrast[number])]


def main() -> None:
    """Draw, rank in all ways and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=paths.bundled_models() / "wren-en-s")
    parser.add_argument("--questions", type=int, default=300)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    engine = load_engine(arguments.model)
    found = [drawn(engine, texts, needed, seed)
             for seed, (texts, needed) in enumerate(questions(arguments.questions))]
    count = len(found)
    print(json.dumps({"questions": count, "any of 16 right": sum(any(each.is_right) for each in found) / count,
                      "one alone right": sum(sum(each.is_right) / len(each.is_right) for each in found) / count}))
    for against in ("blank", "last_message"):
        for looked_at in LOOKED_AT:
            rates = {str(weight): round(sum(is_right(each, getattr(each, against), looked_at, weight)
                                            for each in found) / count, 3) for weight in WEIGHTS}
            print(json.dumps({"against": against, "looked_at": looked_at, "right by relevance": rates}), flush=True)


if __name__ == "__main__":
    main()

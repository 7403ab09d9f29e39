"""The evaluations by name. A module is imported only when it is asked for; each defines ``evaluate(setup)``."""

from __future__ import annotations

import importlib

from chatbot.training.evaluation.setup import Evaluation, EvaluationError, Numbers, Setup

EVALUATIONS = {
    "heldout": "chatbot.training.evaluation.heldout",
    "convai2": "chatbot.training.evaluation.convai2",
    "wikitext2": "chatbot.training.evaluation.wikitext2",
    "ptb": "chatbot.training.evaluation.ptb",
    "classify": "chatbot.training.evaluation.classify",
    "dialogue": "chatbot.training.evaluation.dialogue",
}


ALL = "all"
OF_DIALOGUE_MODELS = ("heldout", "dialogue", "convai2", "classify")
"""What ``all`` measures; the word-level benchmarks have models of their own."""


def run_evaluation(what: str, setup: Setup) -> Evaluation:
    """Make the evaluation called ``what``; ``EvaluationError`` if there is none."""
    if what == ALL:
        return _everything(setup)
    if what not in EVALUATIONS:
        raise EvaluationError(f"There is no evaluation {what}; there are {', '.join(EVALUATIONS)} and {ALL}.")
    return importlib.import_module(EVALUATIONS[what]).evaluate(setup)


def _everything(setup: Setup) -> Evaluation:
    """One after the other, in one table; every row's name begins with its evaluation's."""
    numbers: dict[str, Numbers] = {}
    parts = []
    for what in OF_DIALOGUE_MODELS:
        found = run_evaluation(what, setup)
        numbers |= {f"{what}, {row}": figures for row, figures in found.numbers.items()}
        parts.append(found)
    return Evaluation(ALL, "; ".join(f"{part.what}: {part.source}" for part in parts),
                      "; ".join(f"{part.what}: {part.formula}" for part in parts), numbers)

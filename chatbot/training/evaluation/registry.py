"""The evaluations by name. A module is imported only when it is asked for; each defines ``evaluate(setup)``."""

from __future__ import annotations

import importlib

from chatbot.training.evaluation.setup import Evaluation, EvaluationError, Setup

EVALUATIONS = {
    "heldout": "chatbot.training.evaluation.heldout",
    "convai2": "chatbot.training.evaluation.convai2",
    "wikitext2": "chatbot.training.evaluation.wikitext2",
    "ptb": "chatbot.training.evaluation.ptb",
    "classify": "chatbot.training.evaluation.classify",
    "dialogue": "chatbot.training.evaluation.dialogue",
}


def run_evaluation(what: str, setup: Setup) -> Evaluation:
    """Make the evaluation called ``what``; ``EvaluationError`` if there is none."""
    if what not in EVALUATIONS:
        raise EvaluationError(f"There is no evaluation {what}; there are {', '.join(EVALUATIONS)}.")
    return importlib.import_module(EVALUATIONS[what]).evaluate(setup)

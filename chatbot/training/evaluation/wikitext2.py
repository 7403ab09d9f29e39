"""``wikitext2``: word-level perplexity by the published convention, of a run of ``wikitext2.toml`` or a variant."""

from __future__ import annotations

from chatbot.training.evaluation.setup import Evaluation, Setup
from chatbot.training.word_level.benchmark_evaluation import evaluate_benchmark


def evaluate(setup: Setup) -> Evaluation:
    """See ``benchmark_evaluation``."""
    return evaluate_benchmark(setup, "wikitext2")

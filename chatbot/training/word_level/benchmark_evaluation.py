"""Word-level perplexity of a benchmark run: plain, with a continuous cache, with dynamic evaluation."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from torch import Tensor

from chatbot.engine.architecture import Architecture
from chatbot.engine.load import model_from
from chatbot.engine.network import LanguageModel
from chatbot.training.evaluation.setup import Evaluation, EvaluationError, Setup
from chatbot.training.hardware import keep_freed_memory
from chatbot.training.word_level.bench_text import WordVocabulary, read_words
from chatbot.training.word_level.benchmark_run import WORDS_FILE
from chatbot.training.word_level.dynamic_evaluation import dynamic_logs, root_mean_squares
from chatbot.training.word_level.stream_scoring import WINDOW, cache_logs, mixed, plain_logs

SOURCES = {
    "ptb": "Penn Treebank as preprocessed by Mikolov et al. 2010, test 82,430 words",
    "wikitext2": "WikiText-2 (Merity et al. 2016, arXiv 1609.07843), test 245,569 words",
}
FORMULA = ("perplexity = exp(-mean log-probability of every word, <eos> of each line included), state carried through "
           "the split; cache: continuous cache of Grave et al. 2017, arXiv 1612.04426; dynamic: RMS with decay of "
           "Krause et al. 2018, arXiv 1709.07432; every word is scored before anything learns from it, and all "
           "constants are chosen on the validation text")
ROWS = ("plain", "cache", "dynamic")
SHARPNESSES = (1.0, 3.0, 6.0, 10.0, 16.0, 24.0)
SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
CACHE_WORDS = 2000
RATES = (1e-4, 3e-4, 1e-3, 3e-3)
DECAYS = (0.0, 0.003)
DYNAMIC_WINDOW = 20
TUNING_WORDS = 20_000
"""Constants are chosen on the beginning of the validation text."""
_GRADIENT_WINDOWS = 200


def perplexity(logs: Tensor) -> float:
    """exp of the mean negative log-probability, rounded to hundredths."""
    return round(math.exp(min(50.0, -float(logs.mean()))), 2)


def evaluate_benchmark(setup: Setup, benchmark: str) -> Evaluation:
    """Rows ``plain``, ``cache`` and ``dynamic``. ``setup.model_folder`` is the folder of a training run; ``limit``:
    words of each split."""
    keep_freed_memory()
    model, vocabulary = load_benchmark_model(setup.model_folder)
    splits = {split: vocabulary.encode(read_words(setup.corpus, benchmark, split)[:setup.limit])
              for split in ("train", "valid", "test")}
    rows = dict(setup.counted(benchmark, benchmark_rows(model, splits), len(ROWS)))
    return Evaluation(benchmark, SOURCES[benchmark], FORMULA, rows)


def load_benchmark_model(folder: Path) -> tuple[LanguageModel, WordVocabulary]:
    """The weights and words that ``chatbot train`` left in ``folder``."""
    path = folder / "weights.safetensors"
    try:
        with safe_open(path, "pt") as file:
            architecture = Architecture.from_dict(json.loads(file.metadata()["architecture"]))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dictionary
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise EvaluationError(f"{path} is not the result of a benchmark run ({error}); make one with "
                              "chatbot train wikitext2.toml or ptb.toml.") from error
    vocabulary = WordVocabulary.load(folder / WORDS_FILE)
    if vocabulary.size != architecture.vocabulary_size:
        raise EvaluationError(f"{folder} has {vocabulary.size} words but a network of {architecture.vocabulary_size}.")
    return model_from(tensors, architecture), vocabulary


def benchmark_rows(model: LanguageModel, splits: dict[str, np.ndarray], rows: Sequence[str] = ROWS,
                   ) -> Iterator[tuple[str, dict[str, object]]]:
    """The named ``rows`` with their figures; ``dynamic`` takes far longer than the others."""
    valid, test = splits["valid"], splits["test"]
    if "plain" in rows:
        yield "plain", {"valid": perplexity(plain_logs(model, valid)), "test": perplexity(plain_logs(model, test)),
                        "words": len(test), "parameters": model.parameter_count, "cell": model.architecture.cell,
                        "window": WINDOW}
    if "cache" in rows:
        yield "cache", _cache_row(model, valid, test)
    if "dynamic" in rows:
        yield "dynamic", _dynamic_row(model, splits)


def _cache_row(model: LanguageModel, valid: np.ndarray, test: np.ndarray) -> dict[str, object]:
    logs, copied = cache_logs(model, valid[:TUNING_WORDS], SHARPNESSES, CACHE_WORDS)
    found = {(sharpness, share): float(mixed(logs, copied[row], share).mean())
             for row, sharpness in enumerate(SHARPNESSES) for share in SHARES}
    sharpness, share = max(found, key=found.__getitem__)
    measured = {}
    for name, ids in (("valid", valid), ("test", test)):
        logs, copied = cache_logs(model, ids, (sharpness,), CACHE_WORDS)
        measured[name] = perplexity(mixed(logs, copied[0], share))
    return {**measured, "sharpness": sharpness, "share": share, "cache_words": CACHE_WORDS}


def _dynamic_row(model: LanguageModel, splits: dict[str, np.ndarray]) -> dict[str, object]:
    scale = root_mean_squares(model, splits["train"], DYNAMIC_WINDOW, _GRADIENT_WINDOWS)
    tuning = splits["valid"][:TUNING_WORDS]

    def logs(ids: np.ndarray, rate: float, decay: float) -> Tensor:
        return dynamic_logs(model, ids, scale, rate=rate, decay=decay, window=DYNAMIC_WINDOW)

    found = {(rate, decay): float(logs(tuning, rate, decay).mean()) for rate in RATES for decay in DECAYS}
    rate, decay = max(found, key=found.__getitem__)
    return {"valid": perplexity(logs(splits["valid"], rate, decay)),
            "test": perplexity(logs(splits["test"], rate, decay)), "rate": rate, "decay": decay,
            "window": DYNAMIC_WINDOW}

"""A training run on a word-level benchmark: another text, the same loop."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from chatbot.core.errors import TrainingError
from chatbot.engine.network import LanguageModel
from chatbot.training.recipe import Recipe
from chatbot.training.word_level.bench_text import WordVocabulary, read_words
from chatbot.training.word_level.stream_dealer import StreamDealer
from chatbot.training.word_level.stream_scoring import plain_logs

WORDS_FILE = "words.txt"


class BenchmarkMaterial:
    """The words of a benchmark as ``material.Material``."""

    def __init__(self, recipe: Recipe, corpus: Path, out: Path | None) -> None:
        """Read the benchmark of ``recipe``; the vocabulary is written to ``out/words.txt`` if there is an ``out``."""
        assert recipe.benchmark is not None
        self._recipe = recipe
        training, validation = (read_words(corpus, recipe.benchmark, split) for split in ("train", "valid"))
        self.vocabulary = WordVocabulary.of(training)
        if self.vocabulary.size != recipe.model.vocabulary_size:
            raise TrainingError(f"The training text of {recipe.benchmark} has {self.vocabulary.size} different words; "
                                f"the recipe must say vocabulary_size = {self.vocabulary.size}.")
        if out is not None:
            self.vocabulary.save(out / WORDS_FILE)
        self._training, self._validation = self.vocabulary.encode(training), self.vocabulary.encode(validation)

    @property
    def copyable(self) -> Tensor:
        """Every word."""
        return torch.ones(self.vocabulary.size, dtype=torch.bool)

    def dealer(self) -> StreamDealer:
        """The training text in parallel streams."""
        return StreamDealer(self._training, streams=self._recipe.optimisation.streams, seed=self._recipe.seed)

    def held_out_nats(self, model: LanguageModel, precision: torch.dtype) -> dict[str, float]:
        """Nats per word of the first ``held_out_tokens`` words of the validation text, state carried."""
        words = self._validation[:self._recipe.held_out_tokens]
        with torch.autocast(model.bias.device.type, torch.bfloat16, enabled=precision == torch.bfloat16):
            return {"overall": round(-float(plain_logs(model, words).mean()), 4)}

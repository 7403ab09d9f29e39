"""What a run learns from: documents in sub-words. Benchmarks bring their own (``word_level.benchmark_run``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from chatbot.core.errors import TrainingError
from chatbot.engine.network import LanguageModel
from chatbot.engine.tokenizer import Tokenizer, train_tokenizer
from chatbot.training.corpus import OWN_SOURCE, Document, read_held_out, read_own_dialogues, read_training
from chatbot.training.excerpts import excerpts
from chatbot.training.held_out import ForwardScorer, held_out_table, prepare_held_out
from chatbot.training.packing import SOURCES_FILE, Dealer, PackedCorpus, pack
from chatbot.training.recipe import Recipe
from chatbot.training.trainer import Deals, copyable_tokens

_EXCERPTS, _EXCERPT_SEED = 6_000, 3
Report = Callable[[dict[str, object]], None]


class Material(Protocol):
    """The text of a run, ready to be dealt."""

    @property
    def copyable(self) -> Tensor:
        """[vocabulary] bool: what the copy head may produce."""
        ...

    def dealer(self) -> Deals:
        """A dealer that stands at the beginning."""
        ...

    def held_out_nats(self, model: LanguageModel, precision: torch.dtype) -> dict[str, float]:
        """Nats per token by held-out group, and ``overall``."""
        ...


class DialogueMaterial:
    """The corpus of documents, its tokenizer and the held-out set."""

    def __init__(self, recipe: Recipe, corpus: Path, out: Path) -> None:
        """Read what ``prepare_dialogues`` has written into ``out``."""
        self._recipe = recipe
        self._tokenizer = Tokenizer.load(out / "tokenizer.model")
        self._packed = PackedCorpus.load(out / "packed")
        if recipe.generated.count:
            self._packed = self._packed.joined(PackedCorpus.load(_generated_folder(recipe, out)))
        self._check_fits(out)
        self._groups = prepare_held_out(self._tokenizer, read_held_out(corpus), recipe.held_out_tokens)

    def _check_fits(self, out: Path) -> None:
        """Say now what would otherwise come out in the middle of the run."""
        size, wanted = self._tokenizer.size, self._recipe.model.vocabulary_size
        if size != wanted:
            raise TrainingError(f"The tokenizer in {out} has {size} tokens, the recipe wants {wanted}; choose an empty "
                                "folder.", code="training_other_recipe")
        unknown = sorted(self._recipe.sources - set(self._packed.tokens))
        if unknown:
            raise TrainingError(f"The recipe mixes the source {unknown[0]!r}, which the corpus does not have; it has "
                                f"{', '.join(sorted(self._packed.tokens))}.")

    @property
    def copyable(self) -> Tensor:
        """See ``Material``."""
        return copyable_tokens(self._tokenizer)

    def dealer(self) -> Dealer:
        """See ``Material``."""
        return Dealer(self._packed, self._tokenizer, streams=self._recipe.optimisation.streams, seed=self._recipe.seed,
                      author_share=self._recipe.author_share)

    def held_out_nats(self, model: LanguageModel, precision: torch.dtype) -> dict[str, float]:
        """See ``Material``."""
        table = held_out_table(ForwardScorer(model, self._tokenizer, precision), self._tokenizer, self._groups)
        return {group: figures["nats_per_token"] for group, figures in table.items()}


def prepare_dialogues(recipe: Recipe, corpus: Path, out: Path, report: Report) -> None:
    """Make tokenizer and packed corpora in ``out``, those that are not there yet."""
    tokenizer_file = out / "tokenizer.model"
    if not tokenizer_file.exists():
        report({"kind": "prepare", "what": "tokenizer"})
        train_tokenizer(tokenizer_sentences(corpus), tokenizer_file, seed=recipe.seed,
                        vocabulary_size=recipe.model.vocabulary_size, threads=torch.get_num_threads())
    tokenizer = Tokenizer.load(tokenizer_file)
    _pack(out / "packed", lambda: pack(tokenizer, read_training(corpus)), report)
    if recipe.generated.count:
        _pack(_generated_folder(recipe, out), lambda: pack(tokenizer, generated_documents(recipe, corpus)), report)


def _generated_folder(recipe: Recipe, out: Path) -> Path:
    return out / f"generated-{recipe.generated.seed}-{recipe.generated.count}"


def _pack(folder: Path, make: Callable[[], PackedCorpus], report: Report) -> None:
    if not (folder / SOURCES_FILE).exists():
        report({"kind": "prepare", "what": folder.name})
        make().save(folder)


def generated_documents(recipe: Recipe, corpus: Path) -> Iterator[Document]:
    """The recipe's generated skill dialogues; ``small_talk`` stands between telling and asking."""
    from chatbot.training.generated import generate
    return generate(recipe.generated.seed, recipe.generated.count, small_talk=small_talk(corpus))


def small_talk(corpus: Path) -> list[Document]:
    """What stands between telling and asking: our own dialogues in which nothing has to be remembered, without the
    held-out ones, and stretches of the chats of people."""
    own = [document for path in sorted((corpus / OWN_SOURCE).glob("*.txt")) if "memory" not in path.name
           for document in read_own_dialogues(path, held_out=False)]
    return [*own, *excerpts(corpus, _EXCERPTS, _EXCERPT_SEED)]


def tokenizer_sentences(corpus: Path) -> Iterator[str]:
    """The texts a tokenizer is trained on: every third document, all of our own."""
    for number, document in enumerate(read_training(corpus)):
        if number % 3 == 0 or document.source == OWN_SOURCE:
            for text in document.turns:
                yield text[:4000]

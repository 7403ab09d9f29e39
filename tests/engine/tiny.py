"""A tokenizer of 400 pieces, a network of 24 units, and a whole model package made of both. Made once per run."""

from __future__ import annotations

import json
import random
import tempfile
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import save_file

from chatbot.engine.architecture import Architecture
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.load import load_engine
from chatbot.engine.network import LanguageModel
from chatbot.engine.tokenizer import Tokenizer, train_tokenizer

VOCABULARY = 400
_NAMES = ("ada", "ben", "kim", "lee", "max", "zoe", "Priya", "Quentin", "Walter", "Judith")
_PETS = ("cat", "dog", "fish", "hen", "parrot", "donkey")
_THINGS = ("sea", "sun", "rain", "tea", "music", "books", "garden", "evening", "kitchen", "winter")


def sentences(count: int, seed: int = 1) -> list[str]:
    """Plain small talk; the same for the same seed."""
    rng = random.Random(seed)
    forms = ("my name is {n}.", "i have a {p} called {n}.", "do you like the {t}?", "yes, i like the {t} and the {p}.",
             "the {p} of {n} likes {t}, not {t}!", "no\nnot the {t}")
    return [rng.choice(forms).format(n=rng.choice(_NAMES), p=rng.choice(_PETS), t=rng.choice(_THINGS))
            for _ in range(count)]


@cache
def tiny_tokenizer_bytes() -> bytes:
    """The content of a ``tokenizer.model`` with 400 pieces."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "tokenizer.model"
        train_tokenizer(iter(sentences(300)), target, vocabulary_size=VOCABULARY)
        return target.read_bytes()


@cache
def tiny_tokenizer() -> Tokenizer:
    """The tokenizer itself."""
    return Tokenizer(tiny_tokenizer_bytes())


def tiny_architecture(cell: str = "minlstm", copy_window: int = 16) -> Architecture:
    """Sizes that compute in a moment."""
    return Architecture(cell=cell, vocabulary_size=VOCABULARY, width=16, blocks=2, cell_width=24, mlp_width=32,
                        copy_width=8, copy_window=copy_window)


def tiny_network(cell: str = "minlstm", seed: int = 3) -> LanguageModel:
    """Random weights with an output bias that prefers a few words, so that replies differ and end."""
    torch.manual_seed(seed)
    model = LanguageModel(tiny_architecture(cell))
    with torch.no_grad():
        model.bias.normal_(std=1.0)
        model.embedding.weight.mul_(3.0)
    return model.eval()


def write_package(folder: Path, cell: str = "minlstm") -> Path:
    """A model package with the three files that the engine reads; returns ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    model = tiny_network(cell)
    save_file({name: p.detach().half() for name, p in model.named_parameters()}, folder / "weights.safetensors")
    (folder / "tokenizer.model").write_bytes(tiny_tokenizer_bytes())
    manifest = {"id": "tiny", "name": "Tiny", "language": "en", "licence": "CC0-1.0",
                "architecture": model.architecture.to_dict()}
    (folder / "model.json").write_text(json.dumps(manifest))
    return folder


@cache
def tiny_engine(kernel: str = "float32") -> LanguageEngine:
    """A loaded engine; it keeps nothing from one call to the next, so tests may share it."""
    with tempfile.TemporaryDirectory() as folder:
        return load_engine(write_package(Path(folder)), kernel=kernel)

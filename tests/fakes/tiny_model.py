"""A whole model package that real code loads: real tokenizer, real network, random weights, some kilobytes."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save

from chatbot.catalog.package import ModelPackage, write_package
from chatbot.engine.architecture import Architecture
from chatbot.engine.network import LanguageModel
from chatbot.engine.tokenizer import train_tokenizer

SENTENCES = ("hello there, how are you today?", "my name is Sam and I have a cat", "what do you like to do?",
             "the sea is blue and the rain is wet", "good night, sleep well, see you tomorrow",
             "bread, apples, paper and two boxes of tea", "why would anybody want to know that?")


def write_tiny_model(within: Path, model_id: str = "tiny-en", vocabulary_size: int = 360) -> ModelPackage:
    """A usable package ``within / model_id``. What it says makes no sense, but it says it fast."""
    within.mkdir(parents=True, exist_ok=True)
    tokenizer_file = within / f".{model_id}.tokenizer.model"
    tokenizer = train_tokenizer(iter(SENTENCES * 3), tokenizer_file, vocabulary_size=vocabulary_size)
    architecture = Architecture(vocabulary_size=tokenizer.size, width=16, blocks=1, cell_width=16, mlp_width=16,
                                copy_width=8, copy_window=16)
    torch.manual_seed(1)
    weights = {name: value.detach().clone() for name, value in LanguageModel(architecture).named_parameters()}
    fields = {"id": model_id, "name": "Tiny", "version": "1.0", "language": "en", "licence": "MIT",
              "created": "2026-11-01T10:00:00Z", "architecture": architecture.to_dict(),
              "tokenizer": {"kind": "sentencepiece", "vocabulary_size": tokenizer.size}}
    files = {"weights.safetensors": save(weights), "tokenizer.model": tokenizer_file.read_bytes()}
    tokenizer_file.unlink()
    return write_package(within / model_id, fields, files)

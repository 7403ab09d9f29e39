"""From a run's folder to what a model package needs: half-precision weights, tokenizer, facts about the run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save

from chatbot.core.errors import TrainingError
from chatbot.training.checkpoint import load_checkpoint
from chatbot.training.recipe import Recipe, load_recipe, recipe_hash


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """What a run produced. ``weights`` is the content of a safetensors file in float16."""

    recipe: Recipe
    recipe_text: str
    weights: bytes
    tokenizer: bytes
    tokens_seen: int
    hours: float
    """Time spent in optimiser steps."""

    @property
    def facts(self) -> dict[str, object]:
        """For the package's ``training`` field."""
        return {"recipe": self.recipe.name, "recipe_sha256": recipe_hash(self.recipe_text), "seed": self.recipe.seed,
                "tokens_seen": self.tokens_seen, "hours": round(self.hours, 2)}


def export_run(folder: Path) -> ExportedRun:
    """Read a run's folder. Takes the newest checkpoint's (averaged, if there are) weights."""
    recipe, text = load_recipe(folder / "recipe.toml")
    checkpoint = load_checkpoint(folder)
    if checkpoint is None:
        raise TrainingError(f"{folder} holds no checkpoint; train first: chatbot train {recipe.name}.toml ...")
    tensors = checkpoint.group("average") or checkpoint.group("weights")
    largest = max(float(tensor.abs().max()) for tensor in tensors.values())
    if largest >= torch.finfo(torch.float16).max:
        raise TrainingError(f"A weight is {largest:g}, which half precision cannot hold; the run has diverged.")
    weights = save({name: tensor.half().contiguous() for name, tensor in tensors.items()})
    return ExportedRun(recipe, text, weights, (folder / "tokenizer.model").read_bytes(),
                       int(checkpoint.progress["tokens_seen"]), _hours(folder / "metrics.jsonl"))  # type: ignore


def _hours(metrics: Path) -> float:
    """Seconds of all logged steps, those that were repeated after an interruption included."""
    if not metrics.exists():
        return 0.0
    records = (json.loads(line) for line in metrics.read_text(encoding="utf-8").splitlines())
    return sum(record["seconds"] for record in records if record["kind"] == "step") / 3600

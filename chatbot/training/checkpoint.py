"""Checkpoints that resume exactly: weights, optimiser, carried state, random state and data position.

A checkpoint is a folder with ``tensors.safetensors`` and ``progress.json``; nothing in it can run code. It is written
beside its place and renamed, so that a crash at any moment leaves the one before whole.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from chatbot.core.errors import TrainingError

_NAME, _NEW, _OLD = "checkpoint", "checkpoint.new", "checkpoint.old"


@dataclass(slots=True)
class Checkpoint:
    """Everything a run needs to go on. ``tensors`` are ``weights.*``, ``optimiser.*``, ``carried.*``, ``random.*``."""

    tensors: dict[str, Tensor]
    progress: dict[str, object] = field(default_factory=dict)

    def group(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose name begins with ``prefix.``, without it."""
        return {name[len(prefix) + 1:]: value for name, value in self.tensors.items() if name.startswith(prefix + ".")}


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write ``folder/checkpoint``; the one before stays as ``checkpoint.old`` until the new one is whole."""
    new, place, old = folder / _NEW, folder / _NAME, folder / _OLD
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    save_file({name: value.detach().contiguous().cpu() for name, value in checkpoint.tensors.items()},
              new / "tensors.safetensors")
    with (new / "progress.json").open("w", encoding="utf-8") as file:
        json.dump(checkpoint.progress, file)
        file.flush()
        os.fsync(file.fileno())
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The newest whole checkpoint in ``folder``; None if there is none."""
    for name in (_NAME, _OLD):
        place = folder / name
        if not (place / "progress.json").exists():
            continue
        try:
            progress = json.loads((place / "progress.json").read_text(encoding="utf-8"))
            return Checkpoint(load_file(place / "tensors.safetensors"), progress)
        except (OSError, ValueError, SafetensorError) as error:
            raise TrainingError(f"The checkpoint {place} is damaged ({error}); remove it to begin anew.") from error
    return None


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The optimiser's own values by parameter number and name."""
    state = optimiser.state_dict()["state"]
    return {f"{number}.{name}": torch.as_tensor(value) for number, values in state.items()
            for name, value in values.items() if value is not None}


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put back what ``optimiser_tensors`` gave."""
    whole = optimiser.state_dict()
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, name = key.split(".", 1)
        state.setdefault(int(number), {})[name] = value
    optimiser.load_state_dict({**whole, "state": state})

"""Checkpoints are whole or not there, whenever the process dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from chatbot.core.errors import TrainingError
from chatbot.training import checkpoint as module
from chatbot.training.checkpoint import (Checkpoint, load_checkpoint, optimiser_tensors, restore_optimiser,
                                         save_checkpoint)


def numbered(value: int) -> Checkpoint:
    return Checkpoint({"weights.a": torch.full((3,), float(value))}, {"step": value})


def step_in(folder: Path) -> int | None:
    found = load_checkpoint(folder)
    if found is None:
        return None
    assert found.group("weights")["a"].tolist() == [float(found.progress["step"])] * 3, "both files belong together"
    return found.progress["step"]  # type: ignore[return-value]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path) is None
    save_checkpoint(tmp_path, numbered(1))
    save_checkpoint(tmp_path, numbered(2))
    assert step_in(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"], "nothing is left over"


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("death", range(1, 8))
def test_dying_at_any_file_operation_leaves_a_whole_checkpoint(tmp_path: Path, death: int,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    save_checkpoint(tmp_path, numbered(1))
    calls = 0

    def dying(original):
        def call(*arguments, **named):
            nonlocal calls
            calls += 1
            if calls == death:
                raise Died
            return original(*arguments, **named)
        return call

    for place, name in ((module, "save_file"), (shutil, "rmtree"), (Path, "rename"), (Path, "mkdir"),
                        (module.json, "dump")):
        monkeypatch.setattr(place, name, dying(getattr(place, name)))
    try:
        save_checkpoint(tmp_path, numbered(2))
    except Died:
        assert death <= calls
    monkeypatch.undo()
    assert step_in(tmp_path) in (1, 2)
    save_checkpoint(tmp_path, numbered(3))
    assert step_in(tmp_path) == 3


def test_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, numbered(1))
    file = tmp_path / "checkpoint" / "tensors.safetensors"
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(TrainingError, match="damaged"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize("kind", ["adamw", "sgd", "sgd with momentum"])
def test_an_optimiser_goes_on_bit_for_bit(kind: str) -> None:
    def made() -> tuple[torch.nn.Linear, torch.optim.Optimizer]:
        torch.manual_seed(1)
        layer = torch.nn.Linear(4, 3)
        if kind == "adamw":
            return layer, torch.optim.AdamW(layer.parameters(), lr=0.1, fused=True)
        return layer, torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9 * ("momentum" in kind))

    def step(layer: torch.nn.Linear, optimiser: torch.optim.Optimizer, seed: int) -> None:
        x = torch.randn(5, 4, generator=torch.Generator().manual_seed(seed))
        layer(x).square().sum().backward()
        optimiser.step()
        optimiser.zero_grad()

    layer, optimiser = made()
    for seed in range(3):
        step(layer, optimiser, seed)
    saved = {name: value.clone() for name, value in optimiser_tensors(optimiser).items()}
    weights = {name: value.clone() for name, value in layer.state_dict().items()}
    other, other_optimiser = made()
    other.load_state_dict(weights)
    restore_optimiser(other_optimiser, saved)
    for seed in range(3, 6):
        step(layer, optimiser, seed)
        step(other, other_optimiser, seed)
    assert torch.equal(layer.weight, other.weight) and torch.equal(layer.bias, other.bias)

"""An adapter merged into its parent is the sum of both, and one that does not fit is one sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from chatbot.core.errors import ModelError
from chatbot.engine.adapter import merged
from chatbot.engine.load import load_engine, load_model
from tests.engine.tiny import tiny_network, write_package

MATRIX = "blocks.0.mlp.enter.weight"  # [32, 16]


def adapter() -> dict[str, torch.Tensor]:
    """A change of rank 2 of one matrix, of one vector, and of rows 3 and 5 of the embedding."""
    draw = torch.Generator().manual_seed(1)
    return {f"down.{MATRIX}": torch.randn(2, 16, generator=draw), f"up.{MATRIX}": torch.randn(32, 2, generator=draw),
            "add.bias": torch.randn(400, generator=draw), "row.embedding.weight": torch.randn(2, 16, generator=draw),
            "row_index.embedding.weight": torch.tensor([3, 5], dtype=torch.int32)}


def weights() -> dict[str, torch.Tensor]:
    return {name: value.detach() for name, value in tiny_network().named_parameters()}


def test_the_merged_weights_are_the_parents_plus_the_change() -> None:
    parent, change = weights(), adapter()
    result = merged(parent, change)
    assert torch.allclose(result[MATRIX], parent[MATRIX] + change[f"up.{MATRIX}"] @ change[f"down.{MATRIX}"])
    assert torch.allclose(result["bias"], parent["bias"] + change["add.bias"])
    moved = (result["embedding.weight"] != parent["embedding.weight"]).any(dim=1).nonzero().squeeze(1)
    assert moved.tolist() == [3, 5]
    assert torch.allclose(result["embedding.weight"][5] - parent["embedding.weight"][5],
                          change["row.embedding.weight"][1], atol=1e-6)
    untouched = set(parent) - {MATRIX, "bias", "embedding.weight"}
    assert untouched and all(torch.equal(result[name], parent[name]) for name in untouched)


@pytest.mark.parametrize("damage", [
    lambda a: a.update({"down.nonsense": torch.zeros(2, 16)}),
    lambda a: a.update({"sideways.bias": torch.zeros(400)}),
    lambda a: a.pop(f"up.{MATRIX}"),
    lambda a: a.pop(f"down.{MATRIX}"),
    lambda a: a.pop("row_index.embedding.weight"),
    lambda a: a.update({f"up.{MATRIX}": torch.zeros(32, 3)}),
    lambda a: a.update({"add.bias": torch.zeros(399)}),
    lambda a: a["add.bias"].__setitem__(7, float("nan")),
    lambda a: a.update({"row_index.embedding.weight": torch.tensor([3, 400])}),
    lambda a: a.update({"row_index.embedding.weight": torch.tensor([3.0, 5.0])}),
])
def test_an_adapter_that_does_not_fit_is_refused(damage: Callable[[dict[str, torch.Tensor]], object]) -> None:
    change = adapter()
    damage(change)
    with pytest.raises(ModelError) as caught:
        merged(weights(), change)
    assert caught.value.code == "model_adapter" and "\n" not in str(caught.value)


# ---- packages that are only a difference

def with_files(folder: Path) -> str:
    """Let the manifest list its weights with their hash, as an installed package does; returns the hash."""
    digest = hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()
    manifest = json.loads((folder / "model.json").read_text())
    manifest["files"] = {"weights.safetensors": {"size": 1, "sha256": digest}}
    (folder / "model.json").write_text(json.dumps(manifest))
    return digest


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """``parent`` and, beside it, ``child`` that is an adapter of it."""
    digest = with_files(write_package(tmp_path / "parent"))
    child = tmp_path / "child"
    child.mkdir()
    save_file(adapter(), child / "adapter.safetensors")
    manifest = json.loads((tmp_path / "parent" / "model.json").read_text())
    manifest |= {"id": "child", "parent": "parent", "is_personal": True, "roles": {"user": "<a>", "bot": "<author00>"},
                 "files": {"adapter.safetensors": {"size": 1, "sha256": "0"}},
                 "training": {"parent_weights_sha256": digest}}
    (child / "model.json").write_text(json.dumps(manifest))
    return tmp_path


def test_a_difference_is_loaded_with_its_parent(family: Path) -> None:
    model, tokenizer, manifest = load_model(family / "child", family.joinpath)
    expected = merged({name: value.half() for name, value in weights().items()}, adapter())
    assert manifest["id"] == "child" and tokenizer.size == 400
    for name, value in model.named_parameters():
        assert torch.equal(value, expected[name]), name


def test_an_adapter_of_an_adapter_is_loaded(family: Path) -> None:
    grandchild = family / "grandchild"
    grandchild.mkdir()
    save_file({"add.bias": torch.ones(400)}, grandchild / "adapter.safetensors")
    manifest = json.loads((family / "child" / "model.json").read_text())
    manifest |= {"id": "grandchild", "parent": "child", "training": {"parent_weights_sha256": "0"}}
    (grandchild / "model.json").write_text(json.dumps(manifest))
    model, _, _ = load_model(grandchild, family.joinpath)
    child, _, _ = load_model(family / "child", family.joinpath)
    assert torch.equal(model.bias, child.bias + 1.0)


def test_the_roles_of_the_package_are_used(family: Path) -> None:
    engine = load_engine(family / "child", kernel="float32", find_parent=family.joinpath)
    assert engine.summary.is_personal and engine.summary.is_imitation
    plain = load_engine(family / "parent", kernel="float32")
    from chatbot.core.messages import Role
    from chatbot.core.replies import Turn
    turns = [Turn(Role.USER, "i have a cat")]
    assert engine._roles[Role.BOT] == engine.tokenizer.role("<author00>")
    assert engine.state_after(None, turns) != plain.state_after(None, turns)


@pytest.mark.parametrize(("change", "find", "code"), [
    ({}, None, "model_parent"),
    ({"training": {"parent_weights_sha256": "f" * 64}}, True, "model_parent_changed"),
    ({"roles": {"bot": "<king>"}}, True, "model_newer"),
    ({"parent": "child", "training": {}}, True, "model_parent"),  # its own ancestor
])
def test_a_difference_without_its_parent_is_one_sentence(family: Path, change: dict, find: bool | None,
                                                         code: str) -> None:
    manifest = json.loads((family / "child" / "model.json").read_text())
    (family / "child" / "model.json").write_text(json.dumps(manifest | change))
    with pytest.raises(ModelError) as caught:
        load_engine(family / "child", find_parent=family.joinpath if find else None)
    assert caught.value.code == code

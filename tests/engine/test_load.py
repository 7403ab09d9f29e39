"""A model package that is not as it should be gives one sentence and its code, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from chatbot.core.errors import ModelError
from chatbot.engine.load import load_engine, load_model
from chatbot.engine.tokenizer import train_tokenizer
from tests.engine.tiny import VOCABULARY, sentences, tiny_network, write_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "tiny")


def with_manifest(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / "model.json").read_text())
        manifest["architecture"] |= changes
        (folder / "model.json").write_text(json.dumps(manifest))
    return change


def with_tensors(edit: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        tensors = dict(load_file(folder / "weights.safetensors"))
        edit(tensors)
        save_file(tensors, folder / "weights.safetensors")
    return change


def removed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def written(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(data) and None


def cut(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-100]) and None


def with_other_tokenizer(folder: Path) -> None:
    train_tokenizer(iter(sentences(300, seed=2)), folder / "tokenizer.model", vocabulary_size=VOCABULARY - 8)


@pytest.mark.parametrize(("damage", "code", "words"), [
    (removed("model.json"), "model_missing_file", "model.json"),
    (removed("weights.safetensors"), "model_missing_file", "weights.safetensors is missing"),
    (removed("tokenizer.model"), "model_missing_file", "tokenizer.model"),
    (written("model.json", b"{"), "model_altered", "model.json"),
    (written("model.json", b"\xff\xfe"), "model_altered", "model.json"),
    (written("model.json", b"[]"), "model_altered", "does not describe a model"),
    (written("weights.safetensors", b"short"), "model_altered", "weights.safetensors is damaged"),
    (cut("weights.safetensors"), "model_altered", "weights.safetensors is damaged"),
    (written("tokenizer.model", b"text"), "model_tokenizer", "tokenizer.model"),
    (with_other_tokenizer, "model_tokenizer", "392 tokens but its network 400"),
    (with_manifest(cell="quantum"), "model_cell", "'quantum'"),
    (with_manifest(heads=8), "model_newer", "'heads'"),
    (with_manifest(width="16"), "model_size", "width"),
    (with_manifest(blocks=3), "model_altered", "lacks tensor blocks.2"),
    (with_manifest(cell_width=25), "model_altered", "shape"),
    (with_tensors(lambda t: t.pop("bias")), "model_altered", "lacks tensor bias"),
    (with_tensors(lambda t: t.update(extra=torch.zeros(1))), "model_altered", "unknown tensor extra"),
    (with_tensors(lambda t: t["bias"].__setitem__(7, float("nan"))), "model_altered", "bias"),
    (with_tensors(lambda t: t["embedding.weight"].__setitem__((5, 5), float("inf"))), "model_altered", "embedding"),
    (with_tensors(lambda t: t.update(bias=t["bias"][:-1].clone())), "model_altered", "shape [399] instead of [400]"),
])
def test_a_faulty_package_is_one_sentence(package: Path, damage: Callable[[Path], None], code: str,
                                          words: str) -> None:
    damage(package)
    with pytest.raises(ModelError) as caught:
        load_engine(package)
    assert caught.value.code == code
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_loading_gives_the_weights_that_were_saved(package: Path) -> None:
    model, tokenizer, manifest = load_model(package)
    assert tokenizer.size == VOCABULARY and manifest["id"] == "tiny"
    expected = dict(tiny_network().named_parameters())
    for name, parameter in model.named_parameters():
        assert torch.equal(parameter, expected[name].half().float()), name
    assert not model.training


def test_the_summary_says_what_was_loaded(package: Path) -> None:
    summary = load_engine(package, kernel="float32").summary
    assert (summary.id, summary.name, summary.license, summary.kernel) == ("tiny", "Tiny", "CC0-1.0", "float32")
    assert summary.parameters == tiny_network().parameter_count
    assert 0 < summary.state_bytes < 10_000 and not summary.is_personal

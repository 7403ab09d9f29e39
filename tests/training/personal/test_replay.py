"""The sample of base text: drawn in the mixture's proportions, read back as written, refused when damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from chatbot.core.errors import ModelError
from chatbot.training.packing import PackedCorpus
from chatbot.training.personal.replay import export_replay, load_replay, run_sample


def corpus(long: int = 5000) -> PackedCorpus:
    """Source a: 400 documents of 10 tokens (all 1); b: 200 documents of 20 (all 2); c: one of ``long`` (all 3)."""
    tokens = {"a": np.full(4000, 1, np.uint16), "b": np.full(4000, 2, np.uint16), "c": np.full(long, 3, np.uint16)}
    starts = {"a": np.arange(0, 4001, 10), "b": np.arange(0, 4001, 20), "c": np.array([0, long])}
    return PackedCorpus(tokens, starts)


def test_the_sample_has_the_mixture_of_the_recipe(tmp_path: Path) -> None:
    path = tmp_path / "replay.safetensors"
    export_replay(corpus(), {"a": 3.0, "b": 1.0, "missing": 9.0}, path, tokens=1200, drift_tokens=400)
    replay = load_replay(path, 100)
    trained = np.concatenate([talk.ids for talk in replay.documents])
    drift = np.concatenate([talk.ids for talk in replay.drift])
    assert (trained == 1).sum() == 900 and (trained == 2).sum() == 300
    assert (drift == 1).sum() == 300 and (drift == 2).sum() == 100
    assert all(talk.weights.all() for talk in replay.documents)
    assert {len(talk.ids) for talk in replay.documents} == {10, 20}
    order = [int(talk.ids[0]) for talk in replay.documents]
    assert order != sorted(order)  # shuffled, or the streams would replay one source after the other


@pytest.mark.parametrize("long", [801, 802, 5000])
def test_of_a_book_a_part_is_taken(tmp_path: Path, long: int) -> None:
    path = tmp_path / "replay.safetensors"
    export_replay(corpus(long), {"a": 1.0, "c": 1.0}, path, tokens=1000, drift_tokens=100)
    assert max(len(talk.ids) for talk in (*load_replay(path, 100).documents, *load_replay(path, 100).drift)) <= 801


def test_of_a_run_all_packed_text_is_sampled(tmp_path: Path) -> None:
    corpus().save(tmp_path / "packed")
    PackedCorpus({"generated": np.full(4000, 4, np.uint16)}, {"generated": np.arange(0, 4001, 40)}).save(
        tmp_path / "generated-1-100")
    (tmp_path / "recipe.toml").write_text(
        'name = "x"\ntokens = 1000\n[[stage]]\nname = "base"\n[stage.passes]\na = 1\nb = 1\n'
        '[[stage]]\nname = "last"\nlast_tokens = 100\n[stage.passes]\na = 1\ngenerated = 1\n')
    (tmp_path / "replay.safetensors").write_bytes(run_sample(tmp_path)["replay.safetensors"])
    replay = load_replay(tmp_path / "replay.safetensors", 100)
    assert {int(talk.ids[0]) for talk in replay.documents} == {1, 4}


def test_a_run_without_its_text_gives_no_sample(tmp_path: Path) -> None:
    stage = '[[stage]]\nname = "base"\n[stage.passes]\na = 1\n'
    (tmp_path / "recipe.toml").write_text(f'name = "x"\ntokens = 1000\n{stage}')
    assert run_sample(tmp_path) == {}


def test_a_model_without_a_sample_has_none(tmp_path: Path) -> None:
    assert load_replay(tmp_path / "replay.safetensors", 100) is None


@pytest.mark.parametrize("damage", [
    lambda t: t.pop("tokens"),
    lambda t: t["tokens"].__setitem__(0, 100),
    lambda t: t["starts"].__setitem__(1, 0),
    lambda t: t.update(starts=t["starts"][:-1]),
    lambda t: t.update(drift_from=np.array([10**6])),
    lambda t: t.update(drift_from=np.array([], dtype=np.int64)),
])
def test_a_damaged_sample_is_one_sentence(tmp_path: Path, damage: Callable[[dict], object]) -> None:
    path = tmp_path / "replay.safetensors"
    export_replay(corpus(), {"a": 1.0}, path, tokens=300, drift_tokens=100)
    tensors = load_file(path)
    damage(tensors)
    save_file(tensors, path)
    with pytest.raises(ModelError) as caught:
        load_replay(path, 100)
    assert caught.value.code == "model_altered" and "\n" not in str(caught.value)

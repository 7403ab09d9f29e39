"""Sizes by cross-validation: folds are apart, finished trials are kept, the table is the mean of its folds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from chatbot import cli
from chatbot.training import tuning
from chatbot.training.corpus import read_training
from chatbot.training.packing import pack
from chatbot.training.recipe import load_recipe
from chatbot.training.tuning import Trial, read_trials, sized, split_fold, summary, tune
from tests.engine.tiny import tiny_tokenizer
from tests.training.small_corpus import write_recipe


def test_folds_are_apart_and_together_everything(corpus: Path) -> None:
    packed = pack(tiny_tokenizer(), read_training(corpus))
    everything = Counter(tuple(packed.document("talk", n)) for n in range(packed.document_count("talk")))
    kept_of_all: Counter[tuple[int, ...]] = Counter()
    for fold in range(3):
        rest, kept = split_fold(packed, fold, 3)
        kept_here = Counter(tuple(document) for document in kept["talk"])
        rest_here = Counter(tuple(rest.document("talk", n)) for n in range(rest.document_count("talk")))
        assert kept_here + rest_here == everything and len(kept["talk"]) == 30
        kept_of_all += kept_here
    assert kept_of_all == everything


def test_sizes_keep_their_proportions(tmp_path: Path) -> None:
    model = sized(load_recipe(write_recipe(tmp_path))[0], 32, 3).model
    assert (model.width, model.blocks, model.cell_width, model.mlp_width) == (32, 3, 40, 48)


@pytest.fixture
def recipe(tmp_path: Path) -> object:
    return load_recipe(write_recipe(tmp_path, tokens=1024))[0]


def test_every_size_is_tried_on_every_fold_and_an_interruption_loses_nothing(
        corpus: Path, tmp_path: Path, recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, int]] = []
    run_trial = tuning.run_trial

    def counting(chosen, *arguments: object, **named: int) -> Trial:
        if len(made) == 3:
            made.append((0, 0))
            raise KeyboardInterrupt
        made.append((chosen.model.width, named["fold"]))
        return run_trial(chosen, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(tuning, "run_trial", counting)
    with pytest.raises(KeyboardInterrupt):
        tune(recipe, corpus, tmp_path / "out", widths=(8, 16), blocks=(1,), folds=2)
    trials = tune(recipe, corpus, tmp_path / "out", widths=(8, 16), blocks=(1,), folds=2)
    assert made == [(8, 0), (8, 1), (16, 0), (0, 0), (16, 1)]
    assert trials == read_trials(tmp_path / "out" / "trials.jsonl")
    assert [len(trial.curve) for trial in trials] == [4, 4, 4, 4]
    assert all(trial.curve[-1][1] < trial.curve[0][1] for trial in trials), "they learn"
    assert (tmp_path / "out" / "sizes.png").read_bytes().startswith(b"\x89PNG")


def test_the_table_by_hand() -> None:
    trials = [Trial(8, 1, 0, 100, ((10, 5.0), (20, 4.0))), Trial(8, 1, 1, 100, ((10, 5.0), (20, 3.0))),
              Trial(16, 1, 0, 300, ((20, 3.25),))]
    assert summary(trials) == [
        {"width": 16, "blocks": 1, "parameters": 300, "nats_per_token": 3.25, "folds": 1, "deviation": None},
        {"width": 8, "blocks": 1, "parameters": 100, "nats_per_token": 3.5, "folds": 2, "deviation": 0.7071}]


def test_the_command_prints_a_table(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["tune", str(write_recipe(tmp_path)), "--corpus", str(corpus), "--out", str(tmp_path / "out"),
                 "--width", "8", "--blocks", "1", "--folds", "2", "--tokens", "512", "--threads", "1"]
    assert cli.main([*arguments, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[-1]["folds"] == 2 and [row["kind"] for row in rows if "kind" in row].count("trial") == 2
    assert cli.main([*arguments[:6], "--width", "wide"]) == 2
    assert "whole numbers" in capsys.readouterr().err

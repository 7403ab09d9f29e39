"""Whole refinements: from a run's folder to one that can be packaged."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

import pytest
import torch

from chatbot.cli import main
from chatbot.core.errors import TrainingError
from chatbot.core.sampling import Sampling
from chatbot.training.checkpoint import load_checkpoint
from chatbot.training.export import export_run
from chatbot.training.refining import run as module
from chatbot.training.refining.preference import Plan
from chatbot.training.refining.questions import Practice
from chatbot.training.refining.run import refine
from chatbot.training.run import train
from tests.training.small_corpus import write_recipe

PLAN = Plan(questions=12, candidates=2, replay_streams=2, pairs_a_step=4, learning_rate=1e-3)


def make_small(patch: pytest.MonkeyPatch) -> None:
    """Few and short questions, short replies: a network that has learned nothing does not end them."""
    patch.setattr(module, "TEST_QUESTIONS", 4)
    patch.setattr(module, "Sampling", partial(Sampling, max_tokens=8))
    patch.setattr(module, "Practice", partial(Practice, kinds={"opposite": 1, "calendar": 1}))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


@pytest.fixture(scope="module")
def finished(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 1,280 tokens."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("finished")
    train(write_recipe(folder, tokens=1280), corpus, folder / "out", threads=1)
    return folder / "out"


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def refined(finished: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict]]:
    records: list[dict] = []
    before = contents(finished)
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        out = refine(finished, corpus, tmp_path_factory.mktemp("refined") / "out", PLAN, records.append, threads=1)
    assert contents(finished) == before, "the run itself is left alone"
    return out, records


def test_the_refined_run_has_other_weights_and_all_else(finished: Path, refined: tuple[Path, list[dict]]) -> None:
    out, _ = refined
    first, second = export_run(finished), export_run(out)
    assert second.recipe_text == first.recipe_text and second.tokenizer == first.tokenizer
    assert second.tokens_seen == first.tokens_seen and second.weights != first.weights
    assert len(second.weights) == len(first.weights)


def test_what_was_done_is_written_down(refined: tuple[Path, list[dict]]) -> None:
    out, records = refined
    said = json.loads((out / "refinement.json").read_text())
    assert said["plan"]["questions"] == 12 and said["pairs"] > 0
    assert {"shown_right", "drawn_right"} == set(said["before"]) == set(said["after"])
    assert load_checkpoint(out).progress["refinement"]["pairs"] == said["pairs"]  # type: ignore[index, union-attr]
    assert [record["kind"] for record in records if record["kind"] in ("test", "end")] == ["test", "test", "end"]
    assert records[-2]["when"] == "after"


def test_facts_of_the_package_tell_of_the_refinement(refined: tuple[Path, list[dict]], finished: Path) -> None:
    assert export_run(refined[0]).facts["refined_pairs"] > 0  # type: ignore[operator]
    assert "refined_pairs" not in export_run(finished).facts


def test_an_interrupted_refinement_goes_on_with_its_pairs(finished: Path, corpus: Path, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(module._Refinement, "_tune", interrupted)
        with pytest.raises(KeyboardInterrupt):
            refine(finished, corpus, tmp_path / "out", PLAN, lambda _: None, threads=1)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["pairs.jsonl"]
    records: list[dict] = []
    refine(finished, corpus, tmp_path / "out", PLAN, records.append, threads=1)
    assert "practice" not in {record["kind"] for record in records}


def test_a_full_folder_is_refused_and_left_alone(finished: Path, corpus: Path) -> None:
    before = contents(finished)
    with pytest.raises(TrainingError, match="not empty"):
        refine(finished, corpus, finished, PLAN, lambda _: None)
    assert contents(finished) == before


def test_a_run_without_a_checkpoint_is_refused(tmp_path: Path, corpus: Path) -> None:
    with pytest.raises(TrainingError, match="no checkpoint"):
        refine(tmp_path, corpus, tmp_path / "out", PLAN, lambda _: None)


def test_a_model_that_is_always_right_has_nothing_to_learn(finished: Path, corpus: Path, tmp_path: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pairs", lambda *_: [])
    with pytest.raises(TrainingError, match="nothing to learn"):
        refine(finished, corpus, tmp_path / "out", PLAN, lambda _: None, threads=1)


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path, corpus: Path,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["refine", str(tmp_path / "empty"), "--corpus", str(corpus), "--out", str(tmp_path / "out")]) != 0
    said = capsys.readouterr().err.strip()
    assert "no checkpoint" in said and "\n" not in said and not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_command_refines(finished: Path, corpus: Path, tmp_path: Path, options: list[str],
                             capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["refine", str(finished), "--corpus", str(corpus), "--out", str(tmp_path / "out"), "--questions", "30",
                 "--learning-rate", "0.001", "--seed", "3", "--threads", "1", *options])
    said = capsys.readouterr()
    assert code == 0, said.err
    plan = json.loads((tmp_path / "out" / "refinement.json").read_text())["plan"]
    assert (plan["questions"], plan["learning_rate"], plan["seed"]) == (30, 0.001, 3)
    assert "chatbot package" in said.err
    kinds = [json.loads(line)["kind"] for line in said.out.splitlines()]
    assert set(kinds) == ({"test", "practice", "tune", "end"} if options else set())

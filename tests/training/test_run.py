"""Whole runs: folders, resuming to the bit, dying at any moment, two processes, the picture at the end."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from chatbot.core.errors import TrainingError
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training import run as module
from chatbot.training.loss_curve import draw_loss_curve, read_metrics
from chatbot.training.recipe import load_recipe
from chatbot.training.run import _mean_step, network_of, train, train_recipe
from chatbot.training.trainer import StepReport
from tests.training.small_corpus import write_recipe

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _signal_as_before() -> object:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def losses_in(folder: Path) -> dict[int, float]:
    return dict(read_metrics(folder / "metrics.jsonl")[0])


@pytest.fixture(scope="module")
def finished(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 2,560 tokens that nothing interrupted."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("finished")
    train(write_recipe(folder), corpus, folder / "out", threads=1)
    return folder / "out"


def same_weights(a: Path, b: Path) -> bool:
    first, second = (load_file(folder / "weights.safetensors") for folder in (a, b))
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_a_run_leaves_everything_that_is_promised(finished: Path) -> None:
    names = {path.name for path in finished.iterdir()}
    assert {"checkpoint", "loss.png", "metrics.jsonl", "packed", "recipe.toml", "tokenizer.model",
            "weights.safetensors"} <= names
    assert Tokenizer.load(finished / "tokenizer.model").size == 400
    with safe_open(finished / "weights.safetensors", "pt") as file:
        metadata = file.metadata()
    assert json.loads(metadata["architecture"])["cell"] == "minlstm" and len(metadata["recipe_hash"]) == 16


def test_a_comparison_may_train_another_network(corpus: Path, finished: Path, tmp_path: Path) -> None:
    recipe, text = load_recipe(write_recipe(tmp_path))

    def without_a_block(recipe: module.Recipe) -> module.LanguageModel:
        model = network_of(recipe)
        model.blocks[0].mlp = torch.nn.Identity()
        return model

    weights = load_file(train_recipe(recipe, text, corpus, tmp_path / "out", threads=1, make_network=without_a_block))
    missing = set(load_file(finished / "weights.safetensors")) - set(weights)
    assert missing and all(".mlp." in name for name in missing)


def test_metrics_fall_and_are_complete(finished: Path) -> None:
    steps, held_out = read_metrics(finished / "metrics.jsonl")
    assert [tokens for tokens, _ in steps] == [2560] and steps[0][1] < 6.0
    assert set(held_out) == {"chat", "story", "wren", "overall"}
    tokens = [point[0] for point in held_out["overall"]]
    assert tokens == [1024, 2048, 2560], "every 1,000 tokens, and at the end"
    assert held_out["overall"][-1][1] < held_out["overall"][0][1]


def test_the_picture_is_a_picture(finished: Path, tmp_path: Path) -> None:
    assert (finished / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert draw_loss_curve(finished / "metrics.jsonl", tmp_path / "again.png")
    assert (tmp_path / "again.png").stat().st_size > 10_000
    (tmp_path / "empty.jsonl").write_text("")
    assert not draw_loss_curve(tmp_path / "empty.jsonl", tmp_path / "none.png")
    assert not draw_loss_curve(tmp_path / "missing.jsonl", tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()


def test_a_way_gone_twice_is_drawn_once(tmp_path: Path) -> None:
    lines = [{"kind": "step", "tokens_seen": seen, "loss": loss} for seen, loss in
             ((100, 5.0), (200, 4.0), (300, 3.5), (200, 4.1), (300, 3.4))]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert read_metrics(tmp_path / "metrics.jsonl")[0] == [(100, 5.0), (200, 4.1), (300, 3.4)]


def test_skipped_steps_are_neither_averaged_nor_drawn(tmp_path: Path) -> None:
    steps = [StepReport(number, 100 * number, loss, 1e-3, norm, 0.1)
             for number, (loss, norm) in enumerate(((5.0, 1.0), (math.nan, math.nan), (4.0, 3.0)), 1)]
    assert (_mean_step(steps)["loss"], _mean_step(steps)["gradient_norm"]) == (4.5, 2.0)
    lines = [{"kind": "step", **_mean_step([step])} for step in steps]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert draw_loss_curve(tmp_path / "metrics.jsonl", tmp_path / "loss.png")
    assert read_metrics(tmp_path / "metrics.jsonl")[0] == [(100, 5.0), (300, 4.0)]


@pytest.mark.parametrize("cell", ["minlstm", "lstm"])
def test_an_interrupted_run_ends_with_exactly_the_same_weights(corpus: Path, tmp_path: Path, cell: str,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = write_recipe(tmp_path, cell=cell)
    train(recipe, corpus, tmp_path / "whole", threads=1)
    monkeypatch.setattr(module, "CHECKPOINT_EVERY_SECONDS", 0.0)
    kept: list[int] = []

    def interrupting(record: dict[str, object]) -> None:
        if record["kind"] == "checkpoint":
            kept.append(int(record["tokens_seen"]))  # type: ignore[call-overload]
            if len(kept) in (3, 11):
                raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train(recipe, corpus, tmp_path / "parts", resume=True, report=interrupting, threads=1)
    train(recipe, corpus, tmp_path / "parts", resume=True, threads=1)
    assert kept[2] == 3 * 128 and kept[3] == 4 * 128, "it went on where it had stopped"
    assert same_weights(tmp_path / "whole", tmp_path / "parts")


def test_resuming_a_finished_run_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, tokens=512)
    first = load_file(train(recipe, corpus, tmp_path / "out", threads=1))
    again = load_file(train(recipe, corpus, tmp_path / "out", resume=True, threads=1))
    assert all(torch.equal(first[name], again[name]) for name in first)


def test_a_longer_run_goes_on_from_a_shorter_one(corpus: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, tokens=512)
    train(recipe, corpus, tmp_path / "short", threads=1)
    reports: list[dict[str, object]] = []
    train(recipe, corpus, tmp_path / "long", start_from=tmp_path / "short", tokens=1024, report=reports.append,
          threads=1)
    assert [r["tokens_seen"] for r in reports if r["kind"] == "checkpoint"] == [1024]
    assert next(r["step"] for r in reports if r["kind"] == "step") == 8
    with pytest.raises(TrainingError, match="no checkpoint"):
        train(recipe, corpus, tmp_path / "other", start_from=tmp_path / "nowhere", threads=1)


def test_time_that_is_up_leaves_a_checkpoint(corpus: Path, tmp_path: Path) -> None:
    train(write_recipe(tmp_path, tokens=10_000_000), corpus, tmp_path / "out", minutes=1e-6, threads=1)
    progress = json.loads((tmp_path / "out" / "checkpoint" / "progress.json").read_text())
    assert 0 < progress["tokens_seen"] < 10_000
    assert losses_in(tmp_path / "out").keys() == {progress["tokens_seen"]}, "the last steps are logged"


def test_a_folder_with_a_run_is_not_overwritten(corpus: Path, finished: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--resume"):
        train(write_recipe(tmp_path), corpus, finished, threads=1)


@pytest.mark.parametrize(("changes", "words"), [
    ({"cell": "gru"}, "other sizes"), ({"copy_window": 8}, "other sizes"),
])
def test_resuming_with_another_recipe_is_told(corpus: Path, finished: Path, tmp_path: Path, changes: dict[str, object],
                                              words: str) -> None:
    import shutil
    shutil.copytree(finished, tmp_path / "out")
    with pytest.raises(TrainingError, match=words):
        train(write_recipe(tmp_path, **changes), corpus, tmp_path / "out", resume=True, threads=1)


def test_a_source_of_a_late_stage_that_is_missing_is_told_at_once(corpus: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    recipe.write_text(recipe.read_text().replace("wren = 1", "poems = 1"))
    reports: list[dict[str, object]] = []
    with pytest.raises(TrainingError, match="'poems'.*talk"):
        train(recipe, corpus, tmp_path / "out", report=reports.append, threads=1)
    assert not [r for r in reports if r["kind"] == "step"]


def test_a_tokenizer_of_another_size_is_told(corpus: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, tokens=256)
    train(recipe, corpus, tmp_path / "out", threads=1)
    recipe.write_text(recipe.read_text().replace("vocabulary_size = 400", "vocabulary_size = 408"))
    with pytest.raises(TrainingError, match="400 tokens, the recipe wants 408"):
        train(recipe, corpus, tmp_path / "out", resume=True, threads=1)


# ---- other processes ------------------------------------------------------------------------------------------------

def command(recipe: Path, corpus: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "chatbot", "train", str(recipe), "--corpus", str(corpus), "--out", str(out),
            "--threads", "1", "--json", *more]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **more}


EAGER = """import sys
from chatbot.training import run
run.CHECKPOINT_EVERY_SECONDS = 0.0
from chatbot.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_killed_run_goes_on_to_exactly_the_same_weights(corpus: Path, finished: Path, tmp_path: Path) -> None:
    """kill -9 while it steps and writes checkpoints all the time; then --resume."""
    recipe, out = write_recipe(tmp_path), tmp_path / "out"
    arguments = command(recipe, corpus, out)[3:]
    process = subprocess.Popen([sys.executable, "-c", EAGER, *arguments], env=environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["kind"] == "checkpoint" and json.loads(line)["tokens_seen"] >= 896:
            time.sleep(0.005)  # into a step, or into the next checkpoint
            process.kill()
            break
    process.stdout.close()
    assert process.wait(60) == -signal.SIGKILL
    assert not (out / "weights.safetensors").exists()
    train(recipe, corpus, out, resume=True, threads=1)
    assert same_weights(out, finished)


def test_told_to_end_a_run_leaves_a_last_checkpoint(corpus: Path, tmp_path: Path) -> None:
    recipe, out = write_recipe(tmp_path, tokens=50_000_000), tmp_path / "out"
    process = subprocess.Popen(command(recipe, corpus, out), env=environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = iter(process.stdout)
    assert any(json.loads(line)["kind"] == "start" for line in lines)
    process.send_signal(signal.SIGTERM)
    rest = [json.loads(line) for line in lines]
    assert process.wait(60) == 0
    process.stdout.close()
    saved = [record["tokens_seen"] for record in rest if record["kind"] == "checkpoint"]
    progress = json.loads((out / "checkpoint" / "progress.json").read_text())
    assert saved == [progress["tokens_seen"]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


TWICE = """import os, sys
from pathlib import Path
from chatbot.training.run import train
recipe, corpus, out = map(Path, sys.argv[1:4])
train(recipe, corpus, out, minutes=1e-6, threads=1)
os.environ["MASTER_PORT"] = sys.argv[4]
train(recipe, corpus, out, resume=True, threads=1)
"""


def two_processes(recipe: Path, corpus: Path, out: Path) -> None:
    """What torchrun does: the same program twice, told by the environment who is who. Interrupted after one step."""
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "LOCAL_RANK": "0"}
    arguments = [sys.executable, "-c", TWICE, str(recipe), str(corpus), str(out), str(free_port())]
    processes = [subprocess.Popen(arguments, env=environment(RANK=str(rank), **shared), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True) for rank in range(2)]
    try:
        errors = [process.communicate(timeout=300)[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0, 0], errors


@pytest.mark.network_local
def test_two_processes_learn_what_one_learns(corpus: Path, tmp_path: Path) -> None:
    """Half of the streams each, gradients averaged: the same steps but for the order of sums. No dropout, whose
    random numbers cannot be the same. All but the first step is a resumed run."""
    recipe = write_recipe(tmp_path, tokens=1280)
    recipe.write_text(recipe.read_text().replace("dropout = 0.1", "dropout = 0.0"))
    reports: list[dict[str, object]] = []
    train(recipe, corpus, tmp_path / "one", report=reports.append, threads=1)
    two_processes(recipe, corpus, tmp_path / "two")
    one, two = (load_file(tmp_path / name / "weights.safetensors") for name in ("one", "two"))
    for name in one:
        assert torch.allclose(one[name], two[name], atol=2e-3), name
    held_out = [read_metrics(tmp_path / name / "metrics.jsonl")[1]["overall"][-1] for name in ("one", "two")]
    assert held_out[0] == pytest.approx(held_out[1], abs=2e-3)


def test_streams_that_cannot_be_shared_are_told(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(TrainingError, match="8 streams cannot be shared evenly by 3"):
        train(write_recipe(tmp_path), corpus, tmp_path / "out")

"""``chatbot personalize``: from an export to an installed model that chats, and every way in which it says no."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from chatbot import paths
from chatbot.catalog.install import ModelsFolder
from chatbot.commands.personalize_output import result_lines, sentence
from chatbot.core.personal import (Example, Memorisation, OwnTextScore, PersonalMode, PersonalResult, Verdict,
                                   VerdictCode)
from chatbot.worker import installed_engine
from chatbot.worker.personal_job import job_folder, unfinished_jobs, unfinished_trainings
from tests.commands.conftest import Outcome
from tests.training.personal.small import log_sessions, write_export

Run = Callable[..., Outcome]


@pytest.fixture
def log_file(small_training: None, tmp_path: Path) -> Path:
    """An export beside an installed tiny base model."""
    return write_export(tmp_path / "WhatsApp Chat with Robin.txt", log_sessions())


def test_json_lines_end_with_the_result_and_the_model_is_installed(log_file: Path, run_command: Run) -> None:
    done = run_command("personalize", str(log_file), "--speaker", "kim", "--name", "kim-1", "--json")
    assert done.exit_code == 0, done.err
    records = [json.loads(line) for line in done.out.splitlines()]
    assert [record["kind"] for record in records[:-1]] == ["progress"] * (len(records) - 1)
    assert [r["phase"] for r in records[:-1]] == sorted(
        (r["phase"] for r in records[:-1]),
        key=["reading", "measuring", "training", "choosing", "checking", "writing"].index)
    result = records[-1]
    assert result["kind"] == "result" and result["verdict"]["code"] == "helped" and result["model_id"] == "kim-1"
    assert result["own_messages"] == 200 and result["after"]["perplexity"] < result["before"]["perplexity"]
    shown = json.loads(run_command("models", "show", "kim-1", "--json").out)
    assert shown["is_personal"] and shown["parent"] == "small"
    assert run_command("models", "verify", "kim-1").exit_code == 0
    engine = installed_engine.load_installed_engine("kim-1", threads=1)
    assert engine.summary.name == "kim" and engine.summary.is_personal
    assert unfinished_jobs() == [] and not job_folder("kim-1").exists()


def test_the_words_for_a_person(log_file: Path, run_command: Run) -> None:
    done = run_command("personalize", str(log_file), "--speaker", "Kim", "--name", "kim", "--mode", "instant")
    assert done.exit_code == 0, done.err
    assert done.out.startswith("It helped: held-out messages are foreseen with ")
    assert "chatbot chat --model kim" in done.out and "personal: " in done.out and "Learning" in done.err


def test_the_guessing_game_follows_the_result(log_file: Path, run_command: Run,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("9\n" + "1\n" * 20))
    done = run_command("personalize", str(log_file), "--speaker", "Kim", "--name", "kim", "--mode", "instant",
                       "--guess")
    assert done.exit_code == 0, done.err
    assert re.search(r"You found \d+ of \d+ real answers", done.out.split("chatbot chat --model kim")[1])


def test_a_game_for_programs_is_refused_before_any_work(log_file: Path, run_command: Run) -> None:
    done = run_command("personalize", str(log_file), "--speaker", "Kim", "--name", "kim", "--guess", "--json")
    assert done.exit_code == 2 and "--guess asks questions" in done.err and done.out == ""
    done = run_command("personalize", str(log_file), "--speaker", "Kim", "--name", "kim", "--guess", "--mode", "me")
    assert done.exit_code == 2 and "no model does" in done.err and done.out == ""


@pytest.mark.parametrize(("arguments", "words"), [
    (("--speaker", "Zoe", "--name", "x"), "Nobody called 'Zoe' writes in this log; it has Kim, Robin."),
    (("--speaker", "Kim", "--name", "../x"), "'../x' cannot be the id of a model"),
    (("--speaker", "Kim", "--name", "small"), "There is a model called small already"),
    (("--speaker", "Kim", "--name", "x", "--model", "nope"), "There is no model called 'nope'"),
])
def test_a_wrong_wish_is_one_sentence(log_file: Path, run_command: Run, arguments: tuple[str, ...],
                                      words: str) -> None:
    done = run_command("personalize", str(log_file), *arguments)
    assert done.exit_code == 1 and words in done.err and "Traceback" not in done.err
    assert done.out == "" and not (paths.models_folder() / "x").exists()


def test_a_file_that_is_no_log_is_one_sentence(log_file: Path, tmp_path: Path, run_command: Run) -> None:
    (tmp_path / "empty.txt").write_text("")
    done = run_command("personalize", str(tmp_path / "empty.txt"), "--speaker", "Kim", "--name", "x")
    assert done.exit_code == 1 and "empty.txt is empty" in done.err


def test_two_programs_do_not_make_the_same_model(log_file: Path, run_command: Run) -> None:
    models = ModelsFolder(paths.models_folder())
    models.prepare()
    with models.claim("kim"):
        done = run_command("personalize", str(log_file), "--speaker", "Kim", "--name", "kim", "--mode", "instant")
    assert done.exit_code == 1 and "kim is being made by another window or program" in done.err
    assert run_command("personalize", str(log_file), "--speaker", "Kim", "--name", "kim", "--mode",
                       "instant").exit_code == 0


def test_too_little_data_keeps_the_base_and_is_no_failure(log_file: Path, tmp_path: Path, run_command: Run) -> None:
    few = write_export(tmp_path / "few.txt", log_sessions(count=5))
    done = run_command("personalize", str(few), "--speaker", "Kim", "--name", "kim")
    assert done.exit_code == 0 and done.out.startswith("There is too little to learn from: 15 turns")
    assert not (paths.models_folder() / "kim").exists() and unfinished_jobs() == []


# ---- what the result says

RESULT = PersonalResult(
    PersonalMode.PERSON,
    Verdict(VerdictCode.HELPED, MappingProxyType({"change_percent": -21.5, "low": -25.0, "high": -18.0})),
    1000, 400, 40, OwnTextScore(100.0, 2.0), OwnTextScore(78.5, 1.8), -21.5, -25.0, -18.0, 1.2,
    Memorisation(500, 9, 5, "that old bridge"), (Example(("hi",), "hey\nyou", "Hello.", "hey"),))


@pytest.mark.parametrize(("code", "values", "words"), [
    (VerdictCode.HELPED, {"change_percent": -21.5, "low": -25.0, "high": -18.0}, "21.5 % less perplexity (95 % "
     "interval 18.0 to 25.0 %)"),
    (VerdictCode.NO_GAIN, {"change_percent": 0.3}, "changed by +0.3 %. The base model is kept."),
    (VerdictCode.NOT_PROVEN, {"change_percent": -2.0, "low": -5.0, "high": 1.0}, "may be chance"),
    (VerdictCode.DRIFTED, {"drift_percent": 4.2}, "+4.2 %"),
    (VerdictCode.MEMORISED, {"words": 12, "limit": 8}, "a run of 12 words"),
    (VerdictCode.TOO_LITTLE_DATA, {"own_messages": 7, "needed": 50}, "7 turns"),
])
def test_every_verdict_has_its_sentence(code: VerdictCode, values: dict, words: str) -> None:
    assert words in sentence(Verdict(code, values))


def test_the_result_as_text() -> None:
    text = "\n".join(result_lines(RESULT))
    for words in ("perplexity per word 100.0 -> 78.5", "bits per character 2.000 -> 1.800", "base text: +1.2 %",
                  "in 500 replies: 5 words", "> hi", "really:   hey / you", "personal: hey"):
        assert words in text


# ---- the process itself

def test_a_killed_training_goes_on(log_file: Path, tmp_path: Path) -> None:
    """Stop by closing the input, as a window that goes away does; the same command then goes on and ends."""
    command = [sys.executable, "-c", PATIENT, "personalize", str(log_file), "--speaker", "Kim", "--name", "kim",
               "--json", "--listen", "--model", "small", "--threads", "1"]
    root = Path(__file__).parent.parent.parent
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)})
    steps = []
    for line in process.stdout:
        steps.append(json.loads(line).get("step"))
        if steps[-1] and steps[-1] >= 10:
            process.stdin.close()
            break
    rest = process.stdout.read()
    assert process.wait(60) == 130, process.stderr.read()
    assert '"result"' not in rest and unfinished_jobs() == ["kim"]
    (kept,) = unfinished_trainings()
    assert kept.can_go_on and kept.job.files == (log_file,) and kept.job.speakers == ("Kim",)
    process.stdout.close(), process.stderr.close()
    done = subprocess.run([*command[:-5], "--model", "small"], capture_output=True, text=True, cwd=root, timeout=120,
                          env=os.environ | {"PYTHONPATH": str(root)})
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert min(r["step"] for r in records if r.get("step")) > 10
    assert records[-1]["kind"] == "result" and unfinished_jobs() == []


PATIENT = """
import sys
from dataclasses import replace
from chatbot import cli
from chatbot.training.personal import plan, run, tuned
plan.LONGEST_COPIED_RUN = 30
run.SAMPLED_REPLIES = 16
make_plan = run.make_plan
run.make_plan = lambda *values, **names: replace(make_plan(*values, **names), steps=60, window=32)
tuned._REPORT_EVERY_SECONDS = 0.0
sys.exit(cli.main(sys.argv[1:]))
"""

"""The handle of a training: a real process behind it, played by a small script, and once the real thing."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from chatbot import paths
from chatbot.core.personal import (PersonalJob, PersonalMode, PersonalResult, TrainPhase, TrainProgress,
                                   UnfinishedTraining, Verdict, VerdictCode)
from chatbot.worker.personal_handle import PersonalHandle
from chatbot.worker.personal_job import free_id_for, id_for, job_folder

JOB = PersonalJob((Path("a file.txt"),), ("Kim", "kim 2"), "kim", "Kim's voice", "me", "small", 3.0, 5, "dmy",
                  ("Robin",), ("link",))
RESULT = PersonalResult(PersonalMode.ME, Verdict(VerdictCode.NO_GAIN, {"change_percent": 0.5}), 10, 5, 2)
LINES = [json.dumps({"kind": "progress", **TrainProgress(TrainPhase.TRAINING, 3, 9, 2.5).to_dict()}),
         json.dumps({"kind": "result", "model_id": None, "sentence": "", **RESULT.to_dict()})]


def handle(script: str, tmp_path: Path) -> PersonalHandle:
    """A handle whose process runs ``script``, which finds the job's arguments in ``sys.argv[1:]``."""
    file = tmp_path / "program.py"
    file.write_text(f"import sys, time\nLINES = {LINES!r}\n" + script)
    return PersonalHandle(program=(sys.executable, "-S", str(file)))


def test_progress_and_result_arrive(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle("for line in LINES: print(line, flush=True)\n", tmp_path)
    seen: list[TrainProgress] = []
    made.progressed.connect(seen.append)
    with qtbot.waitSignal(made.finished, timeout=20_000) as ended:
        made.start(JOB)
        assert made.is_running
    assert seen == [TrainProgress(TrainPhase.TRAINING, 3, 9, 2.5)]
    assert ended.args == [RESULT] and not made.is_running and made.job is JOB


def test_the_process_is_told_the_whole_job(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle(f"open({str(tmp_path / 'said')!r}, 'w').write(repr(sys.argv[1:]))\n"
                  "for line in LINES: print(line)\n", tmp_path)
    with qtbot.waitSignal(made.finished, timeout=20_000):
        made.start(JOB, is_fresh=True)
    said = (tmp_path / "said").read_text()
    for words in ("'a file.txt'", "'--speaker=Kim'", "'--speaker=kim 2'", "\"Kim's voice\"", "'--mode', 'me'",
                  "'--date-order=dmy'", "'--name-to-mask=Robin'", "'--keep=link'", "'--fresh'", "'--listen'"):
        assert words in said


def test_the_arguments_are_those_of_the_command() -> None:
    """The command's own parser takes them."""
    from chatbot.commands.personalize import command
    context = command.make_context("personalize", JOB.arguments()[1:])
    assert context.params["files"] == JOB.files and context.params["speakers"] == JOB.speakers
    assert context.params["model_id"] == "kim" and context.params["base_id"] == "small"
    assert (context.params["minutes"], context.params["seed"]) == (3.0, 5)
    assert context.params["kept_kinds"] == ("link",) and context.params["names"] == ("Robin",)


LISTENER = """
print(LINES[0], flush=True)
heard = []
for word in sys.stdin:
    heard.append(word.strip())
    print(LINES[0], flush=True)
    if word.strip() == "stop":
        break
open(PLACE, "w").write(",".join(heard))
sys.exit(130)
"""


def test_pause_resume_and_stop_are_heard(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle(f"PLACE = {str(tmp_path / 'heard')!r}\n" + LISTENER, tmp_path)
    made.start(JOB)
    for word in (made.pause, made.resume):
        with qtbot.waitSignal(made.progressed, timeout=20_000):
            word()
    with qtbot.waitSignal(made.stopped, timeout=20_000):
        made.stop()
    assert (tmp_path / "heard").read_text() == "pause,resume,stop" and not made.is_running


def test_shutting_down_closes_its_ears_and_waits(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle(f"PLACE = {str(tmp_path / 'heard')!r}\n" + LISTENER, tmp_path)
    with qtbot.waitSignal(made.progressed, timeout=20_000):
        made.start(JOB)
    assert made.shutdown(20_000) and (tmp_path / "heard").read_text() == ""
    assert made.shutdown(1)


def test_its_last_sentence_is_the_problem(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle("sys.stderr.write('Reading …\\nchatbot: Nobody called Zoe writes in this log.\\n')\nsys.exit(1)\n",
                  tmp_path)
    with qtbot.waitSignal(made.failed, timeout=20_000) as failed:
        made.start(JOB)
    assert failed.args[0].sentence == "Nobody called Zoe writes in this log." and not failed.args[0].is_bug


def test_a_killed_process_is_one_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", tmp_path)
    with qtbot.waitSignal(made.failed, timeout=20_000) as failed:
        made.start(JOB)
    assert failed.args[0].code == "training_killed" and not made.is_running


def test_a_bug_over_there_is_logged_here(qtbot: QtBot, tmp_path: Path, expected_log: object) -> None:
    expected_log.expect("exit code 70: chatbot: Something went wrong")
    expected_log.expect("said something strange")
    made = handle("print('{')\nsys.stderr.write('chatbot: Something went wrong')\nsys.exit(70)\n", tmp_path)
    with qtbot.waitSignal(made.failed, timeout=20_000) as failed:
        made.start(JOB)
    assert failed.args[0].is_bug


def test_a_program_that_is_not_there(qtbot: QtBot, tmp_path: Path) -> None:
    made = PersonalHandle(program=(str(tmp_path / "nothing"),))
    with qtbot.waitSignal(made.failed, timeout=20_000) as failed:
        made.start(JOB)
    assert failed.args[0].code == "training_start" and not made.is_running


def keep(model_id: str, content: str | None) -> None:
    """An unfinished training as a stopped process leaves it."""
    (job_folder(model_id) / "checkpoint").mkdir(parents=True)
    if content is not None:
        (job_folder(model_id) / "job.json").write_text(content, encoding="utf-8")


def test_unfinished_trainings_are_known_with_their_jobs(qtbot: QtBot, tmp_path: Path) -> None:
    made = PersonalHandle()
    assert made.unfinished() == []
    keep("kim", json.dumps({**JOB.to_dict(), "from_a_newer_program": 1}))
    for number, content in enumerate((None, "", "[1]", "{}", '{"files": 3}', '{"files": ["a"], "speakers": []}')):
        keep(f"unknown-{number}", content)
    first, *others = made.unfinished()
    assert first == UnfinishedTraining("kim", JOB) and first.title == "Kim's voice" and not first.can_go_on
    assert [other.job for other in others] == 6 * [None] and not any(other.can_go_on for other in others)
    made.give_up("kim")
    assert "kim" not in {training.model_id for training in made.unfinished()} and not job_folder("kim").exists()


def test_the_training_that_runs_is_not_unfinished(qtbot: QtBot, tmp_path: Path) -> None:
    made = handle(f"PLACE = {str(tmp_path / 'heard')!r}\n" + LISTENER, tmp_path)
    keep("kim", json.dumps(JOB.to_dict()))
    with qtbot.waitSignal(made.progressed, timeout=20_000):
        made.start(JOB)
    assert made.unfinished() == []
    assert made.shutdown(20_000) and [training.model_id for training in made.unfinished()] == ["kim"]


def test_the_same_work_is_known_whatever_its_name_and_time() -> None:
    assert JOB.is_same_work(replace(JOB, model_id="x", title="X", minutes=1.0))
    assert PersonalJob.from_dict(json.loads(json.dumps(JOB.to_dict()))) == JOB
    for change in ({"files": (Path("b"),)}, {"speakers": ("Kim",)}, {"seed": 6}, {"mode": "person"}, {"names": ()},
                   {"kept_kinds": ()}, {"base_id": ""}, {"date_order": None}):
        assert not JOB.is_same_work(replace(JOB, **change))


def test_an_id_is_neither_an_installed_model_nor_an_unfinished_training(monkeypatch: pytest.MonkeyPatch,
                                                                        tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "none")
    assert free_id_for("Kim") == "kim"
    (paths.models_folder() / "kim").mkdir(parents=True)
    (paths.models_folder() / "kim" / "model.json").write_text("broken")
    keep("kim-2", None)
    assert free_id_for("Kim") == "kim-3"


@pytest.mark.parametrize(("title", "taken", "expected"), [
    ("Anna", (), "anna"), ("Anna  Müller!", (), "anna-muller"), ("Anna", ("anna", "anna-2"), "anna-3"),
    ("小明", (), "personal"), ("x" * 90, (), "x" * 40), ("-_-", (), "personal")])
def test_an_id_is_made_of_any_name(title: str, taken: tuple[str, ...], expected: str) -> None:
    assert id_for(title, frozenset(taken)) == expected

"""A whole run on a tiny model: verdicts, packages that load, stop and exact resume, pause."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load

from chatbot.catalog.package import write_package
from chatbot.chatlogs.sessions import Part
from chatbot.core.errors import TrainingError
from chatbot.core.messages import Role
from chatbot.core.personal import PersonalMode, PersonalResult, TrainPhase, TrainProgress, VerdictCode
from chatbot.core.replies import Turn
from chatbot.core.sampling import Sampling
from chatbot.engine.load import load_engine
from chatbot.engine.ranking import words
from chatbot.training.personal import plan as limits
from chatbot.training.personal.base import load_base
from chatbot.training.personal.control import Control, PersonalStopped
from chatbot.training.personal.plan import make_plan
from chatbot.training.personal.prompts import texts_of
from chatbot.training.personal.run import Outcome, Personalisation, Request
from chatbot.training.personal.talks import PersonalTalks
from tests.engine.tiny import tiny_tokenizer
from tests.training.personal.small import small_talks, write_small_base


@pytest.fixture
def base_folder(tmp_path: Path) -> Path:
    return write_small_base(tmp_path / "models" / "small").folder


@pytest.fixture(autouse=True)
def generous(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of random weights learns everything at once, so its text recites and its base text improves."""
    monkeypatch.setattr(limits, "LONGEST_COPIED_RUN", 30)
    monkeypatch.setattr("chatbot.training.personal.run.probe_precision", lambda: torch.float32)
    monkeypatch.setattr("chatbot.training.personal.run.make_plan",
                        lambda *values, **names: replace(make_plan(*values, **names), steps=32, window=32))


def request(mode: PersonalMode = PersonalMode.PERSON, folder: Path | None = None) -> Request:
    return Request(mode, "kim", "Kim", minutes=5, job_folder=folder, sampled_replies=16)


def run(base_folder: Path, talks: PersonalTalks, wish: Request, reports: list[TrainProgress] | None = None,
        control: Control | None = None) -> Outcome:
    report = reports.append if reports is not None else lambda progress: None
    return Personalisation(load_base(base_folder), talks, wish, report, control).run()


@pytest.mark.parametrize("mode", list(PersonalMode))
def test_a_run_helps_and_its_package_chats(base_folder: Path, mode: PersonalMode) -> None:
    reports: list[TrainProgress] = []
    outcome = run(base_folder, small_talks(mode), request(mode), reports)
    result = outcome.result
    assert result.verdict.code is VerdictCode.HELPED, result.verdict
    assert result.before.perplexity > result.after.perplexity
    assert result.change_low_percent <= result.change_percent <= result.change_high_percent < 0
    assert len(result.examples) == 3 and all(example.real and example.before for example in result.examples)
    blind = result.blind_examples
    assert (not blind if mode is PersonalMode.ME else 3 <= len(blind) <= 10), "nobody imitates those who answered me"
    assert all(example.real and example.base is not None for example in blind)
    assert not {(e.before, e.real) for e in blind} & {(e.before, e.real) for e in result.examples}
    assert len({(e.before, e.real) for e in blind}) == len(blind)
    assert result.memorisation.replies == 16
    assert PersonalResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result
    phases = [p.phase for p in reports]
    assert phases[0] is TrainPhase.MEASURING and phases[-1] is TrainPhase.CHECKING
    package = write_package(base_folder.parent / "kim", outcome.package.fields, outcome.package.files)
    engine = load_engine(package.folder, kernel="float32", find_parent=base_folder.parent.joinpath)
    assert engine.summary.is_personal and engine.summary.id == "kim"
    assert engine.summary.is_imitation == (mode != "me")
    assert engine.drafts([Turn(Role.USER, "do you like the sea?")], Sampling(candidates=2), 1)
    assert package.manifest.parent == "small" and package.manifest.training["mode"] == mode
    assert package.manifest.quality["own.perplexity.after"] == result.after.perplexity


def test_the_package_holds_numbers_and_never_the_text(base_folder: Path) -> None:
    content = run(base_folder, small_talks(), request()).package
    said = json.dumps(content.fields) + content.files["README.md"].decode()
    assert content.fields["training"]["log.own_messages"] == 200
    assert "sea" not in said and "Robin" not in said


def test_the_shipped_adapter_is_what_was_measured(base_folder: Path) -> None:
    """Scoring the installed package gives the number that the result page shows."""
    from chatbot.engine.load import load_model
    from chatbot.training.held_out import ForwardScorer
    from chatbot.training.personal.measuring import own_turns
    talks = small_talks()
    outcome = run(base_folder, talks, request())
    package = write_package(base_folder.parent / "kim", outcome.package.fields, outcome.package.files)
    model, tokenizer, _ = load_model(package.folder, base_folder.parent.joinpath)
    score = own_turns(ForwardScorer(model, tokenizer), tokenizer, talks.parts[Part.TEST]).score
    assert score.perplexity == pytest.approx(outcome.result.after.perplexity, rel=2e-3)


def test_progress_tells_losses_time_and_samples(base_folder: Path) -> None:
    reports: list[TrainProgress] = []
    run(base_folder, small_talks(), request(), reports)
    evaluated = [p for p in reports if p.held_out_loss is not None]
    assert len(evaluated) >= 4
    assert evaluated[-1].held_out_loss < evaluated[0].base_held_out_loss
    assert all(p.loss is not None and p.seconds_left is not None and p.of >= p.step for p in evaluated)
    assert any(p.sample is not None and p.sample.real for p in evaluated)
    assert [TrainProgress.from_dict(json.loads(json.dumps(p.to_dict()))) for p in evaluated] == evaluated


def test_too_little_data_is_said_before_any_work(base_folder: Path) -> None:
    reports: list[TrainProgress] = []
    outcome = run(base_folder, small_talks(count=6), request(), reports)
    assert outcome.result.verdict.code is VerdictCode.TOO_LITTLE_DATA and outcome.package is None
    assert outcome.result.verdict.values["own_messages"] == 25 and not reports


def test_recitation_blocks(base_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LONGEST_COPIED_RUN", -1)
    monkeypatch.setattr(Personalisation, "_natural_run", lambda self, log: -1)
    outcome = run(base_folder, small_talks(), request())
    assert outcome.result.verdict.code is VerdictCode.MEMORISED and outcome.package is None
    assert outcome.result.verdict.values["limit"] == -1 and outcome.result.memorisation is not None


def test_who_talks_in_set_phrases_may_be_copied_as_far_as_they_repeat_themselves(
        base_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    talks = small_talks()
    run_of = Personalisation(load_base(base_folder), talks, request(), lambda progress: None)._natural_run
    log = ["my old aunt has nine bees", *texts_of(tiny_tokenizer(), talks.parts[Part.VALIDATION])[:1]]
    longest = len(words(log[1]))
    assert longest >= 3 and run_of(log) == longest and run_of(log[:1]) == 0


def test_forgetting_keeps_the_base(base_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_DRIFT", -10.0)
    outcome = run(base_folder, small_talks(), request())
    assert outcome.result.verdict.code is VerdictCode.DRIFTED and outcome.package is None


def test_no_gain_keeps_the_base(base_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LEAST_GAIN", 1.0)
    outcome = run(base_folder, small_talks(), request())
    assert outcome.result.verdict.code is VerdictCode.NO_GAIN and outcome.package is None


def test_a_base_without_replay_can_be_personalised(tmp_path: Path) -> None:
    folder = write_small_base(tmp_path / "models" / "small", has_replay=False).folder
    outcome = run(folder, small_talks(), request())
    assert outcome.result.verdict.is_recommended and outcome.result.drift_percent is None


def test_full_weights_above_the_limit(base_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LOW_RANK_BELOW", 0)
    outcome = run(base_folder, small_talks(), request())
    assert outcome.result.verdict.is_recommended
    assert set(outcome.package.files) == {"weights.safetensors", "tokenizer.model", "README.md"}
    package = write_package(base_folder.parent / "kim", outcome.package.fields, outcome.package.files)
    assert load_engine(package.folder, kernel="float32").summary.is_personal  # it needs no parent


# ---- stop, resume, pause

class StopAt:
    """Sets the stop flag at a step."""

    def __init__(self, step: int) -> None:
        self.step, self.control = step, Control()

    def __call__(self, progress: TrainProgress) -> None:
        if progress.step >= self.step:
            self.control.stop.set()


def weights_of(outcome: Outcome) -> dict[str, torch.Tensor]:
    return load(next(content for name, content in outcome.package.files.items() if name.endswith(".safetensors")))


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are not timed, so two runs evaluate at the same steps."""
    from chatbot.training.personal.tuned import TrainingPart

    def pace(self: TrainingPart, values: object, seconds: float) -> None:
        self._speed, values.evaluate_every = 0.01, 5
    monkeypatch.setattr(TrainingPart, "_pace", pace)
    monkeypatch.setattr("chatbot.training.personal.tuned._REPORT_EVERY_SECONDS", 0.0)


@pytest.mark.parametrize("is_full", [False, True])
def test_a_stopped_run_goes_on_to_the_same_weights(base_folder: Path, tmp_path: Path, steady: None, is_full: bool,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    if is_full:
        monkeypatch.setattr(limits, "LOW_RANK_BELOW", 0)
    whole = run(base_folder, small_talks(), request())
    for step in (7, 23):
        stopper = StopAt(step)
        with pytest.raises(PersonalStopped):
            Personalisation(load_base(base_folder), small_talks(), request(folder=tmp_path / "job"), stopper,
                            stopper.control).run()
        torch.manual_seed(12345)  # what else happened meanwhile does not matter
    resumed = run(base_folder, small_talks(), request(folder=tmp_path / "job"))
    expected, got = weights_of(whole), weights_of(resumed)
    assert all(torch.equal(got[name], expected[name]) for name in expected)
    assert replace(resumed.result, seconds=0) == replace(whole.result, seconds=0)


def test_another_log_does_not_go_on_from_a_checkpoint(base_folder: Path, tmp_path: Path, steady: None) -> None:
    stopper = StopAt(5)
    with pytest.raises(PersonalStopped):
        Personalisation(load_base(base_folder), small_talks(), request(folder=tmp_path / "job"), stopper,
                        stopper.control).run()
    with pytest.raises(TrainingError) as caught:
        run(base_folder, small_talks(seed=2), request(folder=tmp_path / "job"))
    assert caught.value.code == "training_other_job"


def test_a_paused_run_waits_and_tells(base_folder: Path, steady: None) -> None:
    control, reports = Control(), []
    control.pause.set()

    def report(progress: TrainProgress) -> None:
        reports.append(progress)
        if progress.phase is TrainPhase.MEASURING:
            control.pause.set()

    control.pause.clear()
    thread = threading.Thread(target=Personalisation(load_base(base_folder), small_talks(), request(), report,
                                                     control).run)
    thread.start()
    deadline = time.monotonic() + 20
    while not any(p.is_paused for p in reports) and time.monotonic() < deadline:
        time.sleep(0.02)
    count = len(reports)
    time.sleep(0.3)
    assert reports[-1].is_paused and len(reports) == count
    control.pause.clear()
    thread.join(40)
    assert not thread.is_alive() and reports[-1].phase is TrainPhase.CHECKING

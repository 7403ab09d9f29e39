"""Running commands as a person does, with a scripted engine behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch

from chatbot import cli, paths
from chatbot.commands import user_settings
from chatbot.training.personal import plan as limits
from chatbot.training.personal.plan import make_plan
from chatbot.worker import installed_engine
from tests.fakes.scripted_engine import ScriptedEngine
from tests.training.personal.small import write_small_base


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    exit_code: int
    out: str
    err: str


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """The engine every command gets."""
    scripted = ScriptedEngine(["Hello there.", "I am fine.", "Good night."])
    monkeypatch.setattr(installed_engine, "load_installed_engine", lambda model_id, threads=0: scripted)
    return scripted


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Call ``chatbot`` with arguments; returns exit code and outputs."""
    user_settings._loaded.cache_clear()

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        exit_code = cli.main(arguments)
        captured = capsys.readouterr()
        return Outcome(exit_code, captured.out, captured.err)

    return run


@pytest.fixture
def small_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed tiny base model, short trainings on one thread, and limits that suit random weights."""
    write_small_base(paths.models_folder() / "small")
    monkeypatch.setattr(installed_engine, "SHIPPED_MODEL_ID", "small")
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "none")
    monkeypatch.setattr(limits, "LONGEST_COPIED_RUN", 30)
    monkeypatch.setattr("chatbot.training.personal.run.probe_precision", lambda: torch.float32)
    monkeypatch.setattr("chatbot.training.personal.run.SAMPLED_REPLIES", 16)
    monkeypatch.setattr("chatbot.training.personal.run.make_plan",
                        lambda *values, **names: replace(make_plan(*values, **names), steps=32, window=32))
    monkeypatch.setattr("chatbot.worker.personal_job._prepare_process", lambda threads: None)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)

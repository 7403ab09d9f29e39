"""Running commands as a person does, with a scripted engine behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chatbot import cli
from chatbot.commands import user_settings
from chatbot.worker import installed_engine
from tests.fakes.scripted_engine import ScriptedEngine


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

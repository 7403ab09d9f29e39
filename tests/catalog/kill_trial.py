"""Kills a download or an install again and again and looks at what is left each time."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from chatbot.catalog.package import ModelPackage
from chatbot.catalog.registry import Registry

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class KillCounts:
    """How the runs of a trial ended."""

    killed: int = 0
    completed: int = 0
    resumed_bytes: int = 0


def run_kill_trial(action: str, source: str, models: Path, kills: int, seed: int, longest_s: float) -> KillCounts:
    """Start the program until it was killed ``kills`` times at random moments of its first ``longest_s`` seconds.

    After every run the models folder must hold no model or a whole one, and a last run that is left alone must succeed.
    """
    generator = random.Random(seed)
    counts = KillCounts()
    while counts.killed < kills:
        counts.resumed_bytes += _part_bytes(models)
        was_killed = _run(action, source, models, generator.uniform(0.0, longest_s))
        counts.killed += was_killed
        counts.completed += not was_killed
        _check(models)
        if not was_killed:
            ModelPackage.load(models / "tiny-en").verify(deep=True)
            _remove(models)
    assert not _run(action, source, models, None)
    _check(models)
    Registry([models]).package("tiny-en").verify(deep=True)
    return counts


def _run(action: str, source: str, models: Path, kill_after_s: float | None) -> bool:
    """Whether the program had to be killed ``kill_after_s`` after it began."""
    process = subprocess.Popen([sys.executable, "-m", "tests.catalog.kill_target", action, source, str(models)],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=dict(os.environ))
    process.stdout.readline()
    try:
        _, errors = process.communicate(timeout=kill_after_s)
        assert process.returncode == 0, errors.decode()
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True


def _check(models: Path) -> None:
    """Never a half-installed model: what the registry shows is whole, to the last byte."""
    for model in Registry([models]).list():
        assert model.is_usable, str(model.problem)
        model.package.verify(deep=True)


def _remove(models: Path) -> None:
    from chatbot.catalog.install import ModelsFolder
    ModelsFolder(models).remove("tiny-en")


def _part_bytes(models: Path) -> int:
    return sum(path.stat().st_size for path in models.glob(".downloads/tiny-en/*.part"))



"""The training part of a run: steps with evaluations, early stop, progress, pause, stop and exact resume."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from chatbot.core.errors import TrainingError
from chatbot.core.personal import Example, TrainPhase, TrainProgress
from chatbot.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from chatbot.training.personal.control import Control, PersonalStopped
from chatbot.training.personal.fine_tuner import FineTuner

Report = Callable[[TrainProgress], None]

EVALUATE_EVERY_SECONDS = 30.0
FEWEST_EVALUATIONS = 8
PATIENCE = 3
"""Evaluations without a better one before training ends early."""
CHECKPOINT_EVERY_SECONDS = 60.0
_REPORT_EVERY_SECONDS = 0.5
_TIMED_STEPS = 4
_EVALUATION_COST = 1.25
"""Evaluations and samples take about a quarter of the steps' time on top of it."""


@dataclass(slots=True)
class TrainedValues:
    """The best values seen, and how the held-out loss went."""

    best_loss: float
    best: dict[str, Tensor]
    best_step: int = 0
    since_best: int = 0
    evaluate_every: int = 0
    seconds: float = 0.0
    """Spent in steps so far, also before a restart."""
    history: list[tuple[int, float]] = field(default_factory=list)


class TrainingPart:
    """Runs a ``FineTuner`` to its end and leaves it at its best values."""

    def __init__(self, tuner: FineTuner, *, held_out_loss: Callable[[], float], sample: Callable[[], Example | None],
                 report: Report, control: Control, folder: Path | None, fingerprint: str, minutes: float) -> None:
        self._tuner, self._held_out_loss, self._sample = tuner, held_out_loss, sample
        self._report, self._control, self._folder = report, control, folder
        self._fingerprint, self._seconds_allowed = fingerprint, 60.0 * minutes
        self._base_loss = 0.0
        self._saved_at = self._reported_at = time.monotonic()
        self._losses: list[float] = []
        self._speed: float | None = None

    def run(self, base_loss: float) -> TrainedValues:
        """Train; ``base_loss`` is the held-out loss before any step. Raises ``PersonalStopped``."""
        self._base_loss = base_loss
        values = self._resumed() or TrainedValues(base_loss, self._snapshot())
        tuner = self._tuner
        while not tuner.is_done and values.since_best < PATIENCE:
            self._heed_control(values)
            start = time.perf_counter()
            self._losses.append(tuner.one_step())
            values.seconds += time.perf_counter() - start
            self._pace(values, time.perf_counter() - start)
            if tuner.is_done or (values.evaluate_every and tuner.step % values.evaluate_every == 0):
                self._evaluate(values)
            elif time.monotonic() - self._reported_at > _REPORT_EVERY_SECONDS:
                self._tell(values)
            if time.monotonic() - self._saved_at > CHECKPOINT_EVERY_SECONDS:
                self._save(values)
        self._save(values)  # what comes after training may be interrupted too
        with torch.no_grad():
            for name, value in values.best.items():
                tuner.tuning.values[name].copy_(value)
        return values

    def _snapshot(self) -> dict[str, Tensor]:
        return {name: value.detach().clone() for name, value in self._tuner.tuning.values.items()}

    def _heed_control(self, values: TrainedValues) -> None:
        if self._control.pause.is_set():
            self._save(values)
            self._tell(values, is_paused=True)
            self._control.wait_while_paused()
        if self._control.stop.is_set():
            self._save(values)
            raise PersonalStopped

    def _pace(self, values: TrainedValues, seconds: float) -> None:
        """After a few steps: how often to evaluate, and how many steps fit into the time."""
        tuner = self._tuner
        self._speed = seconds if self._speed is None else 0.9 * self._speed + 0.1 * seconds
        if values.evaluate_every or tuner.step < min(_TIMED_STEPS, tuner.steps_planned):
            return
        tuner.limit_steps(max(FEWEST_EVALUATIONS, int(self._seconds_allowed / (_EVALUATION_COST * self._speed))))
        values.evaluate_every = max(1, min(round(EVALUATE_EVERY_SECONDS / self._speed),
                                           tuner.steps_planned // FEWEST_EVALUATIONS))

    def _evaluate(self, values: TrainedValues) -> None:
        loss = self._held_out_loss()
        values.history.append((self._tuner.step, loss))
        values.since_best += 1
        if loss < values.best_loss:
            values.best_loss, values.best_step, values.since_best = loss, self._tuner.step, 0
            values.best = self._snapshot()
        self._tell(values, held_out_loss=loss, sample=self._sample())

    def _tell(self, values: TrainedValues, *, held_out_loss: float | None = None, sample: Example | None = None,
              is_paused: bool = False) -> None:
        tuner, speed = self._tuner, self._speed
        left = None if speed is None else (tuner.steps_planned - tuner.step) * speed * _EVALUATION_COST
        loss = sum(self._losses) / len(self._losses) if self._losses else None
        self._report(TrainProgress(
            TrainPhase.TRAINING, tuner.step, tuner.steps_planned, loss, held_out_loss, self._base_loss, left,
            None if speed is None else tuner.plan.tokens_per_step / speed, sample, is_paused))
        self._losses.clear()
        self._reported_at = time.monotonic()

    # -- checkpoints

    def _save(self, values: TrainedValues) -> None:
        if self._folder is None:
            return
        checkpoint = self._tuner.checkpoint()
        tensors = checkpoint.tensors | {f"best.{name}": value for name, value in values.best.items()}
        progress = {**checkpoint.progress, "fingerprint": self._fingerprint, "best_loss": values.best_loss,
                    "best_step": values.best_step, "since_best": values.since_best, "seconds": values.seconds,
                    "evaluate_every": values.evaluate_every, "history": values.history, "base_loss": self._base_loss}
        save_checkpoint(self._folder, Checkpoint(tensors, progress))
        self._saved_at = time.monotonic()

    def _resumed(self) -> TrainedValues | None:
        checkpoint = load_checkpoint(self._folder) if self._folder is not None else None
        if checkpoint is None:
            return None
        progress = checkpoint.progress
        if progress.get("fingerprint") != self._fingerprint:
            raise TrainingError("There is an unfinished training of this name with other settings or another log; "
                                "give it up first, or choose another name.", code="training_other_job")
        self._tuner.restore(checkpoint)
        return TrainedValues(
            float(progress["best_loss"]), checkpoint.group("best"), int(progress["best_step"]),  # type: ignore
            int(progress["since_best"]), int(progress["evaluate_every"]), float(progress["seconds"]),  # type: ignore
            [(int(step), float(loss)) for step, loss in progress["history"]])  # type: ignore[union-attr]

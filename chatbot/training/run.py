"""A training run from recipe and corpus to weights: what ``chatbot train`` does."""

from __future__ import annotations

import json
import math
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
import torch.distributed as dist
from safetensors.torch import save_file

from chatbot.core.errors import TrainingError
from chatbot.engine.network import LanguageModel
from chatbot.training.checkpoint import load_checkpoint, save_checkpoint
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.loss_curve import draw_loss_curve
from chatbot.training.material import DialogueMaterial, Material, prepare_dialogues
from chatbot.training.recipe import Recipe, load_recipe, recipe_hash
from chatbot.training.trainer import StepReport, Trainer

Report = Callable[[dict[str, object]], None]
"""Told what happens: records with a ``kind`` (``prepare``, ``step``, ``held_out``, ``checkpoint``, ``end``)."""

CHECKPOINT_EVERY_SECONDS = 300.0
_LOG_EVERY_STEPS = 20


def train(recipe_path: Path, corpus: Path, out: Path, *, resume: bool = False, report: Report | None = None,
          tokens: int | None = None, minutes: float | None = None, threads: int | None = None,
          start_from: Path | None = None) -> Path:
    """Train ``recipe_path`` on ``corpus`` into ``out`` and return the weights' file.

    ``tokens`` replaces the recipe's length, ``minutes`` ends early with a checkpoint, ``start_from`` takes the
    checkpoint of another folder as its beginning. Under ``torchrun`` every process calls this with the same arguments.
    """
    recipe, text = load_recipe(recipe_path)
    return train_recipe(recipe.with_tokens(tokens), text, corpus, out, resume=resume, report=report, minutes=minutes,
                        threads=threads, start_from=start_from)


def network_of(recipe: Recipe) -> LanguageModel:
    """A fresh network of the recipe's sizes, drawn from its seed."""
    torch.manual_seed(recipe.seed)
    return LanguageModel(recipe.model.architecture())


def train_recipe(recipe: Recipe, text: str, corpus: Path, out: Path, *, resume: bool = False,
                 report: Report | None = None, minutes: float | None = None, threads: int | None = None,
                 start_from: Path | None = None, make_network: Callable[[Recipe], LanguageModel] = network_of) -> Path:
    """``train`` for a recipe that is no file as it stands; ``text`` is what is kept of it beside the weights.

    ``make_network`` lets a comparison train another network of the same interface.
    """
    run = _Run(recipe, text, corpus, out, report or _silent, threads, make_network)
    try:
        return run.go(resume=resume, minutes=minutes, start_from=start_from)
    finally:
        run.close()


def _silent(_: dict[str, object]) -> None:
    pass


class _Run:
    def __init__(self, recipe: Recipe, text: str, corpus: Path, out: Path, report: Report, threads: int | None,
                 make_network: Callable[[Recipe], LanguageModel]) -> None:
        self.recipe, self.text, self.corpus, self.out = recipe, text, corpus, out
        self.make_network = make_network
        self.rank, self.world_size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        self.report = report if self.rank == 0 else _silent
        self.device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if torch.cuda.is_available() else "cpu"
        if threads is not None:
            torch.set_num_threads(threads)
        keep_freed_memory()
        self._is_told_to_stop = False
        if recipe.optimisation.streams % self.world_size:
            raise TrainingError(f"The recipe's {recipe.optimisation.streams} streams cannot be shared evenly by "
                                f"{self.world_size} processes.")
        if self.world_size > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if self.device != "cpu" else "gloo")

    def close(self) -> None:
        if self.world_size > 1 and dist.is_initialized():
            dist.destroy_process_group()

    def go(self, *, resume: bool, minutes: float | None, start_from: Path | None) -> Path:
        self._heed_termination()
        self._begin_folder(resume)
        material = self._material()
        trainer = self._trainer(material)
        checkpoint = load_checkpoint(self.out) if resume else None
        if checkpoint is None and start_from is not None:
            checkpoint = load_checkpoint(start_from)
            if checkpoint is None:
                raise TrainingError(f"There is no checkpoint in {start_from} to start from.")
        if checkpoint is not None:
            trainer.restore(checkpoint)
        is_done = self._loop(trainer, material, None if minutes is None else time.monotonic() + 60 * minutes)
        if is_done:
            self._log_held_out(trainer, material)
        if self.rank == 0:
            draw_loss_curve(self.out / "metrics.jsonl", self.out / "loss.png")
        return self._write_weights(trainer)

    def _begin_folder(self, resume: bool) -> None:
        if self.rank == 0:
            if not resume and (self.out / "checkpoint").exists():
                raise TrainingError(f"{self.out} already holds a run; add --resume to go on with it, or choose an "
                                    "empty folder.")
            self.out.mkdir(parents=True, exist_ok=True)
            (self.out / "recipe.toml").write_text(self.text, encoding="utf-8")
        self._wait_for_all()

    def _wait_for_all(self) -> None:
        if self.world_size > 1:
            dist.barrier()

    def _material(self) -> Material:
        """The text, made ready by the first process and then read by all."""
        if self.recipe.benchmark is not None:
            from chatbot.training.word_level.benchmark_run import BenchmarkMaterial
            return BenchmarkMaterial(self.recipe, self.corpus, self.out if self.rank == 0 else None)
        if self.rank == 0:
            prepare_dialogues(self.recipe, self.corpus, self.out, self.report)
        self._wait_for_all()
        return DialogueMaterial(self.recipe, self.corpus, self.out)

    def _trainer(self, material: Material) -> Trainer:
        model = self.make_network(self.recipe)
        wanted = self.recipe.precision
        self.precision = probe_precision(self.device) if wanted == "auto" else getattr(torch, wanted)
        self.report({"kind": "start", "parameters": model.parameter_count, "precision": str(self.precision),
                     "device": self.device, "recipe_hash": recipe_hash(self.text)})
        return Trainer(self.recipe, model, material.dealer(), material.copyable, precision=self.precision,
                       device=self.device, rank=self.rank, world_size=self.world_size)

    def _heed_termination(self) -> None:
        """SIGTERM asks for a last checkpoint instead of losing minutes of work."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._on_termination)

    def _on_termination(self, *_: object) -> None:
        self._is_told_to_stop = True

    def _loop(self, trainer: Trainer, material: Material, end: float | None) -> bool:
        """Step until the tokens are seen (True) or the time is up (False)."""
        saved, evaluated = time.monotonic(), trainer.tokens_seen
        recent: list[StepReport] = []
        for step in trainer.steps():
            recent.append(step)
            is_over = self._agreed(self._is_told_to_stop or (end is not None and time.monotonic() > end))
            if len(recent) == _LOG_EVERY_STEPS or is_over or trainer.tokens_seen >= self.recipe.tokens:
                self._log({"kind": "step", **_mean_step(recent), "of": self.recipe.tokens})
                recent.clear()
            if trainer.tokens_seen - evaluated >= self.recipe.evaluate_every_tokens:
                evaluated = trainer.tokens_seen
                self._log_held_out(trainer, material)
            if is_over or self._agreed(time.monotonic() - saved > CHECKPOINT_EVERY_SECONDS):
                saved = time.monotonic()
                self._save(trainer)
            if is_over:
                return False
        self._save(trainer)
        return True

    def _agreed(self, wish: bool) -> bool:
        """The first process decides for all, or one would wait for ever in a collective call."""
        if self.world_size == 1:
            return wish
        flag = torch.tensor([int(wish)], device=self.device)
        dist.broadcast(flag, 0)
        return bool(flag.item())

    def _save(self, trainer: Trainer) -> None:
        checkpoint = trainer.checkpoint()
        if self.rank == 0:
            save_checkpoint(self.out, checkpoint)
            self.report({"kind": "checkpoint", "tokens_seen": trainer.tokens_seen})

    def _log(self, record: dict[str, object]) -> None:
        if self.rank == 0:
            with (self.out / "metrics.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
        self.report(record)

    def _log_held_out(self, trainer: Trainer, material: Material) -> None:
        nats = material.held_out_nats(trainer.model, self.precision)
        self._log({"kind": "held_out", "tokens_seen": trainer.tokens_seen, "nats_per_token": nats})

    def _write_weights(self, trainer: Trainer) -> Path:
        path = self.out / "weights.safetensors"
        if self.rank == 0:
            weights = {name: value.detach().contiguous().cpu() for name, value in trainer.final_weights().items()}
            save_file(weights, path, metadata={"architecture": json.dumps(trainer.model.architecture.to_dict()),
                                               "recipe_hash": recipe_hash(self.text)})
            self.report({"kind": "end", "tokens_seen": trainer.tokens_seen, "weights": str(path)})
        return path


def _mean_step(recent: list[StepReport]) -> dict[str, object]:
    """Means over ``recent``; those of loss and gradient without the skipped steps, as long as there are others."""
    last, sound = recent[-1], [step for step in recent if math.isfinite(step.gradient_norm)] or recent
    tokens = last.tokens_seen - recent[0].tokens_seen + last.tokens_seen // last.step
    seconds = sum(step.seconds for step in recent)
    return {**asdict(last), "loss": round(sum(step.loss for step in sound) / len(sound), 4),
            "gradient_norm": round(sum(step.gradient_norm for step in sound) / len(sound), 4),
            "seconds": round(seconds, 3), "tokens_per_second": round(tokens / seconds, 1)}

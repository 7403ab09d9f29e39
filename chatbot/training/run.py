"""A training run from recipe and corpus to weights: what ``chatbot train`` does."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch
import torch.distributed as dist
from safetensors.torch import save_file

from chatbot.core.errors import TrainingError
from chatbot.engine.network import LanguageModel
from chatbot.engine.tokenizer import Tokenizer, train_tokenizer
from chatbot.training.checkpoint import load_checkpoint, save_checkpoint
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.held_out import ForwardScorer, HeldOutGroup, held_out_table, prepare_held_out
from chatbot.training.corpus import OWN_SOURCE, Document, read_held_out, read_own_dialogues, read_training
from chatbot.training.loss_curve import draw_loss_curve
from chatbot.training.packing import SOURCES_FILE, Dealer, PackedCorpus, pack
from chatbot.training.recipe import Recipe, load_recipe, recipe_hash
from chatbot.training.trainer import StepReport, Trainer, copyable_tokens

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
    recipe = recipe.with_tokens(tokens)
    run = _Run(recipe, text, corpus, out, report or _silent, threads)
    try:
        return run.go(resume=resume, minutes=minutes, start_from=start_from)
    finally:
        run.close()


def _silent(_: dict[str, object]) -> None:
    pass


class _Run:
    def __init__(self, recipe: Recipe, text: str, corpus: Path, out: Path, report: Report,
                 threads: int | None) -> None:
        self.recipe, self.text, self.corpus, self.out = recipe, text, corpus, out
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
        tokenizer, packed = self._prepared()
        trainer = self._trainer(tokenizer, packed)
        checkpoint = load_checkpoint(self.out) if resume else None
        if checkpoint is None and start_from is not None:
            checkpoint = load_checkpoint(start_from)
            if checkpoint is None:
                raise TrainingError(f"There is no checkpoint in {start_from} to start from.")
        if checkpoint is not None:
            trainer.restore(checkpoint)
        groups = prepare_held_out(tokenizer, read_held_out(self.corpus), self.recipe.held_out_tokens)
        is_done = self._loop(trainer, tokenizer, groups, None if minutes is None else time.monotonic() + 60 * minutes)
        if is_done:
            self._log({"kind": "held_out", **_held_out_record(trainer, tokenizer, groups, self.precision)})
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

    def _prepared(self) -> tuple[Tokenizer, PackedCorpus]:
        """Tokenizer and packed corpus, made by the first process and then read by all."""
        tokenizer_file, packed_folder = self.out / "tokenizer.model", self.out / "packed"
        if self.rank == 0 and not tokenizer_file.exists():
            self.report({"kind": "prepare", "what": "tokenizer"})
            train_tokenizer(tokenizer_sentences(self.corpus), tokenizer_file, seed=self.recipe.seed,
                            vocabulary_size=self.recipe.model.vocabulary_size, threads=torch.get_num_threads())
        if self.rank == 0:
            tokenizer = Tokenizer.load(tokenizer_file)
            self._pack(packed_folder, lambda: pack(tokenizer, read_training(self.corpus)))
            if self.recipe.generated.count:
                self._pack(self._generated_folder, lambda: pack(tokenizer, generated_documents(self.recipe, self.corpus)))
        self._wait_for_all()
        packed = PackedCorpus.load(packed_folder)
        if self.recipe.generated.count:
            packed = packed.joined(PackedCorpus.load(self._generated_folder))
        tokenizer = Tokenizer.load(tokenizer_file)
        self._check_fits(tokenizer, packed)
        return tokenizer, packed

    def _check_fits(self, tokenizer: Tokenizer, packed: PackedCorpus) -> None:
        """Say now what would otherwise come out in the middle of the run."""
        wanted = self.recipe.model.vocabulary_size
        if tokenizer.size != wanted:
            raise TrainingError(f"The tokenizer in {self.out} has {tokenizer.size} tokens, the recipe wants {wanted}; "
                                "choose an empty folder.", code="training_other_recipe")
        unknown = sorted(self.recipe.sources - set(packed.tokens))
        if unknown:
            raise TrainingError(f"The recipe mixes the source {unknown[0]!r}, which the corpus does not have; it has "
                                f"{', '.join(sorted(packed.tokens))}.")

    @property
    def _generated_folder(self) -> Path:
        return self.out / f"generated-{self.recipe.generated.seed}-{self.recipe.generated.count}"

    def _pack(self, folder: Path, make: Callable[[], PackedCorpus]) -> None:
        if not (folder / SOURCES_FILE).exists():
            self.report({"kind": "prepare", "what": folder.name})
            make().save(folder)

    def _trainer(self, tokenizer: Tokenizer, packed: PackedCorpus) -> Trainer:
        torch.manual_seed(self.recipe.seed)
        model = LanguageModel(self.recipe.model.architecture())
        dealer = Dealer(packed, tokenizer, streams=self.recipe.optimisation.streams, seed=self.recipe.seed,
                        author_share=self.recipe.author_share)
        wanted = self.recipe.precision
        self.precision = probe_precision(self.device) if wanted == "auto" else getattr(torch, wanted)
        self.report({"kind": "start", "parameters": model.parameter_count, "precision": str(self.precision),
                     "device": self.device, "recipe_hash": recipe_hash(self.text)})
        return Trainer(self.recipe, model, dealer, copyable_tokens(tokenizer), precision=self.precision,
                       device=self.device, rank=self.rank, world_size=self.world_size)

    def _heed_termination(self) -> None:
        """SIGTERM asks for a last checkpoint instead of losing minutes of work."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, self._on_termination)

    def _on_termination(self, *_: object) -> None:
        self._is_told_to_stop = True

    def _loop(self, trainer: Trainer, tokenizer: Tokenizer, groups: list[HeldOutGroup], end: float | None) -> bool:
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
                self._log({"kind": "held_out", **_held_out_record(trainer, tokenizer, groups, self.precision)})
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

    def _write_weights(self, trainer: Trainer) -> Path:
        path = self.out / "weights.safetensors"
        if self.rank == 0:
            weights = {name: value.detach().contiguous().cpu() for name, value in trainer.final_weights().items()}
            save_file(weights, path, metadata={"architecture": json.dumps(trainer.model.architecture.to_dict()),
                                               "recipe_hash": recipe_hash(self.text)})
            self.report({"kind": "end", "tokens_seen": trainer.tokens_seen, "weights": str(path)})
        return path


def generated_documents(recipe: Recipe, corpus: Path) -> Iterator[Document]:
    """The recipe's generated skill dialogues; what is talked about between telling and asking is taken from our own."""
    from chatbot.training.generated import generate
    own = [document for path in sorted((corpus / OWN_SOURCE).glob("*.txt")) if "memory" not in path.name
           for document in read_own_dialogues(path, held_out=False)]
    return generate(recipe.generated.seed, recipe.generated.count, small_talk=own)


def tokenizer_sentences(corpus: Path) -> Iterator[str]:
    """The texts a tokenizer is trained on: every third document, all of our own."""
    for number, document in enumerate(read_training(corpus)):
        if number % 3 == 0 or document.source == "wren":
            for text in document.turns:
                yield text[:4000]


def _mean_step(recent: list[StepReport]) -> dict[str, object]:
    last, count = recent[-1], len(recent)
    tokens = last.tokens_seen - recent[0].tokens_seen + last.tokens_seen // last.step
    seconds = sum(step.seconds for step in recent)
    return {**asdict(last), "loss": round(sum(step.loss for step in recent) / count, 4),
            "gradient_norm": round(sum(step.gradient_norm for step in recent) / count, 4),
            "seconds": round(seconds, 3), "tokens_per_second": round(tokens / seconds, 1)}


def _held_out_record(trainer: Trainer, tokenizer: Tokenizer, groups: list[HeldOutGroup],
                     precision: torch.dtype) -> dict[str, object]:
    table = held_out_table(ForwardScorer(trainer.model, tokenizer, precision), tokenizer, groups)
    return {"tokens_seen": trainer.tokens_seen, "nats_per_token": {g: v["nats_per_token"] for g, v in table.items()}}

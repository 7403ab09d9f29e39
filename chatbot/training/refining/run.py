"""A refinement from a finished run to a new one: what ``chatbot refine`` does."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from chatbot.core.errors import TrainingError
from chatbot.core.replies import ReplyEnd, ReplyRequest
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.load import engine_of
from chatbot.engine.network import LanguageModel
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.material import DialogueMaterial, own_small_talk
from chatbot.training.recipe import Recipe, load_recipe
from chatbot.training.refining.pairs import Pair, as_turns, load_pairs, pairs, practise, save_pairs
from chatbot.training.refining.preference import Plan, PreferenceTrainer, encode
from chatbot.training.refining.questions import Practice, Question

Report = Callable[[dict[str, object]], None]
TEST_SEED, TEST_QUESTIONS = 9_001, 300
PAIRS_NAME = "pairs.jsonl"
_LOG_EVERY = 20


def refine(run: Path, corpus: Path, out: Path, plan: Plan, report: Report, threads: int | None = None) -> Path:
    """Practise with the newest checkpoint of ``run``, and write the run that comes of it into ``out``.

    ``out`` gets everything that ``chatbot package`` needs, the pairs (``pairs.jsonl``) and what was measured
    (``refinement.json``). Raises ``TrainingError`` if ``run`` has no checkpoint or ``out`` is not empty.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    keep_freed_memory()
    if out.exists() and any(path.name != PAIRS_NAME for path in out.iterdir()):
        raise TrainingError(f"{out} is not empty; choose an empty folder for the refined run.")
    checkpoint = load_checkpoint(run)
    if checkpoint is None:
        raise TrainingError(f"{run} holds no checkpoint; train first, with chatbot train.")
    recipe, _ = load_recipe(run / "recipe.toml")
    material = DialogueMaterial(recipe.model_copy(update={"optimisation": recipe.optimisation.model_copy(
        update={"streams": plan.replay_streams})}), corpus, run)
    return _Refinement(run, corpus, out, plan, report, recipe, material, checkpoint).go()


class _Refinement:
    def __init__(self, run: Path, corpus: Path, out: Path, plan: Plan, report: Report, recipe: Recipe,
                 material: DialogueMaterial, checkpoint: Checkpoint) -> None:
        self.run, self.out, self.plan, self.report = run, out, plan, report
        self.recipe, self.material, self.checkpoint = recipe, material, checkpoint
        self.tokenizer = Tokenizer.load(run / "tokenizer.model")
        self.practice = Practice(own_small_talk(corpus))
        self.tokens_seen = checkpoint.progress["tokens_seen"]
        self.model = LanguageModel(recipe.model.architecture())
        self.model.load_state_dict(checkpoint.group("average") or checkpoint.group("weights"))

    def go(self) -> Path:
        start = time.monotonic()
        tested = self.practice.questions(TEST_SEED, TEST_QUESTIONS)
        before = self._tested(tested, "before")
        found = self._pairs()
        self._tune(found)
        after = self._tested(tested, "after")
        refinement = {"plan": asdict(self.plan), "pairs": len(found), "before": before, "after": after,
                      "minutes": round((time.monotonic() - start) / 60, 1)}
        shutil.copytree(self.run, self.out, dirs_exist_ok=True, copy_function=_linked,
                        ignore=shutil.ignore_patterns("checkpoint*", "weights.safetensors"))
        (self.out / "refinement.json").write_text(json.dumps(refinement, indent=1), encoding="utf-8")
        tensors = {f"weights.{name}": value.detach() for name, value in self.model.named_parameters()}
        save_checkpoint(self.out, Checkpoint(tensors, {**self.checkpoint.progress, "refinement": refinement}))
        self.report({"kind": "end", "minutes": refinement["minutes"]})
        return self.out

    def _engine(self) -> LanguageEngine:
        """The model as it is now, as it chats."""
        copy = LanguageModel(self.recipe.model.architecture())
        copy.load_state_dict(self.model.state_dict())
        return engine_of(copy.eval(), self.tokenizer, {"id": self.recipe.name})

    def _tested(self, questions: Sequence[Question], when: str) -> dict[str, float]:
        """Shares of right answers: of those that are shown, and of all that are drawn."""
        engine, shown, drawn = self._engine(), 0, 0.0
        for number, question in enumerate(questions):
            shown += question.check.is_right(shown_reply(engine, question, number))
        for practised in practise(engine, questions, Sampling(), TEST_SEED):
            drawn += practised.share_right
        found = {"shown_right": round(shown / len(questions), 4), "drawn_right": round(drawn / len(questions), 4)}
        self.report({"kind": "test", "when": when, **found})
        return found

    def _pairs(self) -> list[Pair]:
        """Those that an interrupted refinement with the same plan has left, or new ones."""
        path, header = self.out / PAIRS_NAME, {"plan": asdict(self.plan), "tokens_seen": self.tokens_seen}
        found = load_pairs(path, header)
        if found is None:
            found = self._practised()
            self.out.mkdir(parents=True, exist_ok=True)
            save_pairs(found, path, header)
        if not found:
            raise TrainingError("Every answer was right, so there is nothing to learn from these questions; ask more.")
        return found

    def _practised(self) -> list[Pair]:
        plan, rng = self.plan, random.Random(self.plan.seed)
        questions = self.practice.questions(plan.seed, plan.questions)
        sampling = Sampling(candidates=plan.candidates, temperature=plan.temperature, top_p=plan.top_p)
        found: list[Pair] = []
        for number, practised in enumerate(practise(self._engine(), questions, sampling, plan.seed), 1):
            found += pairs(practised, rng)
            if number % _LOG_EVERY == 0 or number == len(questions):
                self.report({"kind": "practice", "done": number, "of": len(questions), "pairs": len(found)})
        return found

    def _tune(self, found: Sequence[Pair]) -> None:
        dealer = self.material.dealer()
        dealer.set_mixture(self.recipe.stage[-1].passes)
        trainer = PreferenceTrainer(self.model, self.material.copyable, dealer, self.recipe.optimisation.window,
                                    self.plan, probe_precision())
        encoded = [encode(self.tokenizer, pair) for pair in found]
        for numbers in trainer.steps(encoded, random.Random(self.plan.seed)):
            if numbers.step % _LOG_EVERY == 0 or numbers.step == numbers.steps:
                self.report({"kind": "tune", "done": numbers.step, "of": numbers.steps, "loss": numbers.loss,
                             "preferred": numbers.preferred, "replay": numbers.replay})


def shown_reply(engine: LanguageEngine, question: Question, seed: int) -> str:
    """The reply that the default settings show."""
    turns = as_turns(question.turns)
    request = ReplyRequest(0, engine.summary.id, turns, LiveSampling(Sampling(seed=seed)),
                           earlier_replies=question.turns[1::2])
    return next(event.text for event in engine.reply(request) if isinstance(event, ReplyEnd))


def _linked(source: str, target: str) -> None:
    """The same file in both folders where the disk can do that; no run changes a file that it has written."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)

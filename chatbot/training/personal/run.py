"""A personal model from encoded talks to a verdict and, if it helped, the content of a package.

Measures the base, learns (or, in instant mode, remembers), chooses how far to go from the base under the limits of
drift and recitation, and judges on messages that were never looked at before.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import torch

from chatbot.chatlogs.sessions import Part
from chatbot.core.personal import (Example, Memorisation, PersonalMode, PersonalResult, TrainPhase, TrainProgress,
                                   Verdict, VerdictCode)
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.log_memory import MEMORY_NAME, LogMemory, MemoryShares
from chatbot.engine.network import LanguageModel
from chatbot.engine.roles import END, SPEAKER_B
from chatbot.engine.stepping import StepNetwork
from chatbot.training.hardware import probe_precision
from chatbot.training.held_out import ForwardScorer, Scorer, SteppingScorer
from chatbot.training.personal import plan as limits
from chatbot.training.personal.base import BaseModel
from chatbot.training.personal.control import Control
from chatbot.training.personal.fine_tuner import FineTuner
from chatbot.training.personal.instant import build_memory, find_shares, own_places
from chatbot.training.personal.measuring import Change, OwnTurns, change_of, own_turns, text_perplexity
from chatbot.training.personal.memorisation import longest_runs
from chatbot.training.personal.packaging import PackageContent, package_content
from chatbot.training.personal.plan import Plan, make_plan
from chatbot.training.personal.prompts import Prompt, answer, prompts_of, sampled_replies, spread, telling, texts_of
from chatbot.training.personal.streams import TalkStreams
from chatbot.training.personal.talks import PersonalTalks, Talk, with_own_token
from chatbot.training.personal.tuned import Report, TrainingPart
from chatbot.training.personal.tuning import FullTuning, LowRankTuning, Tuning

VALIDATION_TOKENS = 10_000
"""As much of the newest validation talks is looked at while training; all of it when the step is chosen."""
SAMPLED_REPLIES = 500
EXAMPLES = 3
BLIND_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted. ``job_folder`` keeps the checkpoint; None: nothing is kept."""

    mode: PersonalMode
    model_id: str
    name: str
    minutes: float = 10.0
    seed: int = 1
    job_folder: Path | None = None
    sampled_replies: int = 0
    """0: the usual number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result, and the package's content if the personal model is worth keeping."""

    result: PersonalResult
    package: PackageContent | None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A personal model that could be kept: its engine, its scorer, its package files, and how it did."""

    share: float
    engine: LanguageEngine
    scorer: Scorer
    files: Mapping[str, bytes]
    validation: OwnTurns
    is_trained: bool = True


class Personalisation:
    """One run. Call ``run`` once, in a thread of its own."""

    def __init__(self, base: BaseModel, talks: PersonalTalks, request: Request, report: Report,
                 control: Control | None = None) -> None:
        self._base, self._talks, self._request, self._report = base, talks, request, report
        self._control = control or Control()
        self._end = base.tokenizer.role(END)
        self._start = time.monotonic()
        self._steps, self._earlier_seconds = 0, 0.0
        self._settings: dict[str, bool | int | float] = {}
        self._precision = torch.float32

    def run(self) -> Outcome:
        """Everything. Raises ``PersonalStopped`` when stopped, another ``KnownError`` when it cannot go on."""
        if not self._is_enough():
            return Outcome(self._result(Verdict(VerdictCode.TOO_LITTLE_DATA, MappingProxyType(
                {"own_messages": self._talks.own_turn_count(Part.TRAIN), "needed": limits.FEWEST_OWN_TURNS,
                 "held_out_messages": min(map(self._talks.own_turn_count, (Part.VALIDATION, Part.TEST)))}))), None)
        self._tell(TrainPhase.MEASURING)
        self._precision = probe_precision()
        base_model, base_scorer = self._base.model, self._scorer(self._base.model)
        test, validation = self._neutral(Part.TEST), self._neutral(Part.VALIDATION)
        self._validation_before = own_turns(base_scorer, self._base.tokenizer, validation)
        self._test_before = own_turns(base_scorer, self._base.tokenizer, test)
        self._control.check()
        self._base_drift = self._drift_perplexity(base_scorer)
        self._prompts = self._shown_and_blind()
        base_engine = self._base.engine(base_model)
        self._base_answers = [answer(base_engine, prompt, self._request.seed) for prompt in self._prompts]
        del base_engine
        candidates = self._remembered() if self._request.mode is PersonalMode.INSTANT else self._tuned()
        return self._judged(candidates)

    # -- what is there

    def _is_enough(self) -> bool:
        tokens = min(sum(int(talk.is_own.sum()) for talk in self._talks.parts[part])
                     for part in (Part.VALIDATION, Part.TEST))
        return (self._talks.own_turn_count(Part.TRAIN) >= limits.FEWEST_OWN_TURNS
                and tokens >= limits.FEWEST_HELD_OUT_TOKENS)

    def _neutral(self, part: Part) -> list[Talk]:
        """The talks as the base reads them: a voice that is new to it is a neutral speaker."""
        talks, tokenizer = self._talks.parts[part], self._base.tokenizer
        if not self._talks.cast.is_new_voice:
            return talks
        return with_own_token(talks, tokenizer.role(self._talks.cast.own), tokenizer.role(SPEAKER_B))

    def _scorer(self, model: LanguageModel) -> Scorer:
        return ForwardScorer(model, self._base.tokenizer, self._precision)

    def _prompts_of(self, part: Part) -> list[Prompt]:
        return prompts_of(self._base.tokenizer, self._talks.parts[part], self._request.mode)

    def _shown_and_blind(self) -> list[Prompt]:
        """Places for the examples, then others for the guessing game, which the examples must not give away.

        In mode ``me`` others answered, perhaps this program itself, and no model imitates them: there is no game.
        """
        prompts = telling(self._prompts_of(Part.TEST))
        shown = spread(prompts, EXAMPLES)
        if self._request.mode is PersonalMode.ME:
            return shown
        return shown + spread([prompt for prompt in dict.fromkeys(prompts) if prompt not in shown], BLIND_EXAMPLES)

    def _drift_perplexity(self, scorer: Scorer) -> float | None:
        replay = self._base.replay
        return text_perplexity(scorer, replay.drift, self._end) if replay is not None else None

    def _tell(self, phase: TrainPhase) -> None:
        self._control.wait_while_paused()
        self._control.check()
        self._report(TrainProgress(phase))

    # -- learning

    def _tuned(self) -> list[_Candidate]:
        tuning, plan = self._tuning()
        tuner = FineTuner(plan, tuning, TalkStreams(self._talks.parts[Part.TRAIN], plan.streams, self._end, plan.seed),
                          self._replay_streams(plan), self._base.copyable(), self._precision)
        watched = _newest(self._talks.parts[Part.VALIDATION], VALIDATION_TOKENS)
        fingerprint = f"{self._talks.fingerprint()} {self._base.weights_sha256} {plan}"
        part = TrainingPart(
            tuner, held_out_loss=lambda: self._turns(tuning, watched).nats_per_token,
            sample=lambda: self._sample(tuning, tuner.step), report=self._report, control=self._control,
            folder=self._request.job_folder, fingerprint=fingerprint, minutes=self._request.minutes)
        values = part.run(self._turns(tuning, watched).nats_per_token)
        self._steps, self._settings = values.best_step, plan.to_dict()
        self._tell(TrainPhase.CHOOSING)
        return [self._tuned_candidate(tuning, share) for share in limits.STEP_SHARES]

    def _tuning(self) -> tuple[Tuning, Plan]:
        talks, tokenizer, model = self._talks, self._base.tokenizer, self._base.model
        plan = make_plan(talks.token_count(Part.TRAIN), has_replay=self._base.replay is not None,
                         seed=self._request.seed)
        own = tokenizer.role(talks.cast.own)
        # The fresh speaker token begins as the neutral speaker, so that training starts from what "before" measures.
        row = (model.embedding.weight[tokenizer.role(SPEAKER_B)].detach().clone()
               if talks.cast.is_new_voice else None)
        if plan.is_low_rank:
            return LowRankTuning(model, own, row, plan.seed), plan
        return FullTuning(model, None if row is None else (own, row)), plan

    def _replay_streams(self, plan: Plan) -> TalkStreams | None:
        replay = self._base.replay
        return (TalkStreams(replay.documents, plan.replay_streams, self._end, plan.seed + 1)
                if replay is not None else None)

    def _turns(self, tuning: Tuning, talks: list[Talk]) -> OwnTurns:
        return own_turns(self._scorer(self._base.with_weights(tuning.weights())), self._base.tokenizer, talks)

    def _sample(self, tuning: Tuning, step: int) -> Example | None:
        prompts = telling(self._prompts_of(Part.VALIDATION))
        if not prompts:
            return None
        prompt = prompts[step % len(prompts)]
        engine = self._engine(self._base.with_weights(tuning.weights()))
        return Example(prompt.before, prompt.real, "", answer(engine, prompt, step))

    def _engine(self, model: LanguageModel, memory: LogMemory | None = None) -> LanguageEngine:
        roles = None if self._request.mode is PersonalMode.ME else self._talks.cast.chat_roles
        return self._base.engine(model, roles, memory)

    def _tuned_candidate(self, tuning: Tuning, share: float) -> _Candidate:
        model = self._base.with_weights({name: value.half() for name, value in tuning.weights(share).items()})
        scorer = self._scorer(model)
        turns = own_turns(scorer, self._base.tokenizer, self._talks.parts[Part.VALIDATION])
        name, content = tuning.package_file(share)
        self._control.check()
        return _Candidate(share, self._engine(model), scorer, {name: content}, turns)

    def _drift(self, candidate: _Candidate) -> float | None:
        """The share by which base text became less expected. A memory forgets nothing: the weights are the base's."""
        if self._base_drift is None or not candidate.is_trained:
            return None
        perplexity = self._drift_perplexity(candidate.scorer)
        return None if perplexity is None else perplexity / self._base_drift - 1.0

    # -- remembering

    def _remembered(self) -> list[_Candidate]:
        base, tokenizer = self._base, self._base.tokenizer
        self._tell(TrainPhase.TRAINING)
        network = base.engine(base.model)._network
        memory = build_memory(network, tokenizer, self._talks.parts[Part.TRAIN], self._request.seed)
        self._tell(TrainPhase.CHOOSING)
        shares = find_shares(memory, own_places(network, tokenizer, self._talks.parts[Part.VALIDATION]))
        self._settings = {"cache_share": shares.cache_share, "ngram_share": shares.ngram_share,
                          "sharpness": shares.sharpness, "places": len(memory.followers)}
        return [self._remembered_candidate(memory, shares, part) for part in limits.STEP_SHARES]

    def _remembered_candidate(self, memory: LogMemory, shares: MemoryShares, part: float) -> _Candidate:
        weaker = memory.with_shares(MemoryShares(shares.cache_share * part, shares.ngram_share * part,
                                                 shares.sharpness))
        network = StepNetwork(self._base.model, self._base.copyable(), "float32", weaker)
        scorer = SteppingScorer(network)
        turns = own_turns(scorer, self._base.tokenizer, self._talks.parts[Part.VALIDATION])
        return _Candidate(part, self._engine(self._base.model, weaker), scorer, {MEMORY_NAME: weaker.to_bytes()},
                          turns, is_trained=False)

    # -- judging

    def _judged(self, candidates: list[_Candidate]) -> Outcome:
        """The best on validation that neither drifts nor recites, judged on the test part."""
        candidates = sorted(candidates, key=lambda c: float(c.validation.nats.sum()))
        gain = change_of(self._validation_before, candidates[0].validation, self._request.seed)
        if -gain.percent < 100 * limits.LEAST_GAIN:
            return self._told(VerdictCode.NO_GAIN, candidates[0], None, {"change_percent": gain.percent})
        self._tell(TrainPhase.CHECKING)
        log = texts_of(self._base.tokenizer, self._talks.parts[Part.TRAIN])
        limit = max(limits.LONGEST_COPIED_RUN, self._natural_run(log))
        refusal: Outcome | None = None
        for candidate in candidates:
            self._control.check()
            drift = self._drift(candidate)
            if drift is not None and drift > limits.MOST_DRIFT:
                refusal = refusal or self._told(VerdictCode.DRIFTED, candidate, None,
                                                {"drift_percent": _percent(drift)}, drift)
                continue
            found = self._recited(candidate, log)
            if found.longest_copied_run <= limit:
                return self._told_about(candidate, found, drift)
            words = {"words": found.longest_copied_run, "limit": limit}
            refusal = self._told(VerdictCode.MEMORISED, candidate, found, words, drift)
        assert refusal is not None
        return refusal

    def _natural_run(self, log: list[str]) -> int:
        """The longest run that the real held-out messages share with one earlier message: who talks in set phrases
        really repeats such runs, and so may a model of them."""
        talks = self._talks.parts[Part.VALIDATION] + self._talks.parts[Part.TEST]
        return longest_runs(texts_of(self._base.tokenizer, talks), log).longest_copied_run

    def _recited(self, candidate: _Candidate, log: list[str]) -> Memorisation:
        prompts = self._prompts_of(Part.TRAIN) + self._prompts_of(Part.TEST)
        self._control.check()
        replies = sampled_replies(candidate.engine, prompts, self._request.sampled_replies or SAMPLED_REPLIES,
                                  self._request.seed)
        return longest_runs(replies, log)

    def _told_about(self, candidate: _Candidate, found: Memorisation, drift: float | None) -> Outcome:
        change = self._change(candidate)
        if -change.percent < 100 * limits.LEAST_GAIN:
            return self._told(VerdictCode.NO_GAIN, candidate, found, {"change_percent": change.percent}, drift)
        # An interval that reaches 0 means that the better number may be chance.
        code = VerdictCode.HELPED if change.high < 0 else VerdictCode.NOT_PROVEN
        values = {"change_percent": change.percent, "low": change.low, "high": change.high}
        return self._told(code, candidate, found, values, drift)

    def _change(self, candidate: _Candidate) -> Change:
        turns = own_turns(candidate.scorer, self._base.tokenizer, self._talks.parts[Part.TEST])
        self._test_after = turns
        return change_of(self._test_before, turns, self._request.seed)

    def _told(self, code: VerdictCode, candidate: _Candidate, found: Memorisation | None,
              values: dict[str, float | int], drift: float | None = None) -> Outcome:
        change = self._change(candidate)
        examples = tuple(Example(prompt.before, prompt.real, base, answer(candidate.engine, prompt, self._request.seed))
                         for prompt, base in zip(self._prompts, self._base_answers, strict=True))
        result = self._result(
            Verdict(code, MappingProxyType(values)), before=self._test_before.score, after=self._test_after.score,
            change_percent=change.percent, change_low_percent=change.low, change_high_percent=change.high,
            drift_percent=None if drift is None else _percent(drift), memorisation=found,
            examples=examples[:EXAMPLES], blind_examples=examples[EXAMPLES:], step_share=candidate.share)
        if not result.verdict.is_recommended:
            return Outcome(result, None)
        return Outcome(result, package_content(self._base, self._talks, result, model_id=self._request.model_id,
                                               name=self._request.name, files=candidate.files, settings=self._settings))

    def _result(self, verdict: Verdict, **measured: object) -> PersonalResult:
        counts = self._talks.counts
        return PersonalResult(self._request.mode, verdict, counts["messages"], counts["own_messages"],
                              self._talks.own_turn_count(Part.TEST), steps=self._steps,
                              seconds=time.monotonic() - self._start, seed=self._request.seed,
                              **measured)  # type: ignore[arg-type]


def _newest(talks: list[Talk], tokens: int) -> list[Talk]:
    chosen: list[Talk] = []
    for talk in reversed(talks):
        if chosen and sum(len(t.ids) for t in chosen) + len(talk.ids) > tokens:
            break
        chosen.append(talk)
    return chosen


def _percent(share: float) -> float:
    return round(100.0 * share, 2)

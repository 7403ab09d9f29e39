"""How a personal training run leaves the terminal: a bar and sentences, or JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from chatbot.core.personal import PersonalResult, TrainPhase, TrainProgress, Verdict, VerdictCode

if TYPE_CHECKING:
    from tqdm import tqdm

PHASES = {
    TrainPhase.READING: "Reading the log", TrainPhase.MEASURING: "Measuring the model as it is",
    TrainPhase.TRAINING: "Learning", TrainPhase.CHOOSING: "Choosing how far to go",
    TrainPhase.CHECKING: "Looking for forgetting and recitation", TrainPhase.WRITING: "Writing the model",
}


def sentence(verdict: Verdict) -> str:
    """The judgement in words."""
    v = verdict.values
    if verdict.code is VerdictCode.HELPED:
        return (f"It helped: held-out messages are foreseen with {-v['change_percent']:.1f} % less perplexity "
                f"(95 % interval {-v['high']:.1f} to {-v['low']:.1f} %).")
    if verdict.code is VerdictCode.TOO_LITTLE_DATA and v["own_messages"] >= v["needed"]:
        return (f"There is too little to judge by: the newest part, which is held out for that, has only "
                f"{v['held_out_messages']} turns, and short ones. The base model is kept; a longer log would tell.")
    if verdict.code is VerdictCode.TOO_LITTLE_DATA:
        return (f"There is too little to learn from: {v['own_messages']} turns, and {v['needed']} are needed, with "
                "some more to judge by. The base model is kept.")
    if verdict.code is VerdictCode.NO_GAIN:
        return (f"It did not help: the perplexity of held-out messages changed by {v['change_percent']:+.1f} %. "
                "The base model is kept.")
    if verdict.code is VerdictCode.NOT_PROVEN:
        return (f"It may have helped ({v['change_percent']:+.1f} %), but that may be chance (95 % interval "
                f"{v['low']:+.1f} to {v['high']:+.1f} %). The base model is kept; a longer log would tell.")
    if verdict.code is VerdictCode.DRIFTED:
        return (f"It forgot too much of what the base model knew ({v['drift_percent']:+.1f} % perplexity on other "
                "text; at most 3 % is allowed). The base model is kept.")
    return (f"It recites the log: among sampled replies is a run of {v['words']} words from a single message, and at "
            f"most {v['limit']} are allowed. It is not kept, because it would give away what was written in private. "
            "A longer log, or less of the same text again and again, makes that less likely.")


class PersonalOutput:
    """Shows progress and the result."""

    def __init__(self, is_json: bool) -> None:
        self._is_json = is_json
        self._bar: tqdm | None = None
        self._phase: TrainPhase | None = None

    def report(self, progress: TrainProgress) -> None:
        """Show one record of progress."""
        if self._is_json:
            click.echo(json.dumps({"kind": "progress", **progress.to_dict()}, ensure_ascii=False))
            return
        if progress.phase is not self._phase:
            self._phase = progress.phase
            self.close()
            click.echo(f"{PHASES[progress.phase]} …", err=True)
        if progress.of:
            self._step(progress)

    def _step(self, progress: TrainProgress) -> None:
        if self._bar is None:
            from tqdm import tqdm
            self._bar = tqdm(total=progress.of, unit=" steps", smoothing=0.05, leave=False)
        self._bar.total = progress.of
        if progress.loss is not None:
            self._bar.set_postfix_str(f"loss {progress.loss:.3f}", refresh=False)
        self._bar.update(progress.step - self._bar.n)
        if progress.held_out_loss is not None:
            self._bar.clear()
            click.echo(f"step {progress.step}: held-out loss {progress.held_out_loss:.3f} (base "
                       f"{progress.base_held_out_loss:.3f})", err=True)

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def result(self, result: PersonalResult, model_id: str) -> None:
        """Show the result."""
        if self._is_json:
            values = {"kind": "result", "model_id": model_id if result.verdict.is_recommended else None,
                      "sentence": sentence(result.verdict), **result.to_dict()}
            click.echo(json.dumps(values, ensure_ascii=False))
            return
        for line in result_lines(result):
            click.echo(line)
        if result.verdict.is_recommended:
            click.echo(f"Talk to it with: chatbot chat --model {model_id}")


def result_lines(result: PersonalResult) -> list[str]:
    """The result as text, the judgement first."""
    lines = [sentence(result.verdict), f"{result.own_messages:,} turns to learn from in {result.messages:,}; "
             f"{result.held_out_messages:,} held out to judge by."]
    if result.before is not None and result.after is not None:
        lines.append(f"perplexity per word {result.before.perplexity:.1f} -> {result.after.perplexity:.1f}, bits per "
                     f"character {result.before.bits_per_character:.3f} -> {result.after.bits_per_character:.3f}")
    if result.drift_percent is not None:
        lines.append(f"on base text: {result.drift_percent:+.1f} % perplexity")
    if result.memorisation is not None:
        m = result.memorisation
        lines.append(f"longest run copied from a single message, in {m.replies} replies: {m.longest_copied_run} words; "
                     f"longest run said anywhere in the log: {m.longest_run}")
        if result.verdict.code is VerdictCode.MEMORISED:
            lines.append(f"  it copied: {m.copied_text}")
    for example in result.examples:
        lines += ["", *(f"  > {line}" for line in "\n".join(example.before[-1:]).split("\n")),
                  f"  really:   {one_line(example.real)}", f"  base:     {one_line(example.base)}",
                  f"  personal: {one_line(example.personal)}"]
    return lines


def one_line(text: str) -> str:
    """``text`` on one line; a slash where it broke."""
    return text.replace("\n", " / ")

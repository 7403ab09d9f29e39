"""``chatbot refine``: a trained model practises on generated questions and learns from its right and wrong answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tqdm import tqdm


@click.command("refine", short_help="Let a trained model learn from its right and wrong answers.")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              help="The folder with the training text.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="The folder of the refined run; chatbot package makes a model of it.")
@click.option("--questions", type=click.IntRange(30), default=3000, show_default=True,
              help="How many generated questions to practise on.")
@click.option("--learning-rate", type=click.FloatRange(0, 1, min_open=True), help="The largest step.")
@click.option("--seed", type=click.IntRange(0), default=17, show_default=True, help="Draws questions and answers.")
@click.option("--threads", type=click.IntRange(1), help="Processor threads to use.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line.")
def command(run: Path, corpus: Path, out: Path, questions: int, learning_rate: float | None, seed: int,
            threads: int | None, is_json: bool) -> None:
    """Practise with the newest checkpoint of RUN, and write a new run that RUN is not touched by.

    The model draws sixteen answers to every question. A right and a wrong one are a pair, from which direct preference
    optimisation learns; ordinary training text beside them keeps the rest as it was. Before and after, 300 other
    questions are asked. If interrupted, the same command goes on with the pairs that were made.
    """
    from dataclasses import replace

    from chatbot.training.refining.preference import Plan
    from chatbot.training.refining.run import refine
    plan = replace(Plan(), questions=questions, seed=seed)
    if learning_rate is not None:
        plan = replace(plan, learning_rate=learning_rate)
    progress = _Progress(is_json)
    try:
        refine(run, corpus, out, plan, progress.report, threads)
    finally:
        progress.close()
    click.echo(f"The refined run is in {out}; make a model of it with chatbot package {out}.", err=True)


class _Progress:
    """A bar for each part of the work, or JSON lines."""

    def __init__(self, is_json: bool) -> None:
        self._is_json = is_json
        self._bar: tqdm | None = None
        self._kind = ""

    def report(self, record: dict[str, object]) -> None:
        """Show one record."""
        if self._is_json:
            click.echo(json.dumps(record))
        elif "of" in record:
            self._step(record)
        else:
            self.close()
            click.echo(", ".join(f"{key} {value}" for key, value in record.items()), err=True)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _step(self, record: dict[str, object]) -> None:
        from tqdm import tqdm
        kind = str(record["kind"])
        if self._bar is None or kind != self._kind:
            self.close()
            self._kind, self._bar = kind, tqdm(total=record["of"], desc=kind)
        shown = {key: value for key, value in record.items() if key not in ("kind", "of", "done")}
        self._bar.set_postfix({key: f"{value:.3g}" for key, value in shown.items()}, refresh=False)
        self._bar.update(int(record["done"]) - self._bar.n)  # type: ignore[call-overload]

"""``chatbot evaluate``: measure a model against published and own yardsticks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.commands.engine_loading import model_option

if TYPE_CHECKING:
    from tqdm import tqdm

    from chatbot.training.evaluation.setup import Evaluation


@click.command("evaluate", short_help="Measure a model against published numbers.")
@click.argument("what", metavar="WHAT")
@model_option
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              help="The folder with the text to measure on.")
@click.option("--limit", type=click.IntRange(1), help="Look at only so much of the text; for a first impression.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="For whatever is drawn.")
@click.option("--threads", type=click.IntRange(0), default=0,
              help="Processor threads to use; without it a number that leaves others room.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "is_markdown", is_flag=True, help="Print the rows as a Markdown table.")
def command(what: str, model_id: str | None, corpus: Path, limit: int | None, seed: int, threads: int,
            is_json: bool, is_markdown: bool) -> None:
    """Measure a model: WHAT is heldout, dialogue, convai2, classify, all
    (these four in one table), wikitext2 or ptb.

    --model is the id of an installed model or a folder (for wikitext2 and ptb the folder of a training run). The same
    seed gives the same numbers; source and formula of every number are printed with it.
    """
    from chatbot.engine.threads import use_threads
    from chatbot.training.evaluation.registry import run_evaluation
    from chatbot.training.evaluation.setup import Setup
    from chatbot.worker.installed_engine import installed_folder
    folder = Path(model_id) if model_id and Path(model_id).is_dir() else installed_folder(model_id or "")
    use_threads(threads)
    progress = EvaluationProgress()
    try:
        found = run_evaluation(what, Setup(folder, corpus, limit, seed, installed_folder, progress.report))
    finally:
        progress.close()
    click.echo(json.dumps({**found.to_dict(), "model": folder.name, "limit": limit, "seed": seed}, ensure_ascii=False)
               if is_json else markdown(found) if is_markdown else table(found))


def table(found: Evaluation) -> str:
    """All rows with their figures, then source and formula."""
    lines = [f"{name}: " + ", ".join(f"{key} {_short(value)}" for key, value in figures.items())
             for name, figures in found.numbers.items()]
    return "\n".join([*lines, "", f"Source: {found.source}.", f"Formula: {found.formula}."])


def markdown(found: Evaluation) -> str:
    """The rows alone, as a table for a card or a README."""
    rows = [f"| {name} | {', '.join(f'{key} {_short(value)}' for key, value in figures.items())} |".replace("_", " ")
            for name, figures in found.numbers.items()]
    return "\n".join(["| what | measured |", "| --- | --- |", *rows])


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class EvaluationProgress:
    """A bar on stderr for every part of an evaluation."""

    def __init__(self) -> None:
        self._what = ""
        self._bar: tqdm | None = None

    def report(self, what: str, done: int, of: int) -> None:
        """``done`` of ``of`` parts of ``what`` are measured."""
        if what != self._what:
            from tqdm import tqdm
            self.close()
            self._what, self._bar = what, tqdm(desc=what, total=of)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()

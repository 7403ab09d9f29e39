"""``chatbot train``: from a recipe and a corpus to weights, with progress on stderr."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot.core.errors import TrainingError

if TYPE_CHECKING:
    from tqdm import tqdm


@click.command("train", short_help="Train a language model.")
@click.argument("recipe", metavar="RECIPE.toml")
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              help="The folder with the training text.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="The folder for tokenizer, checkpoints, metrics and weights.")
@click.option("--resume", is_flag=True, help="Go on from the latest checkpoint in --out.")
@click.option("--tokens", type=click.IntRange(1), help="Train this many tokens instead of the recipe's number.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Stop after this time, with a checkpoint.")
@click.option("--threads", type=click.IntRange(1), help="Processor threads to use.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line for everything that happens.")
def command(recipe: str, corpus: Path, out: Path, resume: bool, tokens: int | None, minutes: float | None,
            threads: int | None, is_json: bool) -> None:
    """Train a language model.

    RECIPE.toml is a file or the name of a recipe that comes with the program. An interrupted run goes on with
    --resume exactly where its last checkpoint was. Under torchrun every process runs this same command.
    """
    from chatbot.training.run import train
    progress = TrainingProgress(is_json)
    try:
        weights = train(recipe_file(recipe), corpus, out, resume=resume, report=progress.report, tokens=tokens,
                        minutes=minutes, threads=threads)
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command with --resume goes on from the last checkpoint.", err=True)
        raise
    finally:
        progress.close()
    click.echo(f"The weights are in {weights}.", err=True)


def recipe_file(name: str) -> Path:
    """The file ``name``, or the shipped recipe of that name; raises ``TrainingError``."""
    path = Path(name)
    if path.is_file():
        return path
    shipped = Path(str(importlib.resources.files("chatbot"))) / "training" / "recipes"
    found = shipped / path.with_suffix(".toml").name
    if len(path.parts) == 1 and found.is_file():
        return found
    names = ", ".join(sorted(each.name for each in shipped.glob("*.toml")))
    raise TrainingError(f"There is no recipe {name}; name a file, or one of those that ship: {names}.",
                        code="no_recipe")


class TrainingProgress:
    """Turns the reports of a training run into a progress bar, or into JSON lines."""

    def __init__(self, is_json: bool) -> None:
        self._is_json = is_json
        self._bar: tqdm | None = None

    def report(self, record: dict[str, object]) -> None:
        """Show one record; its ``kind`` says what happened."""
        if self._is_json:
            click.echo(json.dumps(record))
        elif record.get("kind") == "step":
            self._step(record)
        else:
            self._say(", ".join(f"{key} {_short(value)}" for key, value in record.items()))

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()

    def _step(self, record: dict[str, object]) -> None:
        if self._bar is None:
            from tqdm import tqdm
            self._bar = tqdm(total=record["of"], initial=record["tokens_seen"], unit=" tokens", unit_scale=True,
                             smoothing=0.05)
        self._bar.set_postfix_str(f"loss {_short(record['loss'])}", refresh=False)
        self._bar.update(record["tokens_seen"] - self._bar.n)

    def _say(self, text: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        click.echo(text, err=True)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)

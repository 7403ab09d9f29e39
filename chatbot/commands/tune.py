"""``chatbot tune``: which width and depth learn best from a corpus within a small budget."""

from __future__ import annotations

import json
from pathlib import Path

import click

from chatbot.commands.train import TrainingProgress, recipe_file


def _numbers(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter("give whole numbers with commas between them, as in 256,384,512") from None
    if min(numbers) < 1:
        raise click.BadParameter("sizes are 1 or more")
    return numbers


@click.command("tune", short_help="Choose width and depth by cross-validation.")
@click.argument("recipe", metavar="RECIPE.toml")
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              help="The folder with the training text.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="The folder for finished trials and the picture.")
@click.option("--width", "widths", default="256,384,512", show_default=True, callback=_numbers, help="Widths to try.")
@click.option("--blocks", default="2,3,4", show_default=True, callback=_numbers, help="Depths to try.")
@click.option("--folds", type=click.IntRange(2, 20), default=3, show_default=True,
              help="Parts of the text; each is kept out once.")
@click.option("--tokens", type=click.IntRange(1), default=1_000_000, show_default=True, help="Tokens of a trial.")
@click.option("--threads", type=click.IntRange(1), help="Processor threads to use.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line.")
def command(recipe: str, corpus: Path, out: Path, widths: tuple[int, ...], blocks: tuple[int, ...], folds: int,
            tokens: int, threads: int | None, is_json: bool) -> None:
    """Train every width with every depth on all parts of the text but one, and measure on that one.

    Finished trials are kept in --out; the same command goes on where it was interrupted. The result is a table, the
    best size first, and the picture sizes.png.
    """
    import torch

    from chatbot.training.recipe import load_recipe
    from chatbot.training.tuning import PICTURE_FILE, summary, tune
    if threads is not None:
        torch.set_num_threads(threads)
    chosen, _ = load_recipe(recipe_file(recipe))
    progress = TrainingProgress(is_json)
    try:
        trials = tune(chosen.with_tokens(tokens), corpus, out, widths=widths, blocks=blocks, folds=folds,
                      report=progress.report)
    finally:
        progress.close()
    for row in summary(trials):
        click.echo(json.dumps(row) if is_json else ", ".join(f"{key} {value}" for key, value in row.items()))
    click.echo(f"The picture is {out / PICTURE_FILE}.", err=True)

"""``chatbot package``: from a training run to a model package with its measured model card."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chatbot.training.export import ExportedRun
    from chatbot.training.model_card import Measured


@click.command("package", short_help="Turn a training run into a measured model package.")
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="The folder of the new package; its name is the model's id.")
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
              help="The folder with the held-out text.")
@click.option("--title", default="", help="The name that is shown; without it the id.")
@click.option("--notes", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Hand-written Markdown for the card (default: RECIPE.notes.md beside the recipe).")
@click.option("--licence", default="CC-BY-SA-4.0", show_default=True, help="The licence of the weights.")
@click.option("--json", "is_json", is_flag=True, help="Print the measured numbers as JSON.")
def command(run: Path, out: Path, corpus: Path, title: str, notes: Path | None, licence: str, is_json: bool) -> None:
    """Measure the newest checkpoint of RUN and write it as a model package.

    Takes some minutes: held-out text in float and int8, the dialogue cards and twenty sample chats.
    """
    from chatbot.catalog.package import write_package
    from chatbot.training.export import export_run
    from chatbot.training.measuring import measure, quality_numbers
    from chatbot.training.memory_need import memory_while_chatting
    from chatbot.training.model_card import model_card
    from chatbot.training.personal.replay import run_sample
    exported = export_run(run)
    text = _notes(exported, notes)
    with tempfile.TemporaryDirectory() as temporary:
        draft = write_package(Path(temporary) / out.name, _manifest(out.name, title, exported, licence, None), {
            "weights.safetensors": exported.weights, "tokenizer.model": exported.tokenizer})
        memory = memory_while_chatting(draft.folder)
        measured = measure(draft.folder, corpus, report=_say)
    card = model_card(out.name, exported, measured, text)
    quality = quality_numbers(measured)
    fields = _manifest(out.name, title, exported, licence, measured) | {"quality": quality, "memory_bytes": memory}
    write_package(out, fields, {
        "weights.safetensors": exported.weights, "tokenizer.model": exported.tokenizer,
        "README.md": card.encode(), **run_sample(run)})
    click.echo(json.dumps(quality, indent=1) if is_json else f"Wrote {out}.")


def _say(what: str) -> None:
    click.echo(what, err=True)


def _notes(exported: ExportedRun, notes: Path | None) -> str:
    from chatbot.training.recipe import shipped_recipes
    path = notes or shipped_recipes() / f"{exported.recipe.name}.notes.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _manifest(model_id: str, title: str, exported: ExportedRun, licence: str,
              measured: Measured | None) -> dict[str, object]:
    recipe = exported.recipe
    manifest: dict[str, object] = {
        "id": model_id, "name": title or model_id, "version": "0.1.0", "language": recipe.language, "licence": licence,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "description": "A small recurrent language model that chats as Wren, on an ordinary processor.",
        "architecture": recipe.model.architecture().to_dict(),
        "tokenizer": {"kind": "sentencepiece", "vocabulary_size": recipe.model.vocabulary_size},
        "roles": {"user": "<user>", "bot": "<bot>", "end_of_turn": "<eot>", "end": "<end>"},
        "data": [{"name": d.name, "licence": d.licence} for d in recipe.data if d.name in recipe.sources],
        "training": exported.facts}
    if measured is not None:
        manifest["parameters"] = measured.parameters
    return manifest

"""``chatbot complete``: the likeliest next words."""

from __future__ import annotations

import json

import click

from chatbot.commands.engine_loading import load_engine_for, model_option


@click.command("complete", short_help="The likeliest next words after a text.")
@click.argument("text")
@click.option("--count", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many to show.")
@model_option
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(text: str, count: int, model_id: str | None, is_json: bool) -> None:
    """Show the words that are likeliest to come after TEXT, with their probabilities."""
    engine = load_engine_for(model_id)
    completions = engine.complete(text, count)
    if is_json:
        rows = [{"text": completion, "probability": probability} for completion, probability in completions]
        click.echo(json.dumps({"text": text, "completions": rows, "model": engine.summary.id}, ensure_ascii=False))
        return
    for completion, probability in completions:
        click.echo(f"{probability:7.2%}  {completion.strip() or repr(completion)}")

"""``chatbot bench``: how fast the model runs on this computer."""

from __future__ import annotations

import json

import click

from chatbot.commands.engine_loading import model_option


@click.command("bench", short_help="Measure the speed on this computer.")
@model_option
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object a line for every measurement.")
def command(model_id: str | None, is_json: bool) -> None:
    """Measure the speed of chatting on this computer, as ratios within one run.

    Takes about a minute; other programs that are busy meanwhile make the numbers worse.
    """
    from chatbot.engine.bench import run_bench
    from chatbot.worker.installed_engine import installed_folder
    click.echo("Measuring; this takes about a minute …", err=True)
    for row in run_bench(installed_folder(model_id or "")):
        click.echo(json.dumps(row, ensure_ascii=False) if is_json else _line(row))


def _line(row: dict[str, object]) -> str:
    values = ", ".join(f"{name} {_short(value)}" for name, value in row.items() if name != "name")
    return f"{row.get('name', ''):<32} {values}"


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)

"""``chatbot doctor``: what this installation is made of and whether all of it works."""

from __future__ import annotations

import json
from typing import Any

import click

from chatbot.commands import doctor_checks


@click.command("doctor", short_help="Check the installation.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def command(is_json: bool) -> None:
    """Check the installation: versions, paths, models, chat database, kernel, fonts, display.

    Changes nothing and says what is wrong and what to do. The exit code is 1 if something is.
    """
    report = doctor_checks.run_all()
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if is_json else "\n".join(_lines(report)))
    click.get_current_context().exit(0 if report["ok"] else 1)


def _lines(report: dict[str, Any]) -> list[str]:
    lines = []
    for name, section in report.items():
        if name in ("ok", "problems", "notes"):
            continue
        lines += [f"{name}:", *(f"  {key:<24}{_shown(value)}" for key, value in section.items())]
    notes = [f"Note: {note}" for note in report["notes"]]
    problems = [f"Problem: {problem}" for problem in report["problems"]]
    return [*lines, "", *notes, *(problems or ["Everything is in order."])]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "–" if value is None else str(value)

"""The settings of the window, which the commands share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import click

from chatbot import paths

if TYPE_CHECKING:
    from chatbot.settings import Settings


def user_settings() -> Settings:
    """The settings, read once; what could not be used in the file is told on stderr."""
    settings, problems = _loaded(str(paths.settings_file()))
    while problems:
        click.echo(f"chatbot: {problems.pop(0)}", err=True)
    return settings


@cache
def _loaded(file: str) -> tuple[Settings, list[str]]:
    from pathlib import Path

    from chatbot.settings import load
    return load(Path(file))

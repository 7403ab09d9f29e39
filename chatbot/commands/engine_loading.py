"""Loading a model for a command, with a word to the person who waits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from chatbot.commands.user_settings import user_settings

if TYPE_CHECKING:
    from chatbot.engine.language_engine import LanguageEngine

def model_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command with ``--model``."""
    return click.option("--model", "model_id", metavar="ID", default=None,
                        help="Which installed model to use; without it the default model.")(function)


def load_engine_for(model_id: str | None) -> LanguageEngine:
    """The loaded engine, None: of the default model; ``ModelError`` if it cannot be loaded."""
    from chatbot.worker.installed_engine import load_installed_engine
    settings = user_settings()
    chosen = model_id or settings.model_id
    if not sys.stderr.isatty():
        return load_installed_engine(chosen, threads=settings.threads)
    click.echo("Loading the model …", err=True, nl=False)
    try:
        return load_installed_engine(chosen, threads=settings.threads)
    finally:
        click.echo("\r\033[K", err=True, nl=False)

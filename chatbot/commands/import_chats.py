"""``chatbot import-chats``: conversations from this program's own JSON export."""

from __future__ import annotations

from pathlib import Path

import click

from chatbot.commands.terminal_store import chat_store


@click.command("import-chats", short_help="Read exported conversations back.")
@click.argument("files", metavar="FILE...", type=click.Path(dir_okay=False, path_type=Path), nargs=-1, required=True)
def command(files: tuple[Path, ...]) -> None:
    """Add the conversations of JSON files that `chatbot export` wrote. What is there already stays as it is."""
    with chat_store(is_kept=True) as store:
        for file in files:
            count = len(store.import_json(file))
            click.echo(f"Added {count} conversation{'' if count == 1 else 's'} from {file}.", err=True)

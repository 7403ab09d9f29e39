"""``chatbot export``: conversations as Markdown, text or JSON; works while the window is open."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbot import paths
from chatbot.core.errors import StorageError

if TYPE_CHECKING:
    from chatbot.storage.store import SqliteChatStore

FORMATS = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".json": "json"}


@click.command("export", short_help="Write conversations as Markdown, text or JSON.")
@click.argument("target", type=click.Path(path_type=Path, allow_dash=True), required=False)
@click.option("--format", "format_name", type=click.Choice(["markdown", "text", "json"]),
              help="Without it, the ending of TARGET decides: .md, .txt or .json.")
@click.option("--conversation", "conversation_ids", metavar="ID", type=int, multiple=True,
              help="Only this conversation; may be given many times.")
@click.option("--list", "is_list", is_flag=True, help="List the stored conversations instead.")
@click.option("--force", is_flag=True, help="Replace TARGET if it exists.")
def command(target: Path | None, format_name: str | None, conversation_ids: tuple[int, ...], is_list: bool,
            force: bool) -> None:
    """Write the stored conversations to TARGET (- for standard output).

    JSON keeps everything and can be read back with `chatbot import-chats`.
    """
    if target is None and not is_list:
        raise click.UsageError("Name the file to write, for example: chatbot export chats.md")
    store = _reader()
    try:
        if is_list:
            _print_list(store)
        elif str(target) == "-":
            _to_stdout(store, list(conversation_ids) or None, format_name or "text")
        else:
            _to_file(store, list(conversation_ids) or None, format_name, target, force)
    finally:
        store.close()


def _reader() -> SqliteChatStore:
    from chatbot.storage.opening import open_reader
    database = paths.database_file()
    if not database.exists():
        raise StorageError(f"There are no chats yet ({database} does not exist).", code="no_database")
    return open_reader(database)


def _to_file(store: SqliteChatStore, ids: list[int] | None, format_name: str | None, target: Path,
             force: bool) -> None:
    format_name = format_name or FORMATS.get(target.suffix.lower())
    if format_name is None:
        raise click.UsageError(f"The ending of {target.name} says no format; add --format markdown, text or json.")
    if target.exists() and not force:
        raise StorageError(f"{target} exists already; choose another name or add --force.", code="file_exists")
    count = store.export(ids, format_name, target)
    click.echo(f"Wrote {count} conversation{'' if count == 1 else 's'} to {target}.", err=True)


def _to_stdout(store: SqliteChatStore, ids: list[int] | None, format_name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="chatbot-") as folder:
        file = Path(folder) / "export"
        store.export(ids, format_name, file)
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                click.echo(line, nl=False)


def _print_list(store: SqliteChatStore) -> None:
    for conversation in store.conversations():
        changed = datetime.fromtimestamp(conversation.updated_at).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{conversation.id:6}  {changed}  {conversation.message_count:6} messages  {conversation.title}")

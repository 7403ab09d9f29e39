"""Exports for people: Markdown and plain text. They hold the shown path of each conversation."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import IO

from chatbot.core.messages import Conversation, Message, MessageStatus, Role
from chatbot.storage import conversations, tree

_NAMES = {Role.USER: "You", Role.BOT: "Bot"}
_REMARKS = {MessageStatus.STOPPED: "stopped", MessageStatus.INTERRUPTED: "interrupted", MessageStatus.FAILED: "failed",
            MessageStatus.WRITING: "being written"}
_UNTITLED = "Untitled"
_PAGE = 500
"""Messages held in memory at a time."""

_MARKDOWN_ANYWHERE = re.compile(r"([\\`*_\[\]<>&~|$])")
_MARKDOWN_AT_START = re.compile(r"^([#+=-])|^(\d{1,9})([.)])")


def write_markdown(db: sqlite3.Connection, conversation_ids: Iterable[int], file: IO[str]) -> None:
    """A heading per conversation and message. Texts are escaped, so that they look as typed and load nothing."""
    for number, conversation_id in enumerate(conversation_ids):
        conversation = conversations.get(db, conversation_id)
        file.write("\n" if number else "")
        file.write(f"# {escaped_markdown(conversation.title or _UNTITLED)}\n")
        for message in _shown(db, conversation):
            if message.forgets_before:
                file.write("\n---\n")
            file.write(f"\n## {_heading(message)}\n\n{escaped_markdown(message.text)}\n")


def write_text(db: sqlite3.Connection, conversation_ids: Iterable[int], file: IO[str]) -> None:
    """Plain text. The lines of a message are indented, so that no text can be taken for the start of a message."""
    for number, conversation_id in enumerate(conversation_ids):
        conversation = conversations.get(db, conversation_id)
        title = conversation.title or _UNTITLED
        file.write(("\n\n" if number else "") + f"{title}\n{'=' * min(len(title), 80)}\n")
        for message in _shown(db, conversation):
            lines = "".join(f"    {line}\n" if line else "\n" for line in _lines(message.text))
            file.write(f"\n{_heading(message)}\n{lines}")


def escaped_markdown(text: str) -> str:
    """``text`` such that a Markdown reader shows it as it was typed: no links, pictures, HTML, lists or headings."""
    return "  \n".join(_escaped_line(line) for line in _lines(text))


def _escaped_line(line: str) -> str:
    body = line.lstrip(" \t")
    indent = "&nbsp;" * len(line[:len(line) - len(body)].expandtabs(4))  # four spaces would start a code block
    body = _MARKDOWN_ANYWHERE.sub(r"\\\1", body)
    return indent + _MARKDOWN_AT_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", body)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _heading(message: Message) -> str:
    when = datetime.fromtimestamp(message.created_at).strftime("%Y-%m-%d %H:%M")
    remark = _REMARKS.get(message.status)
    return f"{_NAMES[message.role]}, {when}" + (f" ({remark})" if remark else "")


def _shown(db: sqlite3.Connection, conversation: Conversation) -> Iterable[Message]:
    """The shown path from its beginning, in pages."""
    first_id = tree.first_shown_id(db, conversation.head_id)
    if first_id is None:
        return
    last_id = first_id
    yield tree.message(db, first_id)
    while page := tree.path_after(db, conversation.id, _PAGE, last_id):
        yield from page
        last_id = page[-1].id

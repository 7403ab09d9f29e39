"""Short steps that the tests of the readers share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from chatbot.chatlogs.chat_log import ChatLog
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.formats import FORMATS, Format, find_format
from chatbot.chatlogs.reading import read_log
from chatbot.chatlogs.records import LogMessage, ReadOptions
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import bytes_source

DATA = Path(__file__).parent.parent / "data" / "chatlogs"
NOW = 1_798_761_600.0
"""2027-01-01: tests do not depend on the day on which they run."""


def format_of(id: str) -> Format:
    """The format with this id."""
    return next(candidate for candidate in FORMATS if candidate.id == id)


def read_text(text: str | bytes, options: ReadOptions | None = None) -> tuple[list[LogMessage], ReadContext, str]:
    """Find the format of ``text`` and read it: messages, tally, format id."""
    source = bytes_source("chat", text.encode() if isinstance(text, str) else text)
    found = find_format(Sample(source))
    context = ReadContext(options or ReadOptions(now=NOW), "chat")
    return list(found.read(source, context)), context, found.id


def read_paths(*paths: Path, **options: object) -> ChatLog:
    """``read_log`` with today fixed."""
    return read_log(paths, ReadOptions(now=NOW, **options))  # type: ignore[arg-type]


def pairs(messages: Iterable[LogMessage]) -> list[tuple[str, str]]:
    """(speaker, text) of each message."""
    return [(message.speaker, message.text) for message in messages]

"""``{"messages": [{"role", "content"}]}``, as a JSON file, a list of them, or one per line."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.records import LogMessage
from chatbot.chatlogs.sources import Source
from chatbot.chatlogs.turn_lists import TurnKeys, read_turn_lists

SHAPES = (".messages[].role .messages[].content", "[].messages[].role [].messages[].content", ".role .content",
          "[].role [].content", "[][].role [][].content")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield all turns but those of systems and tools."""
    return read_turn_lists(source, TurnKeys("messages", "role", "content"), context)

"""ShareGPT: ``{"conversations": [{"from", "value"}]}``, as a JSON file, a list of them, or one per line."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.records import LogMessage
from chatbot.chatlogs.sources import Source
from chatbot.chatlogs.turn_lists import TurnKeys, read_turn_lists

SHAPES = (".conversations[].from .conversations[].value", "[].conversations[].from [].conversations[].value",
          "[].from [].value", "[][].from [][].value")


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield all turns but those of systems and tools."""
    return read_turn_lists(source, TurnKeys("conversations", "from", "value"), context)

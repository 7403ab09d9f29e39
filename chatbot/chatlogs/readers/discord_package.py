"""Discord's own data package: only what the owner wrote, without the others' words."""

from __future__ import annotations

from collections.abc import Iterator

from chatbot.chatlogs.clock import iso_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import entries, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source

SHAPES = ("[].ID [].Timestamp [].Contents",)

ME = "Me"


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield one's own messages; the folder's name is the channel."""
    context.note("A Discord data package holds only your own messages; export the channels with DiscordChatExporter "
                 "to learn from replies.")
    channel = source.name.rpartition("/")[0].rpartition("/")[2]
    context.me_votes[ME] += 1
    for entry in entries(JsonCursor(source.chunks()), context):
        text = text_of(entry.get("Contents"))
        if text.strip():
            yield LogMessage(iso_seconds(entry.get("Timestamp")), ME, text, "", channel)
        else:
            context.skip(SkipReason.MEDIA if entry.get("Attachments") else SkipReason.EMPTY)

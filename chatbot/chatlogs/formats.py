"""The formats that can be read, in the order in which they are tried, and how a file's format is found.

Only content counts, never the name. A JSON format is known by the names of what it holds; a text format by its first
lines. Weak formats (a table, ``Name: text``) fit many files that are no chats, so they come last and, among the files
of an archive, count only if there is nothing better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chatbot.chatlogs.bundle import Bundle
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.problems import NotText, UnknownFormat
from chatbot.chatlogs.readers import (chatgpt, claude, delimited, discord, discord_package, google_chat,
                                      hangouts, imessage, line_app, messenger, messenger_secure, name_text, own_export,
                                      prompt_lines, role_content, sharegpt, signal_export, sigtop_json, sigtop_text,
                                      skype, slack, telegram, wechat, wechat_text, whatsapp)
from chatbot.chatlogs.records import LogMessage
from chatbot.chatlogs.sample import Sample
from chatbot.chatlogs.sources import Source
from chatbot.core.errors import ImportProblem

Reader = Callable[[Source, ReadContext], Iterator[LogMessage]]


@dataclass(frozen=True, slots=True)
class Format:
    """One readable format. ``shapes``: any of these sets of JSON paths tells it; ``matches`` looks at text."""

    id: str
    title: str
    read: Reader
    shapes: tuple[frozenset[str], ...] = ()
    matches: Callable[[Sample], bool] | None = None
    is_chronological: bool = False
    """The order of the file is right even where a clock runs back an hour."""
    is_weak: bool = False


def _shapes(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(alternative.split()) for alternative in alternatives)


JSON_FORMATS = (
    Format("own", "This program's own export", own_export.read, _shapes(*own_export.SHAPES)),
    Format("telegram", "Telegram Desktop result.json", telegram.read, _shapes(*telegram.SHAPES)),
    Format("discord", "Discord (DiscordChatExporter JSON)", discord.read, _shapes(*discord.SHAPES)),
    Format("discord_package", "Discord data package", discord_package.read, _shapes(*discord_package.SHAPES)),
    Format("messenger", "Messenger or Instagram JSON", messenger.read, _shapes(*messenger.SHAPES)),
    Format("messenger_secure", "Messenger secure storage JSON", messenger_secure.read,
           _shapes(*messenger_secure.SHAPES)),
    Format("slack", "Slack export", slack.read, _shapes(*slack.SHAPES)),
    Format("sigtop_json", "Signal (sigtop JSON)", sigtop_json.read, _shapes(*sigtop_json.SHAPES)),
    Format("chatgpt", "ChatGPT conversations.json", chatgpt.read, _shapes(*chatgpt.SHAPES)),
    Format("claude", "Claude conversations.json", claude.read, _shapes(*claude.SHAPES)),
    Format("google_chat", "Google Chat (Takeout)", google_chat.read, _shapes(*google_chat.SHAPES)),
    Format("hangouts", "Hangouts.json (Takeout)", hangouts.read, _shapes(*hangouts.SHAPES)),
    Format("skype", "Skype messages.json", skype.read, _shapes(*skype.SHAPES)),
    Format("sharegpt", "ShareGPT JSON or JSON lines", sharegpt.read, _shapes(*sharegpt.SHAPES), is_weak=True),
    Format("role_content", "Messages with role and content, JSON or JSON lines", role_content.read,
           _shapes(*role_content.SHAPES), is_weak=True),
)
TEXT_FORMATS = (
    Format("line", "LINE chat history", line_app.read, matches=line_app.matches, is_chronological=True),
    Format("signal", "Signal (signal-export or sigtop text-short)", signal_export.read, matches=signal_export.matches,
           is_chronological=True),
    Format("sigtop_text", "Signal (sigtop text)", sigtop_text.read, matches=sigtop_text.matches,
           is_chronological=True),
    Format("imessage", "iMessage (imessage-exporter txt)", imessage.read, matches=imessage.matches,
           is_chronological=True),
    Format("whatsapp", "WhatsApp chat export", whatsapp.read, matches=whatsapp.matches, is_chronological=True),
    Format("wechat", "WeChat CSV (MemoTrace, WeClone)", wechat.read, matches=wechat.matches),
    Format("wechat_text", "WeChat text", wechat_text.read, matches=wechat_text.matches, is_chronological=True),
    Format("prompt_lines", "Lines that begin with >", prompt_lines.read, matches=prompt_lines.matches,
           is_chronological=True, is_weak=True),
    Format("delimited", "A table (CSV or TSV)", delimited.read, matches=delimited.matches, is_weak=True),
    Format("name_text", "Name: text", name_text.read, matches=name_text.matches, is_chronological=True, is_weak=True),
)
FORMATS = JSON_FORMATS + TEXT_FORMATS


def find_format(sample: Sample) -> Format:
    """The format of a source. Raises ``NotText`` for web pages and ``UnknownFormat`` if none fits."""
    if sample.is_html:
        raise NotText(f"{sample.source.label} is a web page; export again and choose JSON (or text) instead of HTML.")
    found = _find_json_format(sample)
    if found is not None:
        return found
    for candidate in TEXT_FORMATS:
        if candidate.matches is not None and candidate.matches(sample):
            return candidate
    raise UnknownFormat(f"{sample.source.label} is in none of the formats that can be read: {readable_formats()}.")


def readable_formats() -> str:
    """The formats in one line, for messages."""
    return ("WhatsApp, Telegram, Discord, Messenger, Instagram, Slack, Signal, iMessage, ChatGPT, Claude, LINE, "
            "WeChat, Google Chat, Hangouts, Skype, "
            "this program's export, JSON with roles, tables, and lines of Name: text")


def _find_json_format(sample: Sample) -> Format | None:
    seen: set[str] = set()
    for path in sample.paths():
        if path in seen:
            continue
        seen.add(path)
        for candidate in JSON_FORMATS:
            # Only a shape that the newest name completes can be new.
            if any(path in shape and shape <= seen for shape in candidate.shapes):
                return candidate
    return None


def recognise(bundle: Bundle) -> tuple[list[tuple[Source, Format]], int]:
    """The chats of a bundle with their formats, and how many other files it holds.

    For a single file the reason why it cannot be read is raised; among many files, others are expected.
    """
    if bundle.is_single:
        source = bundle.sources[0]
        return [(source, find_format(Sample(source)))], 0
    found = []
    for source in bundle.sources:
        candidate = _quiet_format(source)
        if candidate is not None:
            found.append((source, candidate))
    strong = [pair for pair in found if not pair[1].is_weak]
    chosen = strong or found
    if not chosen:
        raise UnknownFormat(f"{bundle.name} holds no chat in a format that can be read: {readable_formats()}.")
    return chosen, len(bundle.sources) - len(chosen)


def _quiet_format(source: Source) -> Format | None:
    try:
        return find_format(Sample(source)) if source.is_perhaps_text else None
    except ImportProblem:
        return None

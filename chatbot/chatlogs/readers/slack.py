"""Slack's export: a zip with one folder per channel and one file per day. Names of people stand in ``users.json``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chatbot.chatlogs.bundle import Bundle
from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, entries, list_of, text_of
from chatbot.chatlogs.quotes import without_quoted_lines
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.sources import Source
from chatbot.core.errors import ImportProblem

SHAPES = ("[].type [].ts [].text", "[].type [].ts [].user")

_LISTS_OF_CHANNELS = ("channels.json", "groups.json", "dms.json", "mpims.json")
_PEOPLE_SUBTYPES = ("", "thread_broadcast", "me_message", "file_share", "file_comment")
_USER = re.compile(r"<@([UW][A-Z0-9]{1,20})(?:\|([^>]{1,80}))?>")
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]{1,20}(?:\|([^>]{0,80}))?>")
_SPECIAL = re.compile(r"<!(?:subteam\^[A-Z0-9]+\|)?([^>|]{1,40})(?:\|[^>]{0,80})?>")
_LINK = re.compile(r"<((?:https?|mailto|tel|ftp):[^>|]{1,4000})(?:\|([^>]{0,4000}))?>")


@dataclass(slots=True)
class _Workspace:
    """Names from the lists beside the channels."""

    users: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=set)
    channels: dict[str, str] = field(default_factory=dict)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield what people wrote on one day in one channel."""
    bundle = context.bundle or Bundle("", [source])
    workspace = bundle.once("slack", lambda: _workspace(bundle))
    folder = source.name.rpartition("/")[0].rpartition("/")[2]
    context.titles[folder] = workspace.channels.get(folder, folder)
    for entry in entries(JsonCursor(source.chunks()), context):
        user = text_of(entry.get("user"))
        reason = _skip_reason(entry, user, workspace)
        text = "" if reason else _plain(text_of(entry.get("text")) or _blocks_text(entry.get("blocks")), workspace)
        text, has_quote = without_quoted_lines(text)
        if has_quote:
            context.clean("quote")
        if reason is None and not text.strip():
            reason = _empty_reason(entry, has_quote)
        if reason is not None:
            context.skip(reason)
            continue
        name = workspace.users.get(user) or text_of(dict_of(entry.get("user_profile")).get("real_name")) or user
        yield LogMessage(unix_seconds(entry.get("ts")), name or "Unknown", text, user, folder)


def _workspace(bundle: Bundle) -> _Workspace:
    found = _Workspace()
    for source in bundle.ending("users.json"):
        for user in _quiet_entries(source):
            id = text_of(user.get("id"))
            profile = dict_of(user.get("profile"))
            found.users[id] = (text_of(profile.get("display_name")) or text_of(profile.get("real_name"))
                               or text_of(user.get("real_name")) or text_of(user.get("name")))
            if user.get("is_bot") is True:
                found.bots.add(id)
    for list_name in _LISTS_OF_CHANNELS:
        for source in bundle.ending(list_name):
            for channel in _quiet_entries(source):
                id, name = text_of(channel.get("id")), text_of(channel.get("name"))
                people = ", ".join(filter(None, (found.users.get(text_of(member))
                                                 for member in list_of(channel.get("members")))))
                found.channels[name or id] = name if name and not name.startswith("mpdm-") else people or id
    return found


def _quiet_entries(source: Source) -> Iterator[dict[str, Any]]:
    """A damaged list costs names, not messages."""
    try:
        yield from entries(JsonCursor(source.chunks()), ReadContext())
    except ImportProblem:
        return


def _skip_reason(entry: dict[str, Any], user: str, workspace: _Workspace) -> SkipReason | None:
    subtype = text_of(entry.get("subtype"))
    if subtype == "tombstone":
        return SkipReason.DELETED
    if entry.get("bot_id") or subtype == "bot_message" or user in workspace.bots or user == "USLACKBOT":
        return SkipReason.BOT
    if entry.get("type") != "message" or subtype not in _PEOPLE_SUBTYPES:
        return SkipReason.SYSTEM
    return None


def _empty_reason(entry: dict[str, Any], has_quote: bool) -> SkipReason:
    if has_quote:
        return SkipReason.QUOTED
    if any(dict_of(attachment).get("is_share") or dict_of(attachment).get("is_msg_unfurl")
           for attachment in list_of(entry.get("attachments"))):
        return SkipReason.FORWARDED
    return SkipReason.MEDIA if entry.get("files") or entry.get("attachments") else SkipReason.EMPTY


def _plain(text: str, workspace: _Workspace) -> str:
    """Names instead of ids, links as people see them, and the three characters that Slack escapes."""
    if "<" in text:
        text = _USER.sub(lambda match: "@" + (workspace.users.get(match[1]) or match[2] or "someone"), text)
        text = _CHANNEL.sub(lambda match: "#" + (match[1] or "channel"), text)
        text = _SPECIAL.sub(lambda match: "@" + match[1].lstrip("@"), text)
        text = _LINK.sub(lambda match: match[2] or match[1], text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def _blocks_text(blocks: object) -> str:
    """The words of a message that has only blocks; quotes inside it are left out."""
    texts: list[str] = []
    waiting = list(reversed(list_of(blocks)))
    while waiting:
        block = dict_of(waiting.pop())
        kind = block.get("type")
        if kind == "rich_text_quote":
            continue
        if kind == "emoji":
            texts.append(f":{text_of(block.get('name'))}:")
        elif kind == "user":
            texts.append(f"<@{text_of(block.get('user_id'))}>")
        elif kind == "link":
            texts.append(text_of(block.get("text")) or text_of(block.get("url")))
        elif isinstance(block.get("text"), str):
            texts.append(block["text"])
        waiting.extend(reversed(list_of(block.get("elements"))))
        if isinstance(block.get("text"), dict):
            waiting.append(block["text"])
    return "".join(texts)

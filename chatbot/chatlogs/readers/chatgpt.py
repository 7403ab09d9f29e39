"""ChatGPT's ``conversations.json``: every conversation is a tree, of which one path is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chatbot.chatlogs.clock import unix_seconds
from chatbot.chatlogs.context import ReadContext
from chatbot.chatlogs.json_cursor import JsonCursor
from chatbot.chatlogs.json_entries import dict_of, list_of, members, objects, small_value, text_of
from chatbot.chatlogs.records import LogMessage, SkipReason
from chatbot.chatlogs.reply_path import shown_path
from chatbot.chatlogs.sources import Source

SHAPES = ("[].mapping [].current_node", "[].title [].mapping", ".mapping .current_node")

USER, ASSISTANT = "User", "ChatGPT"


@dataclass(slots=True)
class _Node:
    """One message of a tree, or a reason why it is none. Both None: an empty root."""

    time: float | None = None
    role: str = ""
    text: str = ""
    reason: SkipReason | None = None


@dataclass(slots=True)
class _Conversation:
    """One tree, without the decorations of its messages."""

    id: str = ""
    title: str = ""
    last: str | None = None
    nodes: dict[str, _Node] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)


def read(source: Source, context: ReadContext) -> Iterator[LogMessage]:
    """Yield both sides, conversation by conversation, in the order of reading."""
    cursor = JsonCursor(source.chunks())
    trees = objects(cursor) if cursor.kind() == "array" else iter((None,))
    for number, _ in enumerate(trees, 1):
        yield from _messages(_conversation(cursor), number, context)


def _conversation(cursor: JsonCursor) -> _Conversation:
    found = _Conversation()
    for key in members(cursor):
        if key == "mapping":
            for id in members(cursor):
                value = dict_of(small_value(cursor))
                found.nodes[id] = _node(value.get("message"))
                parent = value.get("parent")
                found.parents[id] = parent if isinstance(parent, str) else None
        elif key in ("id", "conversation_id"):
            found.id = text_of(small_value(cursor)) or found.id
        elif key == "title":
            found.title = text_of(small_value(cursor))
        elif key == "current_node":
            found.last = text_of(small_value(cursor)) or None
    if found.last not in found.nodes:
        found.last = _latest_leaf(found)
    return found


def _latest_leaf(conversation: _Conversation) -> str | None:
    """An export without a current node: the newest message that nothing answers."""
    answered = set(conversation.parents.values())
    leaves = [id for id in conversation.nodes if id not in answered]
    return max(leaves, key=lambda id: conversation.nodes[id].time or 0.0, default=None)


def _node(message: object) -> _Node:
    if not isinstance(message, dict):
        return _Node()
    role = text_of(dict_of(message.get("author")).get("role"))
    time = unix_seconds(message.get("create_time"))
    content = dict_of(message.get("content"))
    if role not in ("user", "assistant") or message.get("recipient", "all") != "all" \
            or dict_of(message.get("metadata")).get("is_visually_hidden_from_conversation"):
        return _Node(time, role, "", SkipReason.HIDDEN)
    if content.get("content_type", "text") not in ("text", "multimodal_text"):
        return _Node(time, role, "", SkipReason.HIDDEN)
    text = _text(content)
    if text.strip():
        return _Node(time, role, text)
    return _Node(time, role, "", SkipReason.MEDIA if list_of(content.get("parts")) not in ([], [""])
                 else SkipReason.EMPTY)


def _text(content: dict[str, Any]) -> str:
    """Parts that are text; pictures are objects, transcripts of speech are objects with a text."""
    parts = (part if isinstance(part, str) else text_of(dict_of(part).get("text"))
             for part in list_of(content.get("parts")))
    return "\n".join(part for part in parts if part)


def _messages(conversation: _Conversation, number: int, context: ReadContext) -> Iterator[LogMessage]:
    id = conversation.id or str(number)
    context.titles[id] = conversation.title
    path = shown_path(conversation.parents, conversation.last)
    on_path = set(path)
    for key, node in conversation.nodes.items():
        if key not in on_path and (node.role or node.reason):
            context.skip(SkipReason.OTHER_VERSION if node.reason is None else node.reason)
    for key in path:
        node = conversation.nodes[key]
        if node.reason is not None:
            context.skip(node.reason)
        elif node.role:
            name = USER if node.role == "user" else ASSISTANT
            context.me_votes[USER] += node.role == "user"
            yield LogMessage(node.time, name, node.text, "", id)

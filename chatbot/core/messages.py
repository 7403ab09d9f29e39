"""Messages, conversations and what is known about a reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who wrote a message."""

    USER = "user"
    BOT = "bot"


class MessageStatus(StrEnum):
    """How far a message got. Values are stored in the database: never change or reuse one."""

    WRITING = "writing"
    """The engine is still adding text."""
    COMPLETE = "complete"
    STOPPED = "stopped"
    """The user pressed Stop; the text is what was written until then."""
    INTERRUPTED = "interrupted"
    """The program ended while the message was ``WRITING``."""
    FAILED = "failed"
    """The engine raised an error; the text is what was written until then."""


@dataclass(frozen=True, slots=True)
class ReplyStatistics:
    """What a reply cost. Kept with the message."""

    tokens: int
    seconds: float
    first_token_seconds: float
    tokens_per_second: float
    candidates: int
    seed: int
    """The seed that was really used, so that the reply can be repeated."""
    temperature: float
    score: float | None = None
    """Ranking score of the chosen candidate (nats per token), None when only one was drawn."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message in a conversation's tree.

    ``parent_id`` is None for a first message. Messages that share a parent and a role are versions of each other.
    """

    id: int
    conversation_id: int
    parent_id: int | None
    role: Role
    text: str
    created_at: float
    """Seconds since the epoch, UTC."""
    status: MessageStatus = MessageStatus.COMPLETE
    model_id: str | None = None
    statistics: ReplyStatistics | None = None
    is_edited: bool = False
    """A bot message whose words were changed by the user."""
    forgets_before: bool = False
    """The model's memory starts anew at this message; the text above stays readable."""
    rating: int = 0
    """-1, 0 or 1: the user's thumb."""
    version: int = 1
    """1-based place among its versions, filled in by the store."""
    version_count: int = 1


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as the list shows it."""

    id: int
    title: str
    created_at: float
    updated_at: float
    is_title_automatic: bool = True
    is_pinned: bool = False
    model_id: str | None = None
    """None: the default model."""
    sampling_json: str | None = None
    """Per-conversation sampling overrides as a JSON object of option name to value; None: no overrides."""
    draft: str = ""
    head_id: int | None = None
    """The last message of the path that is shown."""
    message_count: int = 0
    """Messages on the shown path."""


KEPT_DELETED_SECONDS = 30 * 86_400.0
"""How long a deleted conversation can be brought back; then the housekeeping erases it."""


@dataclass(frozen=True, slots=True)
class DeletedConversation:
    """A conversation that can still be brought back."""

    conversation: Conversation
    deleted_at: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class ShownChat:
    """A conversation with the path that is shown, oldest message first."""

    conversation: Conversation
    messages: tuple[Message, ...]
    hidden_count: int
    """Messages off the path: other versions, and what followed them."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One found message. ``excerpt`` holds the found words between U+0002 and U+0003."""

    conversation_id: int
    conversation_title: str
    message_id: int
    role: Role
    created_at: float
    excerpt: str

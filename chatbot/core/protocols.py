"""The doors between rooms, as Protocols: the store and the engine as the window sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from chatbot.core.messages import (Conversation, DeletedConversation, Message, MessageStatus, ReplyStatistics, Role,
                                   SearchHit)
from chatbot.core.replies import (Distribution, DistributionRequest, ModelSummary, ReplyEnd, ReplyPiece, ReplyRequest,
                                  Suggestion, SuggestionRequest, Turn)
from chatbot.core.sampling import Sampling


class ChatStore(Protocol):
    """Conversations as message trees. Every method is one transaction; errors are ``StorageError``.

    Nothing is ever erased but by ``purge_deleted``: deleting only marks, regenerating and editing add siblings.
    """

    # conversations
    def create_conversation(self, title: str = "", model_id: str | None = None) -> Conversation: ...
    def conversation(self, conversation_id: int) -> Conversation: ...
    def conversations(self) -> list[Conversation]:
        """Not deleted ones: pinned first, then the latest changed first."""
        ...
    def rename(self, conversation_id: int, title: str) -> None:
        """The user's own title; an empty one brings the automatic title (from the first words) back."""
        ...
    def set_pinned(self, conversation_id: int, is_pinned: bool) -> None: ...
    def set_model(self, conversation_id: int, model_id: str | None) -> None: ...
    def set_sampling(self, conversation_id: int, sampling_json: str | None) -> None: ...
    def set_draft(self, conversation_id: int, draft: str) -> None: ...
    def delete(self, conversation_id: int) -> None: ...
    def undelete(self, conversation_id: int) -> None: ...
    def deleted_conversations(self) -> list[DeletedConversation]:
        """Those that ``undelete`` can bring back, the latest deleted first."""

    def erase_deleted(self, conversation_id: int) -> None:
        """Erase a deleted conversation for good; ``StorageError`` for one that is not deleted."""

    def purge_deleted(self, older_than_seconds: float) -> int: ...
    def branch(self, message_id: int, title: str | None = None) -> Conversation:
        """A new conversation with a copy of the path (texts, states, statistics) up to and with ``message_id``."""
        ...

    # messages
    def path(self, conversation_id: int, limit: int | None = None, before_id: int | None = None,
             after_id: int | None = None) -> list[Message]:
        """The shown path, oldest first; the last ``limit`` of it, or the last ``limit`` before ``before_id``, or the
        first ``limit`` after ``after_id``, which must be on the shown path."""
        ...
    def message(self, message_id: int) -> Message: ...
    def add_message(self, conversation_id: int, parent_id: int | None, role: Role, text: str, *,
                    status: MessageStatus = MessageStatus.COMPLETE, model_id: str | None = None,
                    forgets_before: bool = False) -> Message:
        """Append below ``parent_id`` and make it the head. Surrogates are replaced, NUL characters dropped.

        A deleted conversation comes back with it. ``forgets_before``: the memory starts anew at this message.
        """
        ...
    def begin_exchange(self, conversation_id: int, parent_id: int | None, text: str, model_id: str, *,
                       forgets_before: bool = False, keeps_draft: bool = False) -> tuple[Message, Message]:
        """In one transaction: the user's message and an empty reply marked ``writing``; clears the draft.

        ``forgets_before``: the memory starts anew at the user's message. ``keeps_draft``: ``text`` was not the draft,
        but an edit or an example.
        """
        ...
    def update_text(self, message_id: int, text: str) -> None:
        """While a reply streams, about once a second, so that a crash loses little. Marks the message ``writing``
        (again, if it is being continued or tried again)."""
        ...
    def end_reply(self, message_id: int, text: str, status: MessageStatus, statistics: ReplyStatistics | None,
                  states: Iterable[tuple[int, bytes]], model_id: str) -> Message:
        """Text, statistics and states, in one transaction."""
        ...
    def edit_bot_message(self, message_id: int, text: str) -> Message:
        """A new sibling marked ``is_edited`` that becomes the head; the old version stays."""
        ...
    def versions(self, message_id: int) -> list[Message]: ...
    def select_version(self, message_id: int) -> None:
        """Show the path through ``message_id``, down to the leaf last shown below it."""
        ...
    def set_forgets_before(self, message_id: int, forgets: bool) -> None:
        """Mark or unmark; the states saved at this message and below it are dropped, as they remember otherwise."""
        ...
    def set_rating(self, message_id: int, rating: int) -> None: ...
    def set_edit_draft(self, message_id: int, text: str) -> None:
        """Keep the text of an edit that was not sent; an empty one: there is none."""
        ...
    def edit_drafts(self, conversation_id: int) -> dict[int, str]:
        """Texts of edits that were not sent, by message id, the one that was changed last at the end."""
        ...

    # states
    def nearest_state(self, message_id: int | None, model_id: str) -> tuple[bytes | None, list[Message]]:
        """The state saved at the nearest ancestor-or-self of ``message_id`` for ``model_id`` and the messages after it.

        Stops at a message that ``forgets_before``: then (None, [that message, ...]). Oldest first.
        """
        ...
    def save_state(self, message_id: int, model_id: str, state: bytes) -> None: ...
    def forget_states(self, model_id: str) -> int: ...

    # finding and moving
    def search(self, query: str, limit: int = 100) -> list[SearchHit]: ...
    def export(self, conversation_ids: Sequence[int] | None, format: str, target: Path) -> int:
        """``format``: ``json``, ``markdown`` or ``text``; None exports all. Returns how many were written."""
        ...
    def import_json(self, source: Path) -> list[int]:
        """Ids of the new conversations. Refuses a file that is not ours with one sentence."""
        ...
    def close(self) -> None: ...


class Engine(Protocol):
    """A loaded language model that writes replies."""

    @property
    def summary(self) -> ModelSummary: ...
    def reply(self, request: ReplyRequest) -> Iterator[ReplyPiece | ReplyEnd]:
        """Pieces as they are written, then exactly one ``ReplyEnd``. Looks at ``request.stop`` at every step."""
        ...
    def distribution(self, request: DistributionRequest) -> Distribution: ...
    def suggestion(self, request: SuggestionRequest) -> Suggestion:
        """The next words of the user's message if the model is sure enough. Looks at ``request.stop`` at every step."""
        ...
    def state_after(self, state: bytes | None, turns: Sequence[Turn]) -> bytes:
        """The state after ``turns``, ready to be saved."""
        ...


class SignalLike(Protocol):
    """As much of a Qt signal as the window uses, so that core needs no Qt."""

    def connect(self, slot: Callable[..., object], /) -> object: ...
    def emit(self, *values: object) -> None: ...


class EngineHandle(Protocol):
    """The window's only door to the engine: a QObject in the window's thread. Every method returns at once.

    Signals arrive in the window's thread. Replies are written one at a time, in the order they were requested; a
    request whose ``stop`` flag is already set ends at once with ``EndReason.STOPPED``.
    """

    piece_ready: SignalLike
    """(ReplyPiece)"""
    reply_ended: SignalLike
    """(ReplyEnd)"""
    job_failed: SignalLike
    """(Problem), its ``job_id`` names the reply or distribution that failed"""
    model_ready: SignalLike
    """(ModelSummary)"""
    model_failed: SignalLike
    """(Problem)"""
    distribution_ready: SignalLike
    """(Distribution)"""
    suggestion_ready: SignalLike
    """(Suggestion)"""

    @property
    def is_busy(self) -> bool:
        """A reply is being written or waits."""
        ...
    def request_reply(self, request: ReplyRequest) -> None: ...
    def request_distribution(self, request: DistributionRequest) -> None:
        """A newer request replaces an older one that has not started."""
        ...
    def request_suggestion(self, request: SuggestionRequest) -> None:
        """A newer request stops an older one, and so does everything else that is asked of the engine. Not answered
        while a reply is written, nor if something came first."""
        ...
    def stop(self) -> None:
        """Stop the reply that is being written."""
        ...
    def load_model(self, model_id: str) -> None: ...
    def reload_model(self, model_id: str) -> None:
        """Load it from the disk even if it is loaded: its files are others now."""
        ...
    def shutdown(self, wait_ms: int) -> bool:
        """Stop, end the thread, wait at most ``wait_ms``; whether it ended in time."""
        ...


class InstalledModels(Protocol):
    """The models a conversation can be written with."""

    def all(self) -> list[ModelSummary]:
        """All usable ones by name, the personal ones last. Quick: reads the folders' descriptions, no weights."""
        ...


class WindowSettings(Protocol):
    """The settings the window reads and changes. A change is kept by ``save``, which may gather several."""

    model_id: str
    """The default model."""
    sampling: Sampling
    """The default sampling settings."""
    theme: str
    """``system``, ``light`` or ``dark``"""
    zoom_percent: int
    send_key: str
    """``enter`` (Shift+Enter makes a new line) or ``ctrl_enter`` (Enter makes a new line)"""
    are_suggestions_shown: bool
    """Whether the next words are suggested in the message field."""

    def save(self) -> None: ...

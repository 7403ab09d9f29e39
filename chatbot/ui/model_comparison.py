"""Has two models answer the same message with the same seed and settings. A QObject without widgets.

The models are loaded one after the other in an engine thread of their own, and each is let go of when its reply is
whole, so that beside the model that chats there is never more than one in memory. Nothing is written to the store.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.core.protocols import ChatStore
from chatbot.core.replies import ModelSummary, ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.ui.chat_replies import EARLIER_REPLIES, USELESS_MEMORY

if TYPE_CHECKING:
    from chatbot.worker.engine_handle import EngineHandle

SIDES = 2
_LOOKED_BACK = 2 * EARLIER_REPLIES


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a conversation a message stands that both models answer: below ``parent_id``, as a next message would.

    ``earlier`` are the bot's latest messages above it.
    """

    conversation_id: int
    parent_id: int
    earlier: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class _Side:
    """One of the two replies on its way."""

    number: int
    model_id: str
    job_id: int = 0
    text: str = ""
    is_read_again: bool = False
    """Its saved memory could not be used, so that the conversation is read from the text."""
    stop: threading.Event = field(default_factory=threading.Event)


def last_message(store: ChatStore, conversation_id: int) -> Message | None:
    """The user's last message on the shown path. Raises ``StorageError``."""
    path = store.path(conversation_id, _LOOKED_BACK)
    return next((message for message in reversed(path) if message.role == Role.USER and message.text), None)


def place_of(store: ChatStore, conversation_id: int, text: str) -> Place | None:
    """Where ``text`` stands in the conversation: where the user said it last, else after everything that was said.

    None: nothing was said before it. Raises ``StorageError``.
    """
    path = [message for message in store.path(conversation_id, _LOOKED_BACK)
            if message.status != MessageStatus.WRITING]
    for number in reversed(range(len(path))):
        if path[number].role == Role.USER:
            if path[number].text.strip() == text.strip():
                if path[number].forgets_before:
                    return None
                parent_id = path[number].parent_id
                return _place(conversation_id, parent_id, path[:number])
            break
    return _place(conversation_id, path[-1].id, path) if path else None


def _place(conversation_id: int, parent_id: int | None, before: Sequence[Message]) -> Place | None:
    if parent_id is None:
        return None
    earlier = tuple(message.text for message in before if message.role == Role.BOT and message.text)
    return Place(conversation_id, parent_id, earlier)


class ModelComparison(QObject):
    """One comparison at a time. Every side ends with ``ended`` or ``failed``, then comes ``finished``."""

    loading = Signal(int)
    """(side): its model is on its way"""
    text_changed = Signal(int, str)
    """(side, whole text so far)"""
    ended = Signal(int, object)
    """(side, ReplyEnd)"""
    failed = Signal(int, object)
    """(side, Problem)"""
    finished = Signal()

    def __init__(self, store: ChatStore, engine: EngineHandle, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._engine = engine
        self._last_job_id = 0
        self._sides: dict[int, _Side] = {}
        """By the number of their job, in the order in which they are written."""
        self._message = ""
        self._place: Place | None = None
        self._sampling = Sampling()
        engine.piece_ready.connect(self._on_piece_ready)
        engine.reply_ended.connect(self._on_reply_ended)
        engine.job_failed.connect(self._on_job_failed)

    @property
    def is_running(self) -> bool:
        """Whether a reply is being written or waits."""
        return bool(self._sides)

    def start(self, message: str, model_ids: Sequence[str], sampling: Sampling, place: Place | None = None) -> None:
        """Have the two models of ``model_ids`` answer ``message``, as the next one at ``place``. Ends what runs."""
        self.stop()
        self._sides.clear()
        seed = sampling.seed if sampling.seed >= 0 else secrets.randbelow(2**31)
        self._message, self._place, self._sampling = message, place, replace(sampling, seed=seed)
        job_ids = [self._registered(_Side(number, model_id)) for number, model_id in enumerate(model_ids)]
        self._announce_next()
        for job_id in job_ids:
            self._request(job_id)

    @Slot()
    def stop(self) -> None:
        """Stop both; what was written stays."""
        for side in self._sides.values():
            side.stop.set()

    def _registered(self, side: _Side) -> int:
        """The number of its job."""
        self._last_job_id += 1
        side.job_id = self._last_job_id
        self._sides[side.job_id] = side
        return side.job_id

    def _request(self, job_id: int) -> None:
        try:
            request = self._request_for(self._sides[job_id], job_id)
        except KnownError as error:
            self._end(job_id, Problem.from_error(error))
            return
        self._engine.request_reply(request)
        self._engine.release_model()

    def _request_for(self, side: _Side, job_id: int) -> ReplyRequest:
        state, before = self._memory(side)
        turns = (*(Turn(each.role, each.text) for each in before), Turn(Role.USER, self._message))
        earlier = self._place.earlier if self._place is not None else ()
        return ReplyRequest(job_id, side.model_id, turns, LiveSampling(self._sampling), state, "", earlier,
                            None, side.stop)

    def _memory(self, side: _Side) -> tuple[bytes | None, Sequence[Message]]:
        """What the side's model remembers at the place, and the messages it has yet to read."""
        if self._place is None:
            return None, ()
        if not side.is_read_again:
            return self._store.nearest_state(self._place.parent_id, side.model_id)
        path = self._store.path(self._place.conversation_id)
        ids = [message.id for message in path]
        path = path[:ids.index(self._place.parent_id) + 1] if self._place.parent_id in ids else path
        first = max((number for number, message in enumerate(path) if message.forgets_before), default=0)
        return None, path[first:]

    def _announce_next(self) -> None:
        side = next(iter(self._sides.values()), None)
        if side is not None:
            self.loading.emit(side.number)

    def _end(self, job_id: int, answer: ReplyEnd | Problem) -> None:
        side = self._sides.pop(job_id)
        if isinstance(answer, Problem):
            self.failed.emit(side.number, answer)
        else:
            self.ended.emit(side.number, answer)
        if self._sides:
            self._announce_next()
        else:
            self.finished.emit()

    @Slot(object)
    def _on_piece_ready(self, piece: ReplyPiece) -> None:
        side = self._sides.get(piece.job_id)
        if side is not None:
            side.text += piece.text
            self.text_changed.emit(side.number, side.text)

    @Slot(object)
    def _on_reply_ended(self, end: ReplyEnd) -> None:
        if end.job_id in self._sides:
            self._end(end.job_id, end)

    @Slot(object)
    def _on_job_failed(self, problem: Problem) -> None:
        side = self._sides.get(problem.job_id) if problem.job_id is not None else None
        if side is None:
            return
        if problem.code in USELESS_MEMORY and not side.is_read_again:
            side.is_read_again = True
            del self._sides[side.job_id]
            job_id = self._registered(side)
            self._announce_next()
            self._request(job_id)
        else:
            self._end(side.job_id, problem)


def chosen_pair(models: Sequence[ModelSummary], wanted: Sequence[str]) -> tuple[str, str] | None:
    """Two different installed models, the ``wanted`` ones as far as they are there; None if there are not two."""
    ids = [model.id for model in models]
    pair = list(dict.fromkeys([*(each for each in wanted if each in ids), *ids]))[:SIDES]
    return (pair[0], pair[1]) if len(pair) == SIDES else None

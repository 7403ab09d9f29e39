"""Replies that are being written: held until their model is loaded, requested, streamed, stored.

A reply belongs to a message in the store, not to the window: it goes on while another conversation is shown.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import Message, MessageStatus, ReplyStatistics, Role
from chatbot.core.protocols import ChatStore, EngineHandle
from chatbot.core.replies import EndReason, ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.ui.chat_language_model import ChatLanguageModel, ModelStatus

log = logging.getLogger(__name__)

SAVE_INTERVAL_MS = 1000
EARLIER_REPLIES = 6
_LOOKED_BACK = 2 * EARLIER_REPLIES
USELESS_MEMORY = ("state_damaged", "state_of_other_model")
"""Problems of a saved memory that reading the text again solves."""


@dataclass(eq=False, slots=True)
class Job:
    """One reply on its way. ``text`` is all of it so far, ``written`` what it began with."""

    id: int
    message: Message
    wanted_model_id: str
    live: LiveSampling
    written: str = ""
    text: str = ""
    is_requested: bool = False
    model_id: str = ""
    saved_text: str = ""
    has_complained: bool = False
    is_read_again: bool = False
    """Its saved memory could not be used, so it was asked for again from the text."""
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(slots=True)
class _Ending:
    """What ``end_reply`` is to be told; kept until the store takes it."""

    message: Message
    text: str
    status: MessageStatus
    statistics: ReplyStatistics | None
    states: tuple[tuple[int, bytes], ...]
    model_id: str
    problem: Problem | None

    def applied_to(self, message: Message) -> Message:
        """``message`` as it will be stored."""
        return replace(message, text=self.text, status=self.status, statistics=self.statistics, model_id=self.model_id)


class ChatReplies(QObject):
    """All running replies of all conversations."""

    text_changed = Signal(object, str)
    """(message id, whole text so far)"""
    ended = Signal(object, object)
    """(Message as stored, or as it will be, Problem | None)"""
    stored_late = Signal(object, object)
    """(Message as stored, Problem | None): it has ended before, but only now the store took it"""
    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, engine: EngineHandle, language_model: ChatLanguageModel,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._engine = engine
        self._language_model = language_model
        self._jobs: dict[int, Job] = {}
        self._next_id = 1
        self._unsaved: dict[int, _Ending] = {}
        """By message; here until the store takes it."""
        self._replaced_ids: set[str] = set()
        """Models that are being loaded anew; what their old weights remember is dropped once they are."""
        self._save_timer = QTimer(self)
        self._save_timer.setInterval(SAVE_INTERVAL_MS)
        self._save_timer.timeout.connect(self._on_save_time)
        engine.piece_ready.connect(self._on_piece_ready)
        engine.reply_ended.connect(self._on_reply_ended)
        engine.job_failed.connect(self._on_job_failed)
        language_model.changed.connect(self._on_model_changed)

    # what is asked of it
    def start(self, message: Message, wanted_model_id: str, sampling: Sampling, written: str = "") -> None:
        """Write the reply for ``message``, which the store holds as ``writing``."""
        job = Job(self._next_id, message, wanted_model_id, LiveSampling(sampling), written, written,
                  saved_text=message.text)
        self._next_id += 1
        self._jobs[job.id] = job
        self._save_timer.start()
        self._request_what_can_be()

    def stop(self, conversation_id: int) -> None:
        """Stop this conversation's reply. What was written stays."""
        for job in self._of(conversation_id):
            job.stop.set()
            if not job.is_requested:
                self._end(job, MessageStatus.STOPPED)

    def is_writing(self, conversation_id: int) -> bool:
        """Whether a reply of this conversation is being written or waits."""
        return bool(self._of(conversation_id))

    def as_written(self, message: Message) -> Message:
        """``message`` as far as it is written; the store may not have all of it yet."""
        ending = self._unsaved.get(message.id)
        if ending is not None:
            return ending.applied_to(message)
        text = next((job.text for job in self._jobs.values() if job.message.id == message.id), None)
        return message if text is None else replace(message, text=text)

    def set_sampling(self, conversation_id: int, sampling: Sampling) -> None:
        """New settings for the next token of this conversation's reply."""
        for job in self._of(conversation_id):
            job.live.value = sampling

    def on_model_replaced(self, model_id: str) -> None:
        """The files of ``model_id`` are others or gone: the memory its old weights wrote is of no use to new ones.

        A reply that is being written ends with the old weights; its memory is dropped when the new ones are there.
        """
        self._replaced_ids.add(model_id)
        loaded = self._language_model.status.summary
        if loaded is not None and loaded.id == model_id:
            self._language_model.reload()
        else:
            self._forget_replaced()

    def _forget_replaced(self) -> None:
        try:
            while self._replaced_ids:
                self._store.forget_states(min(self._replaced_ids))
                self._replaced_ids.discard(min(self._replaced_ids))
        except KnownError as error:
            self.problem_raised.emit(Problem.from_error(error))

    def close(self) -> bool:
        """The program ends: stop everything and store what was written. Whether the store took all of it; as long as
        the program goes on nevertheless, the rest is tried again."""
        for job in list(self._jobs.values()):
            job.stop.set()
            self._end(job, MessageStatus.INTERRUPTED)
        self._try_unsaved()
        if not self._unsaved:
            self._save_timer.stop()
        return not self._unsaved

    def give_up(self) -> None:
        """Try no more to store what the store refused: the program ends, and the store with it."""
        self._save_timer.stop()

    def _of(self, conversation_id: int) -> list[Job]:
        return [job for job in self._jobs.values() if job.message.conversation_id == conversation_id]

    # requesting
    def _request_what_can_be(self) -> None:
        """Request the held replies in their order, as far as their model is loaded; have the next model loaded."""
        for job in [job for job in self._jobs.values() if not job.is_requested]:
            model_id = self._language_model.loaded_id(job.wanted_model_id)
            if model_id is None:
                self._language_model.load(job.wanted_model_id)
                return
            self._request(job, model_id)

    def _request(self, job: Job, model_id: str) -> None:
        job.is_requested, job.model_id = True, model_id
        try:
            request = self._request_for(job, model_id)
        except KnownError as error:
            self._end(job, MessageStatus.FAILED, problem=Problem.from_error(error, job.id))
            return
        self._engine.request_reply(request)

    def _request_for(self, job: Job, model_id: str) -> ReplyRequest:
        message = job.message
        state, later = self._store.nearest_state(message.parent_id, model_id)
        if message.forgets_before:
            state, later = None, []
        turns = tuple(Turn(each.role, each.text, each.id) for each in later)
        path = self._store.path(message.conversation_id, _LOOKED_BACK, before_id=message.id)
        earlier = tuple(each.text for each in path if each.role == Role.BOT and each.text)
        asked = path[-1] if path and path[-1].role == Role.USER and not path[-1].forgets_before else None
        return ReplyRequest(job.id, model_id, turns, job.live, state, job.written, earlier, message.id, job.stop,
                            asked.text if asked is not None else "")

    # answers
    @Slot(object)
    def _on_piece_ready(self, piece: ReplyPiece) -> None:
        job = self._jobs.get(piece.job_id)
        if job is not None:
            job.text += piece.text
            self.text_changed.emit(job.message.id, job.text)

    @Slot(object)
    def _on_reply_ended(self, end: ReplyEnd) -> None:
        job = self._jobs.get(end.job_id)
        if job is not None:
            job.text = job.written + end.text
            status = MessageStatus.STOPPED if end.reason == EndReason.STOPPED else MessageStatus.COMPLETE
            self._end(job, status, end.statistics, end.states)

    @Slot(object)
    def _on_job_failed(self, problem: Problem) -> None:
        job = self._jobs.get(problem.job_id) if problem.job_id is not None else None
        if job is None:
            return
        if problem.code in USELESS_MEMORY and not job.is_read_again:
            self._read_again(job)
        else:
            self._end(job, MessageStatus.FAILED, problem=problem)

    def _read_again(self, job: Job) -> None:
        """Saved memories of damaged or of other weights are dropped; the reply is written from the text instead."""
        job.is_read_again = True
        try:
            self._store.forget_states(job.model_id)
        except KnownError as error:
            self._end(job, MessageStatus.FAILED, problem=Problem.from_error(error, job.id))
            return
        self._request(job, job.model_id)

    @Slot(object)
    def _on_model_changed(self, status: ModelStatus) -> None:
        if status.problem is not None:
            for job in list(self._jobs.values()):
                if not job.is_requested and job.wanted_model_id == status.wanted_id:
                    self._end(job, MessageStatus.FAILED)  # the reason is shown once, where the model is tried again
        if not status.is_loading:
            self._forget_replaced()
            self._request_what_can_be()

    # storing
    def _end(self, job: Job, status: MessageStatus, statistics: ReplyStatistics | None = None,
             states: tuple[tuple[int, bytes], ...] = (), problem: Problem | None = None) -> None:
        del self._jobs[job.id]
        ending = _Ending(job.message, job.text, status, statistics, states, job.model_id or job.wanted_model_id,
                         problem)
        self._unsaved[job.message.id] = ending
        message = ending.applied_to(job.message)
        try:
            message = self._stored(ending)
        except KnownError as error:
            log.info("a reply could not be stored yet: %s", error)
            self.problem_raised.emit(Problem.from_error(error))
        self.ended.emit(message, problem)

    def _stored(self, ending: _Ending) -> Message:
        """The message as the store took it; raises what the store says if it does not."""
        try:
            message = self._store.end_reply(ending.message.id, ending.text, ending.status, ending.statistics,
                                            ending.states, ending.model_id)
        except KnownError as error:
            if not _is_erased(ending.message, error):
                raise
            message = ending.applied_to(ending.message)  # nobody can come back to it, so there is nothing to keep
        del self._unsaved[ending.message.id]
        return message

    def store_late(self, conversation_id: int) -> None:
        """Have the store take the ended replies of this conversation that it refused; raises if it still does."""
        for ending in list(self._unsaved.values()):
            if ending.message.conversation_id == conversation_id:
                self.stored_late.emit(self._stored(ending), ending.problem)

    def _try_unsaved(self) -> None:
        for conversation_id in {ending.message.conversation_id for ending in self._unsaved.values()}:
            try:
                self.store_late(conversation_id)
            except KnownError as error:
                log.info("a reply can still not be stored: %s", error)

    @Slot()
    def _on_save_time(self) -> None:
        """Store what was added since the last time, and try again what the store refused."""
        for job in self._jobs.values():
            if job.text != job.saved_text:
                self._save(job)
        self._try_unsaved()
        if not self._jobs and not self._unsaved:
            self._save_timer.stop()

    def _save(self, job: Job) -> None:
        try:
            self._store.update_text(job.message.id, job.text)
            job.saved_text = job.text
        except KnownError as error:
            if _is_erased(job.message, error):
                job.stop.set()  # nobody waits for it any more
            elif not job.has_complained:  # once is enough; the end of the reply tries again
                job.has_complained = True
                self.problem_raised.emit(Problem.from_error(error))


def _is_erased(message: Message, error: KnownError) -> bool:
    """Whether ``error`` says that ``message`` is gone: its conversation was deleted, and then erased for good."""
    return error.code == "not_found" and error.details.get("id") == message.id

"""Runs the language model in the engine thread. Only ``EngineHandle`` knows this class."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.messages import ReplyStatistics
from chatbot.core.protocols import Engine
from chatbot.core.replies import DistributionRequest, EndReason, ReplyEnd, ReplyRequest, SuggestionRequest
from chatbot.worker.newest_request import NewestRequest
from chatbot.worker.piece_batch import PieceBatch
from chatbot.worker.returned_memory import return_freed_memory

log = logging.getLogger(__name__)

MakeEngine = Callable[[str], Engine]
"""Model id to loaded engine; raises ``KnownError``. Called in the engine thread."""


class EngineWorker(QObject):
    """Does one thing after the other; whatever goes wrong leaves as a ``Problem`` and the thread lives on.

    Stopping is not a slot: a slot would only run after the reply it is to stop. The request carries its own flag.
    """

    piece_ready = Signal(object)
    reply_ended = Signal(object)
    job_failed = Signal(object)
    model_ready = Signal(object)
    model_failed = Signal(object)
    distribution_ready = Signal(object)
    suggestion_ready = Signal(object)

    def __init__(self, make_engine: MakeEngine, newest_distribution: NewestRequest[DistributionRequest],
                 newest_suggestion: NewestRequest[SuggestionRequest]) -> None:
        super().__init__()
        self._make_engine = make_engine
        self._newest_distribution = newest_distribution
        self._newest_suggestion = newest_suggestion
        self._has_suggesting_failed = False
        self._engine: Engine | None = None
        self._requested_id: str | None = None

    @Slot(object)
    def load_model(self, model_id: str) -> None:
        """Load ``model_id``; the model that is loaded stays until the new one is ready."""
        try:
            self._engine_for(model_id)
        except Exception as error:  # last line of defence: the thread must live on
            self.model_failed.emit(_problem(error, f"loading {model_id}"))
        else:
            self.model_ready.emit(self._engine.summary)

    @Slot(object)
    def reload_model(self, model_id: str) -> None:
        """Load ``model_id`` from the disk; what was loaded before is gone even if that fails."""
        self._engine = None
        self.load_model(model_id)

    @Slot()
    def release_model(self) -> None:
        """Let go of the loaded model and its memory; whoever needs it next loads it again."""
        self._engine = self._requested_id = None
        return_freed_memory()

    @Slot(object)
    def reply(self, request: ReplyRequest) -> None:
        """Write one reply: pieces, then exactly one end or problem."""
        if request.stop.is_set():
            self.reply_ended.emit(_stopped_before_start(request))
            return
        batch = PieceBatch(request.job_id)
        try:
            self._write(request, batch)
        except Exception as error:  # last line of defence: the thread must live on
            self._pass_on(batch.flush())
            self.job_failed.emit(_problem(error, f"reply {request.job_id}", request.job_id))

    @Slot()
    def distribution(self) -> None:
        """Answer the newest distribution request; without its model loaded there is nothing to show."""
        request = self._newest_distribution.take()
        if request is None or not self._is_loaded(request.model_id):
            return
        try:
            self.distribution_ready.emit(self._engine.distribution(request))
        except Exception as error:  # last line of defence: the thread must live on
            self.job_failed.emit(_problem(error, f"distribution {request.job_id}", request.job_id))

    @Slot()
    def suggestion(self) -> None:
        """Answer the newest suggestion request, unless something came first or its model is not loaded.

        A suggestion that fails is no problem of the user's, who asked for nothing; after a bug none is tried any more
        until another model is loaded, or every key would fill the log.
        """
        request = self._newest_suggestion.take()
        if request is None or request.stop.is_set() or not self._is_loaded(request.model_id):
            return
        if self._has_suggesting_failed:
            return
        try:
            suggestion = self._engine.suggestion(request)
        except KnownError as error:
            log.info("no suggestion: %s", error)
        except Exception:  # last line of defence: the thread must live on
            self._has_suggesting_failed = True
            log.exception("suggestion %s failed; no more until another model is loaded", request.job_id)
        else:
            if not request.stop.is_set():
                self.suggestion_ready.emit(suggestion)

    def _write(self, request: ReplyRequest, batch: PieceBatch) -> None:
        is_other_model = not self._is_loaded(request.model_id)
        engine = self._engine_for(request.model_id)
        if is_other_model:
            self.model_ready.emit(engine.summary)
        for event in engine.reply(request):
            if isinstance(event, ReplyEnd):
                self._pass_on(batch.flush())
                self.reply_ended.emit(event)
                return
            piece = batch.add(event.text, time.monotonic())
            if not request.stop.is_set():  # after Stop the text stands still; the end carries all of it
                self._pass_on(piece)
        raise RuntimeError("the engine left a reply without an end")

    def _pass_on(self, piece: object | None) -> None:
        if piece is not None:
            self.piece_ready.emit(piece)

    def _engine_for(self, model_id: str) -> Engine:
        if not self._is_loaded(model_id):
            self._engine = self._make_engine(model_id)
            self._requested_id = model_id
            self._has_suggesting_failed = False
        return self._engine

    def _is_loaded(self, model_id: str) -> bool:
        """Under its own id, or under the name it was asked for ('' is the default model)."""
        return self._engine is not None and model_id in (self._requested_id, self._engine.summary.id)


def _problem(error: Exception, doing: str, job_id: int | None = None) -> Problem:
    if isinstance(error, KnownError):
        log.info("%s failed: %s", doing, error)
    else:
        log.exception("%s failed", doing)
    return Problem.from_error(error, job_id)


def _stopped_before_start(request: ReplyRequest) -> ReplyEnd:
    sampling = request.sampling.value
    statistics = ReplyStatistics(tokens=0, seconds=0.0, first_token_seconds=0.0, tokens_per_second=0.0, candidates=0,
                                 seed=sampling.seed, temperature=sampling.temperature)
    return ReplyEnd(request.job_id, "", EndReason.STOPPED, statistics)

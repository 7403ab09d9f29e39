"""The window's door to the engine: starts the engine thread and passes requests and answers between the threads."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Qt, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.replies import (Distribution, DistributionRequest, ModelSummary, ReplyEnd, ReplyPiece, ReplyRequest,
                                  Suggestion, SuggestionRequest)
from chatbot.worker.engine_worker import EngineWorker, MakeEngine
from chatbot.worker.named_thread import NamedThread
from chatbot.worker.newest_request import NewestRequest

log = logging.getLogger(__name__)


class EngineHandle(QObject):
    """Lives in the window's thread and implements ``core.protocols.EngineHandle``.

    Every answer passes through a slot of this object before it is sent on, so that it reaches the window in the
    window's thread whatever the receiver is, and so that answers to jobs that are no longer open are dropped.
    """

    piece_ready = Signal(object)
    reply_ended = Signal(object)
    job_failed = Signal(object)
    model_ready = Signal(object)
    model_failed = Signal(object)
    distribution_ready = Signal(object)
    suggestion_ready = Signal(object)

    _reply_requested = Signal(object)
    _model_requested = Signal(object)
    _reload_requested = Signal(object)
    _release_requested = Signal()
    _distribution_requested = Signal()
    _suggestion_requested = Signal()

    def __init__(self, make_engine: MakeEngine, parent: QObject | None = None, *, name: str = "engine") -> None:
        """``name`` is the thread's, for the log."""
        super().__init__(parent)
        self._open: dict[int, ReplyRequest] = {}
        """Requested replies that have not ended, oldest first; the first one is being written."""
        self._newest_distribution: NewestRequest[DistributionRequest] = NewestRequest()
        self._newest_suggestion: NewestRequest[SuggestionRequest] = NewestRequest()
        self._asked: SuggestionRequest | None = None
        """The suggestion asked for last, until it is answered or something else is asked for."""
        self._is_shut_down = False
        self._worker = EngineWorker(make_engine, self._newest_distribution, self._newest_suggestion)
        self._thread = NamedThread(name, self)
        self._worker.moveToThread(self._thread)
        self._connect()
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """A reply is being written or waits."""
        return bool(self._open)

    def request_reply(self, request: ReplyRequest) -> None:
        """Queue a reply. Its end or its problem always comes, but after ``shutdown``."""
        if self._is_shut_down:
            return
        self._drop_suggestion()
        self._open[request.job_id] = request
        self._reply_requested.emit(request)

    def request_distribution(self, request: DistributionRequest) -> None:
        """Queue a distribution in place of an older one that has not started."""
        if self._is_shut_down:
            return
        self._drop_suggestion()
        self._newest_distribution.put(request)
        self._distribution_requested.emit()

    def request_suggestion(self, request: SuggestionRequest) -> None:
        """Queue a suggestion in place of an older one, which is stopped. While a reply is written there is none."""
        self._drop_suggestion()
        if self._is_shut_down or self.is_busy:
            return
        self._asked = request
        self._newest_suggestion.put(request)
        self._suggestion_requested.emit()

    def _drop_suggestion(self) -> None:
        """Whatever is asked for now does not wait for a suggestion, and a late answer is not wanted any more."""
        if self._asked is not None:
            self._asked.stop.set()
            self._asked = None

    def stop(self) -> None:
        """Stop the reply that is being written; replies that wait behind it are written."""
        running = next(iter(self._open.values()), None)
        if running is not None:
            running.stop.set()

    def load_model(self, model_id: str) -> None:
        """Load a model behind whatever was requested before; the old one serves until it is ready."""
        self._drop_suggestion()
        if not self._is_shut_down:
            self._model_requested.emit(model_id)

    def reload_model(self, model_id: str) -> None:
        """Load a model from the disk behind whatever was requested before, even if it is loaded."""
        self._drop_suggestion()
        if not self._is_shut_down:
            self._reload_requested.emit(model_id)

    def release_model(self) -> None:
        """Let go of the loaded model behind whatever was requested before."""
        if not self._is_shut_down:
            self._release_requested.emit()

    def shutdown(self, wait_ms: int = 3000) -> bool:
        """Stop everything, end the thread, wait at most ``wait_ms``; whether it ended in time. Twice does no harm."""
        self._is_shut_down = True
        for request in self._open.values():
            request.stop.set()
        self._open.clear()
        self._newest_distribution.put(None)
        self._drop_suggestion()
        self._thread.quit()
        has_ended = self._thread.wait(wait_ms)
        if not has_ended:
            log.info("the engine thread was still busy after %d ms", wait_ms)
        return has_ended

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._reply_requested.connect(self._worker.reply, queued)
        self._model_requested.connect(self._worker.load_model, queued)
        self._reload_requested.connect(self._worker.reload_model, queued)
        self._release_requested.connect(self._worker.release_model, queued)
        self._distribution_requested.connect(self._worker.distribution, queued)
        self._worker.piece_ready.connect(self._on_piece_ready, queued)
        self._worker.reply_ended.connect(self._on_reply_ended, queued)
        self._worker.job_failed.connect(self._on_job_failed, queued)
        self._worker.model_ready.connect(self._on_model_ready, queued)
        self._worker.model_failed.connect(self._on_model_failed, queued)
        self._suggestion_requested.connect(self._worker.suggestion, queued)
        self._worker.distribution_ready.connect(self._on_distribution_ready, queued)
        self._worker.suggestion_ready.connect(self._on_suggestion_ready, queued)
        self._thread.finished.connect(self._worker.deleteLater)

    @Slot(object)
    def _on_piece_ready(self, piece: ReplyPiece) -> None:
        if piece.job_id in self._open:
            self.piece_ready.emit(piece)

    @Slot(object)
    def _on_reply_ended(self, end: ReplyEnd) -> None:
        if self._open.pop(end.job_id, None) is not None:
            self.reply_ended.emit(end)

    @Slot(object)
    def _on_job_failed(self, problem: Problem) -> None:
        if problem.job_id is not None:
            self._open.pop(problem.job_id, None)
        if not self._is_shut_down:
            self.job_failed.emit(problem)

    @Slot(object)
    def _on_model_ready(self, summary: ModelSummary) -> None:
        if not self._is_shut_down:
            self.model_ready.emit(summary)

    @Slot(object)
    def _on_model_failed(self, problem: Problem) -> None:
        if not self._is_shut_down:
            self.model_failed.emit(problem)

    @Slot(object)
    def _on_distribution_ready(self, distribution: Distribution) -> None:
        if not self._is_shut_down:
            self.distribution_ready.emit(distribution)

    @Slot(object)
    def _on_suggestion_ready(self, suggestion: Suggestion) -> None:
        if self._asked is not None and suggestion.job_id == self._asked.job_id:
            self._asked = None
            self.suggestion_ready.emit(suggestion)

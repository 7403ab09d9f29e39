"""An ``EngineHandle`` that a test plays by hand: no thread, no model."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from chatbot.core.errors import Problem
from chatbot.core.messages import ReplyStatistics
from chatbot.core.replies import (DistributionRequest, EndReason, ModelSummary, ReplyEnd, ReplyPiece, ReplyRequest,
                                  Suggestion, SuggestionRequest)

STATISTICS = ReplyStatistics(tokens=12, seconds=0.1, first_token_seconds=0.02, tokens_per_second=120.0, candidates=16,
                             seed=7, temperature=0.7, score=-1.5)


class FakeEngineHandle(QObject):
    """Keeps every request; ``write``, ``finish`` and ``fail`` play the answers of the oldest open one."""

    piece_ready = Signal(object)
    reply_ended = Signal(object)
    job_failed = Signal(object)
    model_ready = Signal(object)
    model_failed = Signal(object)
    distribution_ready = Signal(object)
    suggestion_ready = Signal(object)

    def __init__(self, parent: QObject | None = None, *, model_loads: bool = True) -> None:
        super().__init__(parent)
        self.model_loads = model_loads
        """Whether ``load_model`` succeeds at once; None: a test plays the answer."""
        self.requests: list[ReplyRequest] = []
        self.open: list[ReplyRequest] = []
        self.distribution_requests: list[DistributionRequest] = []
        self.suggestion_requests: list[SuggestionRequest] = []
        self.loaded: list[str] = []
        self.reloaded: list[str] = []
        self.release_count = 0
        self.stop_count = 0
        self.shutdowns: list[int] = []
        self._written: dict[int, str] = {}

    @property
    def is_busy(self) -> bool:
        return bool(self.open)

    def request_reply(self, request: ReplyRequest) -> None:
        self.requests.append(request)
        self.open.append(request)

    def request_distribution(self, request: DistributionRequest) -> None:
        self.distribution_requests.append(request)

    def request_suggestion(self, request: SuggestionRequest) -> None:
        self.suggestion_requests.append(request)

    def stop(self) -> None:
        self.stop_count += 1

    def load_model(self, model_id: str) -> None:
        self.loaded.append(model_id)
        if self.model_loads is True:
            self.model_ready.emit(self.summary(model_id))
        elif self.model_loads is False:
            self.model_failed.emit(Problem("model_missing", f"The model {model_id} is not installed.",
                                           details={"model_id": model_id}))

    def reload_model(self, model_id: str) -> None:
        self.reloaded.append(model_id)
        self.load_model(model_id)

    def release_model(self) -> None:
        self.release_count += 1

    def shutdown(self, wait_ms: int) -> bool:
        self.shutdowns.append(wait_ms)
        return True

    # played by tests
    @staticmethod
    def summary(model_id: str) -> ModelSummary:
        return ModelSummary(model_id, "Wren S (English)", 14_000_000, "en", "Apache-2.0", 16_384, "int8")

    def write(self, text: str) -> None:
        """A piece of the oldest open reply."""
        job_id = self.open[0].job_id
        self._written[job_id] = self._written.get(job_id, "") + text
        self.piece_ready.emit(ReplyPiece(job_id, text))

    def finish(self, rest: str = "", reason: EndReason = EndReason.END_OF_TURN) -> ReplyRequest:
        """End the oldest open reply, as the real engine does: the whole text and the states."""
        request = self.open[0]
        if rest:
            self.write(rest)
        self.open.pop(0)
        text = self._written.pop(request.job_id, "")
        owners = [turn.message_id for turn in request.turns if turn.message_id is not None]
        if request.reply_message_id is not None:
            owners.append(request.reply_message_id)
        states = tuple((owner, f"state {owner}".encode()) for owner in owners)
        self.reply_ended.emit(ReplyEnd(request.job_id, text, reason, STATISTICS, states))
        return request

    def finish_stopped(self) -> None:
        """What the real engine does when it sees the stop flag."""
        assert self.open[0].stop.is_set()
        self.finish(reason=EndReason.STOPPED)

    def suggest(self, text: str, number: int = -1) -> None:
        """Answer the suggestion request of this number, the newest one by default."""
        request = self.suggestion_requests[number]
        self.suggestion_ready.emit(Suggestion(request.job_id, request.text, text, 0.9))

    def fail(self, sentence: str = "The model's weights file is damaged.") -> None:
        """The oldest open reply fails."""
        request = self.open.pop(0)
        self.job_failed.emit(Problem("model", sentence, request.job_id))

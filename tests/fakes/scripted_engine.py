"""An engine that writes what a test tells it to: no torch, no weights, real stopping and real states."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from chatbot.core.errors import KnownError
from chatbot.core.messages import ReplyStatistics
from chatbot.core.replies import (Distribution, DistributionRequest, EndReason, ModelSummary, ReplyEnd, ReplyPiece,
                                  ReplyRequest, Suggestion, SuggestionRequest, TokenChance, Turn)
from chatbot.core.sampling import Sampling


@dataclass
class ScriptedEngine:
    """Answers with ``script`` in turn (then from its start again); a piece is a word.

    The "hidden state" is the JSON list of all it was told, so a test sees whether the right turns were fed.
    """

    script: Sequence[str] = ("Hello there, friend.",)
    model_id: str = "scripted"
    seconds_per_piece: float = 0.0
    error: Exception | None = None
    """Raised after ``pieces_before_error`` pieces of every reply."""
    pieces_before_error: int = 1
    requests: list[ReplyRequest] = field(default_factory=list)
    thread_names: set[str] = field(default_factory=set)
    kernel: str = "float32"
    suggested: str = " there"
    """What every typed text goes on with."""
    suggestion_error: Exception | None = None
    suggestion_requests: list[SuggestionRequest] = field(default_factory=list)

    @property
    def summary(self) -> ModelSummary:
        """A model as small as can be."""
        return ModelSummary(self.model_id, f"Scripted {self.model_id}", 1234, "en", "MIT", 64, self.kernel)

    def reply(self, request: ReplyRequest) -> Iterator[ReplyPiece | ReplyEnd]:
        """The next scripted text, word by word."""
        self.thread_names.add(threading.current_thread().name)
        text = self.script[len(self.requests) % len(self.script)]
        self.requests.append(request)
        started_at = time.monotonic()
        written = ""
        reason = EndReason.END_OF_TURN
        for number, piece in enumerate(_words(text)):
            if request.stop.wait(self.seconds_per_piece):
                reason = EndReason.STOPPED
                break
            if self.error is not None and number == self.pieces_before_error:
                raise self.error
            written += piece
            yield ReplyPiece(request.job_id, piece)
        yield self._end(request, written, reason, time.monotonic() - started_at)

    def distribution(self, request: DistributionRequest) -> Distribution:
        """Two words; the shaped one depends on the temperature, so that a test sees which settings were used."""
        chance = TokenChance("yes", 0.5, min(1.0, request.sampling.temperature))
        return Distribution(request.job_id, (chance, TokenChance("no", 0.25, 0.1)), 0.25, 1.5)

    def suggestion(self, request: SuggestionRequest) -> Suggestion:
        """``suggested``, after a wait of ``seconds_per_piece`` that the stop flag ends."""
        self.suggestion_requests.append(request)
        if self.suggestion_error is not None:
            raise self.suggestion_error
        is_stopped = request.stop.wait(self.seconds_per_piece)
        return Suggestion(request.job_id, request.text, "" if is_stopped else self.suggested, 0.9)

    def state_after(self, state: bytes | None, turns: Sequence[Turn]) -> bytes:
        """All texts told so far."""
        told = json.loads(state) if state else []
        return json.dumps(told + [turn.text for turn in turns]).encode()

    def complete(self, text: str, count: int = 10) -> list[tuple[str, float]]:
        """Always the same three words."""
        return [(" world", 0.5), (" there", 0.25), (" you", 0.125)][:count]

    def score(self, lines: Iterable[str]) -> Iterator[ScriptedScore]:
        """One nat per word."""
        for line in lines:
            words = len(line.split())
            yield ScriptedScore(line, -float(words), words + 1, words)

    def generate(self, prompt: str, sampling: Sampling, stop: threading.Event, seed: int) -> Iterator[str]:
        """The first scripted text, word by word."""
        for piece in _words(self.script[0])[:sampling.max_tokens]:
            if stop.wait(self.seconds_per_piece):
                return
            yield piece

    def token_count(self, text: str) -> int:
        """One token per word."""
        return len(text.split())

    def _end(self, request: ReplyRequest, written: str, reason: EndReason, seconds: float) -> ReplyEnd:
        sampling = request.sampling.value
        tokens = len(_words(written))
        statistics = ReplyStatistics(tokens, seconds, min(seconds, self.seconds_per_piece), tokens / (seconds or 1.0),
                                     sampling.candidates, max(0, sampling.seed), sampling.temperature)
        states: list[tuple[int, bytes]] = []
        state = request.state
        for turn in request.turns:
            state = self.state_after(state, [turn])
            if turn.message_id is not None:
                states.append((turn.message_id, state))
        if request.reply_message_id is not None:
            told = json.loads(state) if state else []
            states.append((request.reply_message_id, json.dumps([*told, request.written + written]).encode()))
        return ReplyEnd(request.job_id, written, reason, statistics, tuple(states))


@dataclass(frozen=True)
class ScriptedScore:
    """A scored line, as the real engine gives it."""

    text: str
    log_probability: float
    tokens: int
    words: int


def scripted_factory(**engines: ScriptedEngine | KnownError):
    """A ``make_engine`` that knows ``engines`` by model id (``-`` written as ``_``) and raises the errors given."""
    def make_engine(model_id: str) -> ScriptedEngine:
        found = engines[model_id.replace("-", "_")]
        if isinstance(found, Exception):
            raise found
        return found
    return make_engine


def _words(text: str) -> list[str]:
    words = text.split(" ")
    return [word + " " for word in words[:-1]] + [words[-1]] if text else []

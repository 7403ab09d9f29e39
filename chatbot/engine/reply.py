"""Writing one reply: draw candidates, rank them, stream the best. Knows tokens and states, no conversations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from chatbot.core.replies import EndReason
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.ranking import Candidate, best
from chatbot.engine.sampling import draw, shaped
from chatbot.engine.state import HiddenState
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Detokenizer, Tokenizer

FEED_TOKENS = 128
"""Tokens fed at once: large enough to be fast, small enough that Stop and int8 scales stay sharp."""


class Stopped(Exception):
    """The request's stop flag was set while text was being fed."""


@dataclass(slots=True)
class Prompt:
    """Where a reply begins: a state that has been fed everything, and the last hidden vector [1, width]."""

    state: HiddenState
    hidden: Tensor


def feed(network: StepNetwork, tokens: Sequence[int], state: HiddenState,
         stop: threading.Event | None = None) -> Tensor:
    """Feed ``tokens`` into ``state`` in place; the hidden vector [1, width] after the last one."""
    hidden = None
    for start in range(0, len(tokens), FEED_TOKENS):
        if stop is not None and stop.is_set():
            raise Stopped
        part = torch.tensor(tokens[start:start + FEED_TOKENS], dtype=torch.int64).unsqueeze(1)
        hidden = network.advance(part, state)
    if hidden is None:
        raise ValueError("there is nothing to feed")
    return hidden[-1]


@dataclass(slots=True)
class Drawn:
    """One row while candidates are drawn."""

    tokens: list[int] = field(default_factory=list)
    log_probability: float = 0.0
    is_finished: bool = False


class Writer:
    """Draws replies of one network. ``end_tokens`` end a reply; ``forbidden`` tokens are never drawn."""

    def __init__(self, network: StepNetwork, tokenizer: Tokenizer, blank: Prompt, end_tokens: Sequence[int],
                 forbidden: Sequence[int]) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._blank = blank
        self._end_tokens = frozenset(end_tokens)
        self._forbidden = list(forbidden)

    def one(self, prompt: Prompt, live: LiveSampling, stop: threading.Event, seed: int,
            history: Sequence[int] = ()) -> Iterator[int]:
        """Tokens as they are drawn, without the end token; the generator's return value is the ``EndReason``."""
        generator = torch.Generator().manual_seed(seed)
        state, hidden, tokens = prompt.state.clone(), prompt.hidden, list(history)
        written = 0
        while written < live.value.max_tokens:
            if stop.is_set():
                return EndReason.STOPPED
            probabilities = self._next(hidden, state, live.value, [tokens], written)
            token = int(draw(probabilities, torch.rand(1, generator=generator, dtype=torch.float64)))
            if token in self._end_tokens:
                return EndReason.END_OF_TURN
            tokens.append(token)
            written += 1
            yield token
            hidden = self._network.advance(torch.tensor([[token]]), state)[-1]
        return EndReason.MAX_TOKENS

    def _next(self, hidden: Tensor, state: HiddenState, sampling: Sampling, histories: Sequence[Sequence[int]],
              written: int) -> Tensor:
        logs = self._network.distribution(hidden, state).log_()
        forbidden = [*self._forbidden, *self._end_tokens] if written < sampling.min_tokens else self._forbidden
        return shaped(logs, sampling, histories, forbidden)

    def many(self, prompt: Prompt, live: LiveSampling, stop: threading.Event, seed: int,
             history: Sequence[int] = ()) -> list[Drawn]:
        """``candidates`` replies drawn side by side in one batch. Stops early, with what there is, on ``stop``."""
        count = live.value.candidates
        generator = torch.Generator().manual_seed(seed)
        drawn = [Drawn() for _ in range(count)]
        active = list(range(count))
        state, hidden = prompt.state.repeated(count), prompt.hidden.expand(count, -1)
        for written in range(live.value.max_tokens):
            uniform = torch.rand(count, generator=generator, dtype=torch.float64)
            if stop.is_set():
                break
            probabilities = self._next(hidden, state, live.value, [[*history, *drawn[i].tokens] for i in active],
                                       written)
            tokens = draw(probabilities, uniform[active])
            going = [row for row, token in enumerate(tokens.tolist()) if self._take(drawn[active[row]], token)]
            if not going:
                break
            if len(going) <= len(active) // 2:
                rows = torch.tensor(going)
                state, tokens, active, going = state.rows(rows), tokens[rows], [active[r] for r in going], []
                hidden = self._network.advance(tokens.unsqueeze(0), state)[-1]
                continue
            hidden = self._network.advance(tokens.clamp(min=0).unsqueeze(0), state)[-1]
        return drawn

    def _take(self, row: Drawn, token: int) -> bool:
        """Add a token to a row; whether the row goes on. A finished row is carried along and ignored."""
        if row.is_finished:
            return False
        if token in self._end_tokens:
            row.is_finished = True
            return False
        row.tokens.append(token)
        return True

    def rank(self, prompt: Prompt, drawn: Sequence[Drawn], sampling: Sampling,
             earlier_replies: Sequence[str]) -> tuple[int, float]:
        """The number of the best drawn reply and its score."""
        in_context = self._mean_log_probabilities(prompt, drawn)
        blank = self._mean_log_probabilities(self._blank, drawn) if sampling.relevance else [0.0] * len(drawn)
        candidates = [Candidate(tuple(row.tokens), self._tokenizer.decode(row.tokens), a, b, row.is_finished)
                      for row, a, b in zip(drawn, in_context, blank, strict=True)]
        return best(candidates, sampling.relevance, earlier_replies)

    def _mean_log_probabilities(self, prompt: Prompt, drawn: Sequence[Drawn]) -> list[float]:
        """Mean log-probability of every row's tokens (and its end) after ``prompt``, all rows in one pass."""
        end = next(iter(self._end_tokens))
        rows = [[*row.tokens, end] if row.is_finished else list(row.tokens) for row in drawn]
        longest = max(1, max(len(row) for row in rows))
        targets = torch.full((longest, len(rows)), end, dtype=torch.int64)
        for column, row in enumerate(rows):
            targets[:len(row), column] = torch.tensor(row, dtype=torch.int64)
        state = prompt.state.repeated(len(rows))
        first = self._network.distribution(prompt.hidden, prompt.state).log_()[0][targets[0]].unsqueeze(0)
        logs = first
        if longest > 1:
            logs = torch.cat([first, self._network.score(targets[:-1], targets[1:], state)])
        return [float(logs[:len(row), column].mean()) if row else -100.0 for column, row in enumerate(rows)]


def pieces(tokenizer: Tokenizer, tokens: Sequence[int], *, continues_text: bool) -> Iterator[str]:
    """Text of ``tokens`` bit by bit, empty bits left out."""
    detokenizer = Detokenizer(tokenizer, continues_text=continues_text)
    for token in tokens:
        if text := detokenizer.add(token):
            yield text
    if text := detokenizer.finish():
        yield text


def clock() -> float:
    """Seconds from an arbitrary start."""
    return time.perf_counter()

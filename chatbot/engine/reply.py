"""Writing one reply: draw candidates, rank them, stream the best. Knows tokens and states, no conversations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from chatbot.core.replies import EndReason
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.ranking import Candidate, ordered, score
from chatbot.engine.sampling import draw_shaped
from chatbot.engine.state import HiddenState
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Detokenizer, Tokenizer
from chatbot.engine.whole_words import WholeWords, WordPieces

FEED_TOKENS = 128
"""Tokens fed at once: large enough to be fast, small enough that Stop and int8 scales stay sharp."""

_LOOKED_AT = 4
_LOOKED_AT_IN_CONVERSATION = 6
"""A reply that only this conversation makes likely need not be among the very likeliest."""


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
    """Sum over the tokens and the end."""
    end_token: int | None = None
    """The token that ended it; None while it goes on."""

    @property
    def is_finished(self) -> bool:
        """Whether it ended by itself."""
        return self.end_token is not None

    @property
    def mean_log_probability(self) -> float:
        """Nats per token, the end counted."""
        return self.log_probability / max(1, len(self.tokens) + self.is_finished)


class Writer:
    """Draws replies of one network. ``end_tokens`` end a reply; ``forbidden`` tokens are never drawn."""

    def __init__(self, network: StepNetwork, tokenizer: Tokenizer, blank: Prompt, end_tokens: Sequence[int],
                 forbidden: Sequence[int]) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._blank = blank
        self._word_pieces = WordPieces(tokenizer)
        self._end_tokens = frozenset(end_tokens)
        self._forbidden = list(forbidden)

    def one(self, prompt: Prompt, live: LiveSampling, stop: threading.Event, seed: int,
            history: Sequence[int] = ()) -> Iterator[int]:
        """Tokens as they are drawn, without the end token; the generator's return value is the ``EndReason``."""
        generator = torch.Generator().manual_seed(seed)
        state, hidden, tokens = prompt.state.clone(), prompt.hidden, list(history)
        words, written = self._words_of(prompt.state), 0
        while written < live.value.max_tokens:
            if stop.is_set():
                return EndReason.STOPPED
            uniform = torch.rand(1, generator=generator, dtype=torch.float64)
            token = int(self._next(hidden, state, live.value, [tokens], written, uniform, words)[0][0])
            if token in self._end_tokens:
                return EndReason.END_OF_TURN
            tokens.append(token)
            written += 1
            yield token
            hidden = self._network.advance(torch.tensor([[token]]), state)[-1]
        return EndReason.MAX_TOKENS

    def _next(self, hidden: Tensor, state: HiddenState, sampling: Sampling, histories: Sequence[Sequence[int]],
              written: int, uniform: Tensor, words: WholeWords) -> tuple[Tensor, Tensor]:
        """A token for every row, and its log-probability before the other sampling settings."""
        logs = self._network.distribution(hidden, state)
        if sampling.whole_names:
            logs = words.kept(logs, histories)
        forbidden = [*self._forbidden, *self._end_tokens] if written < sampling.min_tokens else self._forbidden
        tokens = draw_shaped(logs, sampling, histories, forbidden, uniform)
        return tokens, logs.gather(1, tokens.unsqueeze(1)).squeeze(1)

    def _words_of(self, state: HiddenState) -> WholeWords:
        return WholeWords(self._word_pieces, state.recent_tokens())

    def many(self, prompt: Prompt, live: LiveSampling, stop: threading.Event, seed: int,
             history: Sequence[int] = ()) -> list[Drawn]:
        """``candidates`` replies drawn side by side in one batch. Stops early, with what there is, on ``stop``."""
        count = live.value.candidates
        generator = torch.Generator().manual_seed(seed)
        drawn = [Drawn() for _ in range(count)]
        active = list(range(count))
        state, hidden = prompt.state.repeated(count), prompt.hidden.expand(count, -1)
        words = self._words_of(prompt.state)
        for written in range(live.value.max_tokens):
            uniform = torch.rand(count, generator=generator, dtype=torch.float64)
            if stop.is_set():
                break
            histories = [[*history, *drawn[i].tokens] for i in active]
            tokens, chances = self._next(hidden, state, live.value, histories, written, uniform[active], words)
            going = [row for row, (token, chance) in enumerate(zip(tokens.tolist(), chances.tolist(), strict=True))
                     if self._take(drawn[active[row]], token, chance)]
            if not going:
                break
            if len(going) <= len(active) // 2:
                rows = torch.tensor(going)
                state, tokens, active = state.rows(rows), tokens[rows], [active[row] for row in going]
            hidden = self._network.advance(tokens.unsqueeze(0), state)[-1]
        return drawn

    def _take(self, row: Drawn, token: int, chance: float) -> bool:
        """Add a token to a row; whether the row goes on. A finished row is carried along and ignored."""
        if row.is_finished:
            return False
        row.log_probability += chance
        if token in self._end_tokens:
            row.end_token = token
            return False
        row.tokens.append(token)
        return True

    def rank(self, drawn: Sequence[Drawn], sampling: Sampling, earlier_replies: Sequence[str],
             out_of_context: Prompt | None = None) -> tuple[int, float]:
        """The number of the best drawn reply and its score.

        ``out_of_context`` is where the reply would begin if the user's last message were the whole conversation:
        relevance then favours what the earlier conversation makes likelier (a name that was told), and without it what
        this message makes likelier than nothing does. It needs a second pass over a candidate, so only the best few
        without it are looked at.
        """
        candidates = [Candidate(self._tokenizer.decode(row.tokens), row.mean_log_probability, 0.0, row.is_finished)
                      for row in drawn]
        contrast, looked_at = ((self._blank, _LOOKED_AT) if out_of_context is None else
                               (out_of_context, _LOOKED_AT_IN_CONVERSATION))
        order = ordered(candidates, 0.0, earlier_replies)[:looked_at]
        if sampling.relevance and len(order) > 1:
            blank = self._mean_log_probabilities([drawn[number] for number in order], contrast)
            for number, value in zip(order, blank, strict=True):
                candidates[number] = replace(candidates[number], blank_log_probability=value)
        chosen = order[ordered([candidates[n] for n in order], sampling.relevance, earlier_replies)[0]]
        return chosen, score(candidates[chosen], sampling.relevance, earlier_replies)

    def _mean_log_probabilities(self, drawn: Sequence[Drawn], prompt: Prompt) -> list[float]:
        """Mean log-probability of every row's tokens (and its end) after ``prompt``, all rows in one pass."""
        rows = [list(row.tokens) if row.end_token is None else [*row.tokens, row.end_token] for row in drawn]
        longest = max(1, max(len(row) for row in rows))
        targets = torch.zeros(longest, len(rows), dtype=torch.int64)
        for column, row in enumerate(rows):
            targets[:len(row), column] = torch.tensor(row, dtype=torch.int64)
        logs = self._network.distribution(prompt.hidden, prompt.state)[0][targets[:1]]
        if longest > 1:
            state = prompt.state.repeated(len(rows))
            logs = torch.cat([logs, self._network.score(targets[:-1], targets[1:], state)])
        return [float(logs[:len(row), column].mean()) if row else 0.0 for column, row in enumerate(rows)]


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

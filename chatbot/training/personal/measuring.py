"""How well a model foresees what the person wrote: turn by turn, so that two models can be compared on the same turns.

Only the person's own tokens (and the end of each message) count, each predicted from everything said before it in the
session. Perplexity is per word and bits are per character, as in ``held_out``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from chatbot.core.personal import OwnTextScore
from chatbot.engine.roles import END
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.held_out import Scorer, word_count
from chatbot.training.personal.talks import Talk

_STREAMS, _WINDOW = 32, 128
FEWEST_SESSIONS = 12
"""With fewer sessions the bootstrap draws turns instead."""
_DRAWS = 2000


@torch.inference_mode()
def token_chances(scorer: Scorer, talks: Sequence[Talk], end: int) -> list[np.ndarray]:
    """Per talk the log-probability of every token [tokens] float64, each talk after a blank state and ``<end>``."""
    result: list[np.ndarray] = [np.empty(0)] * len(talks)
    by_length = sorted(range(len(talks)), key=lambda number: len(talks[number].ids))
    for begin in range(0, len(by_length), _STREAMS):
        numbers = by_length[begin:begin + _STREAMS]
        longest = max(len(talks[number].ids) for number in numbers)
        ids = np.full((longest + 1, len(numbers)), end, dtype=np.int64)
        for column, number in enumerate(numbers):
            ids[1:len(talks[number].ids) + 1, column] = talks[number].ids
        chances = _chances(scorer, torch.from_numpy(ids))
        for column, number in enumerate(numbers):
            result[number] = chances[:len(talks[number].ids), column]
    return result


def _chances(scorer: Scorer, ids: torch.Tensor) -> np.ndarray:
    state, parts, last = scorer.blank(ids.shape[1]), [], ids.shape[0] - 1
    for start in range(0, last, _WINDOW):
        stop = min(start + _WINDOW, last)
        chances, state = scorer.score(ids[start:stop], ids[start + 1:stop + 1], state)
        parts.append(chances.double().numpy())
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class OwnTurns:
    """Every own turn of some talks, all arrays [turns]: its nats, tokens, words and characters, and its session."""

    nats: np.ndarray
    tokens: np.ndarray
    words: np.ndarray
    characters: np.ndarray
    session: np.ndarray

    @property
    def nats_per_token(self) -> float:
        """The loss."""
        return float(self.nats.sum() / max(1, self.tokens.sum()))

    @property
    def score(self) -> OwnTextScore:
        """Perplexity per word and bits per character."""
        per_word = float(self.nats.sum() / max(1, self.words.sum()))
        bits = float(self.nats.sum() / math.log(2) / max(1, self.characters.sum()))
        return OwnTextScore(round(math.exp(min(50.0, per_word)), 3), round(bits, 4))


def own_turns(scorer: Scorer, tokenizer: Tokenizer, talks: Sequence[Talk]) -> OwnTurns:
    """Score the chosen person's turns."""
    rows = []
    for number, (talk, chances) in enumerate(
            zip(talks, token_chances(scorer, talks, tokenizer.role(END)), strict=True)):
        for start, stop in talk.own_turns():
            text = tokenizer.decode(talk.ids[start:stop].tolist())
            rows.append((-chances[start:stop].sum(), stop - start, word_count(text) + 1, len(text) + 1, number))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    return OwnTurns(*columns)


def text_perplexity(scorer: Scorer, talks: Sequence[Talk], end: int) -> float:
    """Perplexity per token over all tokens; for drift on base text."""
    chances = token_chances(scorer, talks, end)
    tokens = sum(len(part) for part in chances)
    return math.exp(min(50.0, -sum(float(part.sum()) for part in chances) / max(1, tokens)))


@dataclass(frozen=True, slots=True)
class Change:
    """Change of perplexity per word in per cent, with a 95 % interval."""

    percent: float
    low: float
    high: float


def change_of(before: OwnTurns, after: OwnTurns, seed: int = 1) -> Change:
    """Paired bootstrap over sessions, or over turns where there are few sessions."""
    unit = before.session if len(np.unique(before.session)) >= FEWEST_SESSIONS else np.arange(len(before.nats))
    _, group = np.unique(unit, return_inverse=True)
    sums = [np.bincount(group, weights=values) for values in (after.nats - before.nats, before.words)]
    count = len(sums[0])
    draws = np.random.Generator(np.random.Philox(key=[seed, 7])).integers(0, count, (_DRAWS, count))
    drawn = sums[0][draws].sum(1) / np.maximum(1.0, sums[1][draws].sum(1))
    low, high = np.quantile(drawn, [0.025, 0.975])
    whole = float(sums[0].sum() / max(1.0, sums[1].sum()))
    return Change(*(round(100.0 * math.expm1(min(50.0, value)), 2) for value in (whole, low, high)))

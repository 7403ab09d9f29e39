"""Samplers: pure functions from log-probabilities to the distribution a token is drawn from.

All take and give [rows, vocabulary] float32 natural-log probabilities, where -inf means "impossible"; a row need not
sum to one. ``shaped`` applies them in their one fixed order: repetition penalty, repeated runs, forbidden tokens,
temperature, top-k, typical, top-p, min-p. At temperature 0 the likeliest token gets everything.

Sources: top-k Fan et al. 2018, arXiv 1805.04833; top-p Holtzman et al. 2020, arXiv 1904.09751; typical Meister et al.
2023, arXiv 2202.00666; min-p Nguyen et al. 2024, arXiv 2407.01082.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from chatbot.core.sampling import Sampling

_QUICK = 128
"""Drawing looks at this many of the likeliest tokens first; sorting the whole vocabulary is ten times slower."""
_BLOCK = 16
"""Tokens per block when the likeliest are searched: the n likeliest lie in the n blocks with the largest maxima."""


def penalise_repetition(logs: Tensor, histories: Sequence[Sequence[int]], penalty: float, window: int) -> Tensor:
    """Divide the probability of every token among the last ``window`` of its row's history by ``penalty``."""
    if penalty == 1.0 or window <= 0:
        return logs
    rows, tokens = _pairs([sorted(set(history[-window:])) for history in histories])
    return logs if not len(rows) else logs.index_put((rows, tokens), logs[rows, tokens] - math.log(penalty))


def forbid_repeated_runs(logs: Tensor, histories: Sequence[Sequence[int]], length: int) -> Tensor:
    """Make impossible every token that would complete a run of ``length`` tokens its row's history already holds."""
    if length <= 0:
        return logs
    rows, tokens = _pairs([repeating_tokens(history, length) for history in histories])
    return logs if not len(rows) else logs.index_put((rows, tokens), torch.tensor(-math.inf))


def _pairs(tokens_of_rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Row numbers and tokens, one pair for every token of every row."""
    rows = [row for row, tokens in enumerate(tokens_of_rows) for _ in tokens]
    return (torch.tensor(rows, dtype=torch.int64),
            torch.tensor([token for tokens in tokens_of_rows for token in tokens], dtype=torch.int64))


def repeating_tokens(history: Sequence[int], length: int) -> list[int]:
    """Tokens that followed an earlier occurrence of the last ``length`` - 1 tokens of ``history``."""
    if len(history) < length:
        return []
    if length == 1:
        return sorted(set(history))
    tail, before = list(history[len(history) - length + 1:]), length - 2
    last = tail[-1]
    return sorted({history[place + 1] for place in range(before, len(history) - 1)
                   if history[place] == last and list(history[place - before:place + 1]) == tail})


def forbid(logs: Tensor, tokens: Sequence[int]) -> Tensor:
    """Make ``tokens`` impossible in every row."""
    if not tokens:
        return logs
    return logs.index_fill(1, torch.tensor(tokens, dtype=torch.int64), -math.inf)


def apply_temperature(logs: Tensor, temperature: float) -> Tensor:
    """Probabilities to the power 1 / ``temperature``; at 0 only the likeliest token (the first of equals) is left."""
    if temperature == 1.0:
        return logs
    if temperature == 0.0:
        best = logs.argmax(dim=-1, keepdim=True)
        return torch.full_like(logs, -math.inf).scatter_(1, best, 0.0)
    # Relative to the likeliest, so that a tiny temperature cannot turn everything into -inf.
    return (logs - logs.amax(dim=-1, keepdim=True)) / max(temperature, 1e-6)


def keep_top_k(logs: Tensor, k: int) -> Tensor:
    """Only the ``k`` likeliest tokens of every row (the first of equals)."""
    if k <= 0 or k >= logs.shape[-1]:
        return logs
    values, places = logs.topk(k, dim=-1)
    return torch.full_like(logs, -math.inf).scatter_(1, places, values)


def keep_top_p(logs: Tensor, p: float) -> Tensor:
    """Only the likeliest tokens that together reach probability ``p``; the one that crosses it is kept."""
    if p >= 1.0:
        return logs
    places = torch.from_numpy(np.argsort(-logs.numpy(), axis=-1))  # numpy sorts with vector instructions
    values = logs.gather(1, places)
    chances = torch.softmax(values, dim=-1)
    before = chances.cumsum(-1) - chances
    values = values.masked_fill(before >= p, -math.inf)
    return torch.full_like(logs, -math.inf).scatter_(1, places, values)


def keep_typical(logs: Tensor, p: float) -> Tensor:
    """The tokens whose surprise is closest to the entropy, until they together reach probability ``p``."""
    if p >= 1.0:
        return logs
    normal = torch.log_softmax(logs, dim=-1)
    chances = normal.exp()
    entropy = -torch.where(chances > 0, chances * normal, 0.0).sum(-1, keepdim=True)
    _, places = (-normal - entropy).abs().sort(dim=-1, stable=True)
    ordered = chances.gather(1, places)
    before = ordered.cumsum(-1) - ordered
    is_cut = torch.zeros_like(chances, dtype=torch.bool).scatter_(1, places, before >= p)
    return logs.masked_fill(is_cut, -math.inf)


def keep_min_p(logs: Tensor, share: float) -> Tensor:
    """Only tokens at least ``share`` times as likely as their row's likeliest."""
    if share <= 0.0:
        return logs
    return logs.masked_fill(logs < logs.amax(dim=-1, keepdim=True) + math.log(share), -math.inf)


def shaped(logs: Tensor, sampling: Sampling, histories: Sequence[Sequence[int]],
           forbidden: Sequence[int] = ()) -> Tensor:
    """The probabilities [rows, vocabulary] to draw from, each row summing to one.

    ``histories`` are the tokens of each row's reply so far. If the filters leave nothing, the filter of repeated runs
    is skipped for that row, so that there is always something to draw.
    """
    return _cut(apply_temperature(_filtered(logs, sampling, histories, forbidden), sampling.temperature), sampling)


def _filtered(logs: Tensor, sampling: Sampling, histories: Sequence[Sequence[int]],
              forbidden: Sequence[int]) -> Tensor:
    allowed = penalise_repetition(forbid(logs, forbidden), histories, sampling.repetition_penalty,
                                  sampling.repetition_window)
    filtered = forbid_repeated_runs(allowed, histories, sampling.no_repeat_ngram)
    if filtered is allowed:
        return allowed
    is_empty = torch.isneginf(filtered.amax(dim=-1, keepdim=True))
    return torch.where(is_empty, allowed, filtered) if bool(is_empty.any()) else filtered


def draw_shaped(logs: Tensor, sampling: Sampling, histories: Sequence[Sequence[int]], forbidden: Sequence[int],
                uniform: Tensor) -> Tensor:
    """``draw(shaped(...), uniform)`` up to the order of tokens, without sorting the vocabulary where that is possible.

    Only top-k, top-p and min-p look at nothing but the likeliest tokens, and only if those few reach ``top_p``.
    """
    logs = apply_temperature(_filtered(logs, sampling, histories, forbidden), sampling.temperature)
    likely = _likeliest(logs, sampling) if sampling.typical >= 1.0 else None
    if likely is None:
        return draw(_cut(logs, sampling), uniform)
    values, places, is_enough = likely
    tokens = places.gather(1, draw(torch.softmax(values, dim=-1), uniform).unsqueeze(1)).squeeze(1)
    if not bool(is_enough.all()):
        rest = torch.nonzero(~is_enough).squeeze(1)
        tokens[rest] = draw(_cut(logs[rest], sampling), uniform[rest])
    return tokens


def _cut(logs: Tensor, sampling: Sampling) -> Tensor:
    """The probabilities that top-k, typical, top-p and min-p leave."""
    for keep, value in ((keep_top_k, sampling.top_k), (keep_typical, sampling.typical), (keep_top_p, sampling.top_p),
                        (keep_min_p, sampling.min_p)):
        logs = keep(logs, value)  # type: ignore[operator]
    return torch.softmax(logs, dim=-1)


def _likeliest(logs: Tensor, sampling: Sampling) -> tuple[Tensor, Tensor, Tensor] | None:
    """What top-k, top-p and min-p leave, as values and places [rows, few] sorted by likelihood, and for which rows
    the few are enough; None if they never are."""
    if not (sampling.top_k or sampling.top_p < 1.0) or logs.shape[-1] <= _QUICK or sampling.top_k > _QUICK:
        return None
    values, places = top_of_blocks(logs, _QUICK)
    is_enough = torch.ones(len(logs), dtype=torch.bool)
    if sampling.top_k:
        values, places = values[:, :sampling.top_k], places[:, :sampling.top_k]
        chances = torch.softmax(values, dim=-1)
    else:
        chances = torch.softmax(logs, dim=-1).gather(1, places)
        is_enough = chances.sum(-1) >= sampling.top_p
    if sampling.top_p < 1.0:
        values = values.masked_fill(chances.cumsum(-1) - chances >= sampling.top_p, -math.inf)
    if sampling.min_p > 0.0:
        values = values.masked_fill(values < values[:, :1] + math.log(sampling.min_p), -math.inf)
    return values, places, is_enough


def top_of_blocks(logs: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """``logs.topk(count)`` by way of block maxima; several times faster on a long vocabulary.

    Tokens that are ``size / _BLOCK`` apart make up a block, so that the maxima are taken with vector instructions.
    """
    rows, size = logs.shape
    blocks = size // _BLOCK
    if size % _BLOCK or blocks < 2 * count:
        return logs.topk(min(count, size), dim=-1)
    chosen = logs.view(rows, _BLOCK, blocks).amax(dim=1).topk(count, dim=-1, sorted=False).indices
    places = (chosen.unsqueeze(1) + torch.arange(0, size, blocks).view(1, _BLOCK, 1)).flatten(1)
    inside = logs.gather(1, places)
    few = torch.from_numpy(np.argpartition(inside.numpy(), -count, axis=-1)[:, -count:])
    values, order = inside.gather(1, few).sort(dim=-1, descending=True)
    return values, places.gather(1, few.gather(1, order))


def draw(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """One token per row by inverting the cumulative distribution at ``uniform`` [rows] in [0, 1)."""
    cumulative = probabilities.double().cumsum(-1)
    places = torch.searchsorted(cumulative, uniform.double().unsqueeze(1) * cumulative[:, -1:], right=True)
    # Rounding may put the last place after the end, or on a token with no probability: step back to a possible one.
    places = places.clamp(max=probabilities.shape[-1] - 1)
    is_possible = probabilities.gather(1, places) > 0
    if bool(is_possible.all()):
        return places.squeeze(1)
    return torch.where(is_possible, places, probabilities.argmax(dim=-1, keepdim=True)).squeeze(1)

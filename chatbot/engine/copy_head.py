"""The copy head: a pointer sentinel mixture over the conversation's own recent tokens.

Merity et al. 2016, arXiv 1609.07843. Every position leaves a key and the token that followed it. The current hidden
state asks with a query; attention over the kept positions, with one extra score (the sentinel) for "the vocabulary",
gives  p(token) = s * p_vocabulary(token) + sum of the attention on positions that were followed by that token.
It is what lets a small recurrent network use a name it was told.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MASKED = -1e9
"""Score of a position that may not be looked at; finite, so that no gradient becomes NaN."""


class CopyHead(nn.Module):
    """Keys, queries and the sentinel. Widths in, ``copy_width`` numbers a key."""

    def __init__(self, width: int, copy_width: int, copy_window: int) -> None:
        super().__init__()
        self.window = copy_window
        self.key = nn.Linear(width, copy_width, bias=False)
        self.query = nn.Linear(width, copy_width, bias=False)
        self.sentinel = nn.Linear(width, 1)
        nn.init.normal_(self.key.weight, std=width ** -0.5)
        nn.init.normal_(self.query.weight, std=width ** -0.5)
        nn.init.zeros_(self.sentinel.weight)
        # A full window of equal scores has the weight of its length: start with most of the mass on the vocabulary.
        nn.init.constant_(self.sentinel.bias, math.log(max(copy_window, 1)) + 1.0)
        self.scale = copy_width ** -0.5

    def forward(self, hidden: Tensor, memory: CopyMemory, followers: Tensor, segments: Tensor,
                targets: Tensor) -> tuple[Tensor, Tensor, CopyMemory]:
        """Log-mass of the vocabulary and log-mass copied onto ``targets``, both [time, batch] float32.

        ``followers`` [time, batch] is the token after each position (-1 where it must not be copied), ``segments``
        [time, batch] the number of the conversation a position belongs to: nothing is copied across conversations.
        """
        queries, sentinel = self.query(hidden), self.sentinel(hidden).float().squeeze(-1)
        return attend(memory, self.key(hidden), queries * self.scale, sentinel, followers, segments, targets)


def attend(memory: CopyMemory, keys: Tensor, queries: Tensor, sentinel: Tensor, followers: Tensor, segments: Tensor,
           targets: Tensor) -> tuple[Tensor, Tensor, CopyMemory]:
    """The attention of ``CopyHead.forward`` for scaled ``queries`` and ``keys`` [time, batch, copy_width]."""
    time, window = keys.shape[0], memory.keys.shape[1]
    all_keys = torch.cat([memory.keys, keys.transpose(0, 1)], dim=1)
    all_followers = torch.cat([memory.followers, followers.t()], dim=1)
    all_segments = torch.cat([memory.segments, segments.t()], dim=1)
    scores = torch.bmm(queries.transpose(0, 1), all_keys.transpose(1, 2)).float()
    # Position t sees the ``window`` positions before it: columns t .. t + window - 1 of [memory | this window].
    columns = torch.arange(window + time, device=keys.device)
    rows = torch.arange(time, device=keys.device).unsqueeze(1)
    in_window = (columns >= rows) & (columns < rows + window)
    allowed = in_window.unsqueeze(0) & (all_segments.unsqueeze(1) == segments.t().unsqueeze(2))
    allowed &= (all_followers >= 0).unsqueeze(1)
    scores = scores.masked_fill(~allowed, MASKED)
    total = torch.logaddexp(torch.logsumexp(scores, dim=-1), sentinel.t())
    hits = allowed & (all_followers.unsqueeze(1) == targets.t().unsqueeze(2))
    copied = torch.logsumexp(scores.masked_fill(~hits, MASKED), dim=-1)
    kept = CopyMemory(all_keys[:, time:].detach(), all_followers[:, time:], all_segments[:, time:])
    return (sentinel.t() - total).t(), (copied - total).t(), kept


class CopyMemory:
    """The kept positions of a batch while training: keys [batch, window, copy_width], followers and segments."""

    __slots__ = ("keys", "followers", "segments")

    def __init__(self, keys: Tensor, followers: Tensor, segments: Tensor) -> None:
        self.keys = keys
        self.followers = followers
        self.segments = segments

    @classmethod
    def blank(cls, batch: int, window: int, copy_width: int, *, device: torch.device | str = "cpu",
              dtype: torch.dtype = torch.float32) -> CopyMemory:
        """No position kept."""
        return cls(torch.zeros(batch, window, copy_width, device=device, dtype=dtype),
                   torch.full((batch, window), -1, dtype=torch.int64, device=device),
                   torch.full((batch, window), -1, dtype=torch.int64, device=device))


def mix_distributions(vocabulary_logits: Tensor, scores: Tensor, sentinel: Tensor, followers: Tensor) -> Tensor:
    """The log of the full next-token distribution [batch, vocabulary] for one position.

    ``scores`` [batch, window] with ``MASKED`` where nothing may be copied, ``sentinel`` [batch], ``followers``
    [batch, window] (any valid id where masked). Only the few tokens that can be copied are mixed one by one.
    """
    weights = torch.softmax(torch.cat([scores, sentinel.unsqueeze(1)], dim=1), dim=1)
    logs = F.log_softmax(vocabulary_logits, dim=-1).add_(weights[:, -1:].log())
    copied = torch.zeros_like(logs).scatter_add_(1, followers, weights[:, :-1]).gather(1, followers)
    return logs.scatter_(1, followers, torch.logaddexp(logs.gather(1, followers), copied.log_()))

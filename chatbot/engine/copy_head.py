"""The copy head: a pointer sentinel mixture over the conversation's own recent tokens.

Merity et al. 2016, arXiv 1609.07843. Every position leaves a key and the token that followed it. The current hidden
state asks with a query; attention over the kept positions, with one extra score (the sentinel) for "the vocabulary",
gives  p(token) = s * p_vocabulary(token) + sum of the attention on positions that were followed by that token.
It is what lets a small recurrent network use a name it was told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

MASKED = -1e9
"""Score of a position that may not be looked at; finite, so that no gradient becomes NaN."""
_NOBODY = -2
"""Owner of a position that nobody may copy from; no conversation has this number (-1 stands for "nothing kept")."""
_TINY = 1e-30
_CACHED_SCORES = 200_000
"""Scores worked on at once: float32 values that stay inside a processor's second-level cache."""


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
        return attend(memory, self.key(hidden), queries * self.scale, sentinel, followers, segments, targets,
                      self.window)


def attend(memory: CopyMemory, keys: Tensor, queries: Tensor, sentinel: Tensor, followers: Tensor, segments: Tensor,
           targets: Tensor, window: int) -> tuple[Tensor, Tensor, CopyMemory]:
    """The attention of ``CopyHead.forward`` for scaled ``queries`` and ``keys`` [time, batch, copy_width].

    ``memory`` may hold fewer than ``window`` positions: the latest ones.
    """
    time, kept_before = keys.shape[0], memory.keys.shape[1]
    all_keys = torch.cat([memory.keys, keys.transpose(0, 1)], dim=1)
    all_followers = torch.cat([memory.followers, followers.t()], dim=1)
    all_segments = torch.cat([memory.segments, segments.t()], dim=1)
    scores = torch.bmm(queries.transpose(0, 1), all_keys.transpose(1, 2))
    # Position t is column ``kept_before + t`` of [memory | this window] and sees the ``window`` columns before it.
    columns = torch.arange(kept_before + time, device=keys.device)
    own = kept_before + torch.arange(time, device=keys.device).unsqueeze(1)
    outside = (columns < own - window) | (columns >= own)
    owners = torch.where(all_followers >= 0, all_segments, _NOBODY)
    kept, copied = CopyMass.apply(scores, sentinel.t(), outside, owners, segments.t().contiguous(), all_followers,
                                  targets.t().contiguous())
    after = CopyMemory(all_keys[:, -window:].detach(), all_followers[:, -window:], all_segments[:, -window:])
    return kept.t(), copied.t(), after


class CopyMass(torch.autograd.Function):
    """Log-mass of the sentinel and log-mass of the positions followed by the target, from all scores.

    ``scores`` [batch, time, positions], ``sentinel`` [batch, time] float32, ``outside`` [time, positions] bool,
    ``owners`` [batch, positions] the conversation that may look at a position, ``segments`` [batch, time] the one that
    asks, ``followers`` [batch, positions], ``targets`` [batch, time]; returns two [batch, time] float32. Works on a few
    streams at a time, so that its passes over their scores find them in the processor's cache.
    """

    @staticmethod
    def forward(ctx, scores: Tensor, sentinel: Tensor, outside: Tensor, owners: Tensor, segments: Tensor,
                followers: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        shares, hits = torch.empty_like(scores), torch.empty_like(scores)
        kept, copied = torch.empty_like(sentinel), torch.empty_like(sentinel)
        for some in _streams(scores):
            barred = outside | (owners[some].unsqueeze(1) != segments[some].unsqueeze(2))
            seen = scores[some].float().masked_fill(barred, MASKED)
            weighed = torch.cat([seen, sentinel[some].unsqueeze(-1)], dim=-1)
            parts = torch.softmax(weighed, dim=-1)
            # The sentinel's part may be too small for float32; the largest part is not.
            kept[some] = sentinel[some] - weighed.amax(dim=-1) + parts.amax(dim=-1).log()
            some_shares = parts[..., :-1]
            on_target = some_shares * (followers[some].unsqueeze(1) == targets[some].unsqueeze(2))
            sums = on_target.sum(-1)
            copied[some] = sums.log().clamp_(min=MASKED)
            shares[some] = some_shares
            hits[some] = on_target.mul_(sums.clamp(min=_TINY).reciprocal_().unsqueeze(-1))
        ctx.save_for_backward(shares, hits, kept)
        return kept, copied

    @staticmethod
    @once_differentiable
    def backward(ctx, kept_grad: Tensor, copied_grad: Tensor) -> tuple[Tensor | None, ...]:
        """d kept / d score = -share, d copied / d score = hit - share; the sentinel's share is exp(kept)."""
        shares, hits, kept = ctx.saved_tensors
        both = kept_grad + copied_grad
        grad = torch.empty_like(shares)
        for some in _streams(shares):
            own = hits[some].float() * copied_grad[some].unsqueeze(-1)
            grad[some] = own.addcmul_(shares[some].float(), both[some].unsqueeze(-1), value=-1)
        return grad, kept_grad - both * kept.exp(), None, None, None, None, None


def _streams(scores: Tensor) -> Iterator[slice]:
    at_once = scores.shape[0] if scores.is_cuda else max(1, _CACHED_SCORES // (scores.shape[1] * scores.shape[2]))
    for start in range(0, scores.shape[0], at_once):
        yield slice(start, start + at_once)


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

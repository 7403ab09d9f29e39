"""The soft-max over the vocabulary, as the training loss needs it: only the target's log-probability."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

_CHUNK_ROWS = 64
"""Rows worked on at once: 64 x 8192 float32 values stay inside a processor's second-level cache."""
_CHUNK_ROWS_CUDA = 8192


def _chunks(logits: Tensor) -> Iterator[slice]:
    rows = _CHUNK_ROWS_CUDA if logits.is_cuda else _CHUNK_ROWS
    for start in range(0, logits.shape[0], rows):
        yield slice(start, start + rows)


class TargetLogProbability(torch.autograd.Function):
    """log softmax(hidden @ weight.T + bias)[target] without ever holding float32 logits of all rows.

    ``hidden`` [rows, width], ``weight`` [vocabulary, width], ``bias`` [vocabulary], ``targets`` [rows] int64; returns
    [rows] float32. The logits are kept in the dtype of ``hidden`` and turned into their own gradient in place.
    """

    @staticmethod
    def forward(ctx, hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        cast = weight.to(hidden.dtype)
        logits = torch.addmm(bias.to(hidden.dtype), hidden, cast.t())
        chosen = torch.empty(hidden.shape[0], device=hidden.device)
        for rows in _chunks(logits):
            every = torch.log_softmax(logits[rows], dim=-1, dtype=torch.float32)
            chosen[rows] = every.gather(1, targets[rows].unsqueeze(1)).squeeze(1)
        ctx.save_for_backward(hidden, cast, logits, targets)
        return chosen

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        hidden, cast, logits, targets = ctx.saved_tensors
        bias_grad = torch.zeros(logits.shape[1], device=logits.device)
        for rows in _chunks(logits):
            own = grad[rows].unsqueeze(1)
            delta = torch.softmax(logits[rows], dim=-1, dtype=torch.float32).mul_(-own)
            delta.scatter_add_(1, targets[rows].unsqueeze(1), own)
            bias_grad += delta.sum(0)
            logits[rows] = delta
        return logits @ cast, (logits.t() @ hidden).float(), bias_grad, None

"""The soft-max over the vocabulary, as the training loss needs it: only the target's log-probability."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

_CHUNK_ROWS = 64
"""Rows worked on at once: 64 x 8192 float32 values stay inside a processor's second-level cache."""
_CHUNK_ROWS_CUDA = 4096


def _chunks(logits: Tensor) -> Iterator[slice]:
    rows = _CHUNK_ROWS_CUDA if logits.is_cuda else _CHUNK_ROWS
    for start in range(0, logits.shape[0], rows):
        yield slice(start, start + rows)


class TargetLogProbability(torch.autograd.Function):
    """log softmax(hidden @ weight.T + bias)[target] without ever holding float32 logits of all rows.

    ``hidden`` [rows, width], ``weight`` [vocabulary, width], ``bias`` [vocabulary], ``targets`` [rows] int64; returns
    [rows] float32. The logits, in the dtype of ``hidden``, are turned in place into what the backward pass needs of
    them, softmax - onehot(target), while they are in the processor's cache; the gradient that comes from above is a
    factor of each row and goes to the small side of the products. ``row`` [width], if given, is the one row of
    ``weight`` that is learned, and ``index`` its place.
    """

    @staticmethod
    def forward(ctx, hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, row: Tensor | None = None,
                index: int = 0) -> Tensor:
        cast, bias = weight.to(hidden.dtype), bias.float()
        logits = hidden @ cast.t()
        chosen = torch.empty(hidden.shape[0], device=hidden.device)
        for rows in _chunks(logits):
            exact, place = logits[rows] + bias, targets[rows].unsqueeze(1)
            shares = torch.softmax(exact, dim=-1)
            # A target's share can be too small for float32, and its logarithm minus infinity; the largest one's cannot.
            log_total = exact.amax(dim=-1) - shares.amax(dim=-1).log()
            chosen[rows] = exact.gather(1, place).squeeze(1) - log_total
            if any(ctx.needs_input_grad):
                logits[rows] = shares.scatter_add_(1, place, -torch.ones_like(place, dtype=shares.dtype))
        ctx.save_for_backward(hidden, cast, logits)
        ctx.index = index if row is not None else None
        return chosen

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> tuple[Tensor | None, ...]:
        hidden, cast, slopes = ctx.saved_tensors
        factors = -grad.unsqueeze(1)
        weighed = torch.cat([hidden * factors, factors], dim=1).to(slopes.dtype)  # one product for weight and bias
        hidden_grad = weight_grad = bias_grad = row_grad = None
        if ctx.needs_input_grad[0]:
            hidden_grad = (slopes @ cast).mul_(factors)
        if ctx.needs_input_grad[1]:
            both = slopes.t() @ weighed
            weight_grad, bias_grad = both[:, :-1].float(), both[:, -1].float()
        elif ctx.needs_input_grad[2]:
            bias_grad = (slopes.t() @ weighed[:, -1]).float()
        if ctx.index is not None:
            row_grad = (slopes[:, ctx.index] @ weighed[:, :-1]).float()
        return hidden_grad, weight_grad, bias_grad, None, row_grad, None

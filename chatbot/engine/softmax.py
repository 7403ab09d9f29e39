"""The soft-max over the vocabulary, as the training loss needs it: only the target's log-probability."""

from __future__ import annotations

import torch
from torch import Tensor

_CHUNK_ROWS = 512
"""Rows worked on at once: 512 x 8192 float32 values stay inside a last-level cache."""


class TargetLogProbability(torch.autograd.Function):
    """log softmax(hidden @ weight.T + bias)[target] without ever holding float32 logits of all rows.

    ``hidden`` [rows, width], ``weight`` [vocabulary, width], ``bias`` [vocabulary], ``targets`` [rows] int64; returns
    [rows] float32. The logits are kept in the dtype of ``hidden`` and turned into their own gradient in place.
    """

    @staticmethod
    def forward(ctx, hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        cast = weight.to(hidden.dtype)
        logits = torch.addmm(bias.to(hidden.dtype), hidden, cast.t())
        normaliser = torch.empty(hidden.shape[0], device=hidden.device)
        for start in range(0, hidden.shape[0], _CHUNK_ROWS):
            rows = slice(start, start + _CHUNK_ROWS)
            normaliser[rows] = torch.logsumexp(logits[rows].float(), dim=-1)
        chosen = logits.gather(1, targets.unsqueeze(1)).squeeze(1).float()
        ctx.save_for_backward(hidden, cast, logits, normaliser, targets)
        return chosen - normaliser

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        hidden, cast, logits, normaliser, targets = ctx.saved_tensors
        bias_grad = torch.zeros(logits.shape[1], device=logits.device)
        for start in range(0, hidden.shape[0], _CHUNK_ROWS):
            rows = slice(start, start + _CHUNK_ROWS)
            delta = torch.exp(logits[rows].float().sub_(normaliser[rows].unsqueeze(1)))
            delta.mul_(-grad[rows].unsqueeze(1))
            delta.scatter_add_(1, targets[rows].unsqueeze(1), grad[rows].unsqueeze(1))
            bias_grad += delta.sum(0)
            logits[rows] = delta.to(logits.dtype)
        return logits @ cast, (logits.t() @ hidden).float(), bias_grad, None

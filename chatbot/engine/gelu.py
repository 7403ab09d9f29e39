"""GELU of a sum with a bias, as training needs it: fast on a processor, its slope left behind for the way back.

torch's tanh is the slowest of its vectorised functions, and its GELU takes it twice, forward and backward. But
0.5 (1 + tanh(u)) is sigmoid(2u), which is four times as fast, and the slope follows from the same number.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

LINEAR = 2.0 * math.sqrt(2.0 / math.pi)
CUBIC = 0.044715 * LINEAR
_LEAST, _SURE = -8.0, 80.0
"""GELU is 0 to twenty digits below -8, and a sigmoid 1 above 80. Half of a trained network's values lie far below,
where exp is too small for float32 and several times slower."""
_CHUNK_ROWS = 64
"""Rows worked on at once: 64 x 1280 float32 values and what is made of them stay in the second-level cache."""


def biased_gelu(x: Tensor, bias: Tensor) -> Tensor:
    """gelu(x + bias) in the tanh form (Hendrycks & Gimpel 2016, arXiv 1606.08415).

    ``x`` [..., width] in any precision, ``bias`` [width]; returns the shape and dtype of ``x``.
    """
    if x.is_cuda:
        return F.gelu(x + bias.to(x.dtype), approximate="tanh")
    if not torch.is_grad_enabled():
        x, bias = x.detach(), bias.detach()  # a parameter asks for its gradient even where none is taken
    return _BiasedGelu.apply(x, bias)


class _BiasedGelu(torch.autograd.Function):
    """Worked out in float32, a few rows at a time."""

    @staticmethod
    def forward(ctx, x: Tensor, bias: Tensor) -> Tensor:
        rows, bias = x.reshape(-1, x.shape[-1]), bias.float()
        result = torch.empty_like(rows)
        slopes = torch.empty_like(rows) if any(ctx.needs_input_grad) else None
        for start in range(0, len(rows), _CHUNK_ROWS):
            some = slice(start, start + _CHUNK_ROWS)
            entered = (rows[some] + bias).clamp_(min=_LEAST)
            factor = torch.square(entered).mul_(CUBIC).add_(LINEAR)
            gate = torch.mul(entered, factor).clamp_(max=_SURE).sigmoid_()
            result[some] = entered.mul_(gate)
            if slopes is not None:  # gate + x gate (1 - gate) d(x factor)/dx
                factor.mul_(3.0).sub_(2.0 * LINEAR)
                slopes[some] = torch.addcmul(entered, entered, gate, value=-1).mul_(factor).add_(gate)
        ctx.save_for_backward(slopes)
        return result.view(x.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor | None]:
        (slopes,) = ctx.saved_tensors
        result = grad.reshape(slopes.shape) * slopes
        return result.view(grad.shape), result.sum(0).float() if ctx.needs_input_grad[1] else None

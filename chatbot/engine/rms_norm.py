"""RMSNorm as training on a processor needs it: a few passes over rows that are still in the cache."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

_CHUNK_ROWS = 256
"""Rows worked on at once: 256 x 512 float32 values stay in the second-level cache."""


def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """x / rms(x) * weight (Zhang & Sennrich 2019) over the last dimension, in the shape and dtype of ``x``."""
    if x.is_cuda:
        return F.rms_norm(x, weight.shape, weight.to(x.dtype), epsilon)
    return _RmsNorm.apply(x, weight, epsilon)


class _RmsNorm(torch.autograd.Function):
    """Worked out in float32; torch's own has no fused backward pass on a processor and takes twice as long."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        result, scales = torch.empty_like(rows), torch.empty(len(rows), 1)
        for some in _chunks(rows):
            exact = rows[some].float()
            squares = torch.linalg.vector_norm(exact, dim=-1, keepdim=True).square_()
            scales[some] = scale = squares.div_(rows.shape[-1]).add_(epsilon).rsqrt_()
            result[some] = (exact * scale).mul_(weight)
        ctx.save_for_backward(rows, weight, scales)
        return result.view(x.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        rows, weight, scales = ctx.saved_tensors
        grads, result, weight_grad = grad.reshape(rows.shape), torch.empty_like(rows), torch.zeros_like(weight)
        for some in _chunks(rows):
            normed = rows[some] * scales[some]
            products = grads[some] * normed
            if ctx.needs_input_grad[1]:
                weight_grad += products.sum(0)
            along = torch.mv(products, weight).div_(rows.shape[-1]).unsqueeze(1)
            result[some] = (grads[some] * weight).sub_(normed.mul_(along)).mul_(scales[some])
        return result.view(grad.shape), weight_grad, None


def _chunks(rows: Tensor) -> list[slice]:
    return [slice(start, start + _CHUNK_ROWS) for start in range(0, len(rows), _CHUNK_ROWS)]

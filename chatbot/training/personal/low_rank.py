"""Linear maps and a vocabulary of which only a low-rank difference, or one row, is learned.

They stand in the place of the model's own while it is trained. The changed matrix is multiplied with in one piece, but
going back its gradient is never formed: those of the two thin matrices follow from thin products. That saves a third of
the products of a training step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from chatbot.engine.softmax import TargetLogProbability


class _LowRankProduct(torch.autograd.Function):
    """x @ (base + up @ down).T, with gradients for ``x``, ``up`` and ``down``; ``changed`` is base + up @ down."""

    @staticmethod
    def forward(ctx, x: Tensor, changed: Tensor, up: Tensor, down: Tensor) -> Tensor:
        x = x.to(torch.get_autocast_dtype("cpu")) if torch.is_autocast_enabled("cpu") else x
        cast, up, down = (matrix.to(x.dtype) for matrix in (changed, up, down))
        ctx.save_for_backward(x, cast, up, down)
        return F.linear(x, cast)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor) -> tuple[Tensor, None, Tensor, Tensor]:
        x, cast, up, down = ctx.saved_tensors
        rows, grads = x.reshape(-1, x.shape[-1]), grad.reshape(-1, grad.shape[-1])
        up_grad, down_grad = grads.t() @ (rows @ down.t()), (grads @ up).t() @ rows
        return (grads @ cast).view(x.shape), None, up_grad.float(), down_grad.float()


class LowRankLinear(nn.Module):
    """A frozen linear map plus ``up`` [outputs, rank] @ ``down`` [rank, inputs], which are learned."""

    def __init__(self, frozen: nn.Linear, up: Tensor, down: Tensor) -> None:
        super().__init__()
        self.bias = frozen.bias
        self._up, self._down = up, down
        self._changed = torch.addmm(frozen.weight.detach(), up.detach(), down.detach())

    def product(self, x: Tensor) -> Tensor:
        """[..., inputs] to [..., outputs], without the bias."""
        return _LowRankProduct.apply(x, self._changed, self._up, self._down)

    def forward(self, x: Tensor) -> Tensor:
        """[..., inputs] to [..., outputs]."""
        y = self.product(x)
        return y if self.bias is None else y + self.bias.to(y.dtype)


class OneRowVocabulary(nn.Module):
    """A frozen embedding, which is the output matrix as well, with one learned row."""

    def __init__(self, weight: Tensor, index: int, row: Tensor) -> None:
        """``weight`` [vocabulary, width] already holds the values of ``row`` [width] at ``index``."""
        super().__init__()
        self.weight = weight
        self._index, self._row = index, row

    def forward(self, tokens: Tensor) -> Tensor:
        """[...] to [..., width]."""
        return torch.where((tokens == self._index).unsqueeze(-1), self._row, F.embedding(tokens, self.weight))

    def target_log_probability(self, hidden: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """See ``network.Vocabulary``."""
        return TargetLogProbability.apply(hidden, self.weight, bias, targets, self._row, self._index)

"""The network: embedding, residual recurrent blocks, tied output, copy head.

x + project(cell(RMSNorm(x))), then x + MLP(RMSNorm(x)) in every block (pre-normalised residuals: engine decision 1);
the output matrix is the embedding (Press & Wolf 2017, arXiv 1608.05859) with a learned bias.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from chatbot.engine.architecture import Architecture
from chatbot.engine.cells import CellState, make_cell
from chatbot.engine.copy_head import CopyHead, CopyMemory
from chatbot.engine.gelu import biased_gelu
from chatbot.engine.linear import Linear
from chatbot.engine.rms_norm import rms_norm
from chatbot.engine.softmax import TargetLogProbability


def locked_dropout(x: Tensor, rate: float) -> Tensor:
    """Variational dropout (Gal & Ghahramani 2016): one mask for all positions of ``x`` [time, batch, width]."""
    if rate <= 0.0:
        return x
    mask = torch.empty(1, *x.shape[1:], device=x.device, dtype=x.dtype).bernoulli_(1.0 - rate)
    return x * mask.div_(1.0 - rate)


class Norm(nn.RMSNorm):
    """RMSNorm that keeps the dtype of its input."""

    def forward(self, x: Tensor) -> Tensor:
        """[..., width] to the same shape."""
        return rms_norm(x, self.weight, self.eps)


class Mlp(nn.Module):
    """Two linear maps with GELU between them."""

    def __init__(self, width: int, mlp_width: int, depth_scale: float) -> None:
        super().__init__()
        self.enter = Linear(width, mlp_width)
        self.leave = nn.Linear(mlp_width, width)
        nn.init.normal_(self.enter.weight, std=width ** -0.5)
        nn.init.normal_(self.leave.weight, std=depth_scale * mlp_width ** -0.5)
        nn.init.zeros_(self.enter.bias)
        nn.init.zeros_(self.leave.bias)

    def forward(self, x: Tensor) -> Tensor:
        """[..., width] to [..., width]."""
        return self.leave(biased_gelu(self.enter.product(x), self.enter.bias))


class Block(nn.Module):
    """One recurrent cell and one MLP, each normalised before and added to the residual stream."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        width, cell_width = architecture.width, architecture.cell_width
        depth_scale = (2.0 * architecture.blocks) ** -0.5
        self.cell_norm = Norm(width, eps=1e-5)
        self.cell = make_cell(architecture.cell, width, cell_width)
        self.project = nn.Linear(cell_width, width, bias=False)
        nn.init.normal_(self.project.weight, std=depth_scale * cell_width ** -0.5)
        self.mlp_norm = Norm(width, eps=1e-5) if architecture.mlp_width else None
        self.mlp = Mlp(width, architecture.mlp_width, depth_scale) if architecture.mlp_width else None

    def forward(self, x: Tensor, state: CellState, dropout: float = 0.0) -> tuple[Tensor, CellState]:
        """[time, batch, width] to the same shape, and the cell's state after the last position."""
        y, state = self.cell(self.cell_norm(x), state)
        x = x + locked_dropout(self.project(y), dropout)
        if self.mlp is not None and self.mlp_norm is not None:
            x = x + locked_dropout(self.mlp(self.mlp_norm(x)), dropout)
        return x, state


class Vocabulary(nn.Embedding):
    """The embedding of the tokens, which is the output matrix as well."""

    def target_log_probability(self, hidden: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
        """[rows] float32: how probable each of ``targets`` [rows] is after ``hidden`` [rows, width]."""
        weight = self.weight
        if not torch.is_grad_enabled():
            hidden, weight, bias = hidden.detach(), weight.detach(), bias.detach()  # or gradients would be worked out
        return TargetLogProbability.apply(hidden, weight, bias, targets)


class TrainingState:
    """What is carried, detached, from one window of training to the next."""

    __slots__ = ("cells", "memory")

    def __init__(self, cells: tuple[CellState, ...], memory: CopyMemory | None) -> None:
        self.cells = cells
        self.memory = memory

    def detached(self) -> TrainingState:
        """The same values without their history (truncated back-propagation through time)."""
        return TrainingState(tuple(tuple(part.detach() for part in cell) for cell in self.cells), self.memory)


class LanguageModel(nn.Module):
    """A recurrent language model over token ids."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        width = architecture.width
        self.embedding = Vocabulary(architecture.vocabulary_size, width)
        nn.init.normal_(self.embedding.weight, std=width ** -0.5)
        self.blocks = nn.ModuleList(Block(architecture) for _ in range(architecture.blocks))
        self.norm = Norm(width, eps=1e-5)
        self.bias = nn.Parameter(torch.zeros(architecture.vocabulary_size))
        self.copy_head = (CopyHead(width, architecture.copy_width, architecture.copy_window)
                          if architecture.copy_window else None)

    @property
    def parameter_count(self) -> int:
        """Number of learned values."""
        return sum(parameter.numel() for parameter in self.parameters())

    def blank_state(self, batch: int) -> TrainingState:
        """Zeros and an empty copy memory."""
        device, a = self.bias.device, self.architecture
        cells = tuple(block.cell.blank_state(batch, device) for block in self.blocks)
        memory = (CopyMemory.blank(batch, a.copy_window, a.copy_width, device=device)
                  if self.copy_head is not None else None)
        return TrainingState(cells, memory)

    def hidden(self, tokens: Tensor, cells: tuple[CellState, ...], dropout: float = 0.0,
               ) -> tuple[Tensor, tuple[CellState, ...]]:
        """Normalised output of the last block [time, batch, width] for ``tokens`` [time, batch]."""
        x = self.embedding(tokens) * self.architecture.width ** 0.5
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        x = locked_dropout(x, dropout)
        after = []
        for block, state in zip(self.blocks, cells, strict=True):
            x, state = block(x, state, dropout)
            after.append(state)
        return locked_dropout(self.norm(x), dropout), tuple(after)

    def forward(self, tokens: Tensor, targets: Tensor, segments: Tensor, copyable: Tensor, state: TrainingState,
                dropout: float = 0.0) -> tuple[Tensor, TrainingState]:
        """Log-probability of every target, [time, batch] float32, and the state after the window.

        ``tokens``, ``targets`` and ``segments`` are [time, batch] int64; ``copyable`` [vocabulary] bool says which
        tokens the copy head may produce.
        """
        hidden, cells = self.hidden(tokens, state.cells, dropout)
        flat = hidden.reshape(-1, hidden.shape[-1])
        vocabulary = self.embedding.target_log_probability(flat, self.bias, targets.reshape(-1)).view(targets.shape)
        if self.copy_head is None or state.memory is None:
            return vocabulary, TrainingState(cells, None)
        followers = torch.where(copyable[targets], targets, -1)
        sentinel, copied, memory = self.copy_head(hidden, state.memory, followers, segments, targets)
        return torch.logaddexp(sentinel + vocabulary, copied), TrainingState(cells, memory)

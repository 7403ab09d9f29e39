"""Recurrent cells behind one interface.

Every cell maps ``x`` [time, batch, width] and its state (a tuple of [batch, cell_width] tensors) to ``y``
[time, batch, cell_width] and the state after the last position. One position is a call with time 1.

Sources: Elman 1990 (rnn), Cho et al. 2014 (gru), Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al.
2000 (lstm), Feng et al. 2024, arXiv 2410.01201 (minlstm).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from chatbot.engine.linear import Linear

CellState = tuple[Tensor, ...]

_GATE_LIMIT = 30.0
"""Pre-activations below -30 are as good as -30 in float32; clamping keeps a quotient of two gates finite."""


class Cell(nn.Module):
    """The common interface; ``state_count`` tensors of ``cell_width`` make up the state of one block."""

    state_count = 1

    def __init__(self, width: int, cell_width: int) -> None:
        super().__init__()
        self.width = width
        self.cell_width = cell_width

    def blank_state(self, batch: int, device: torch.device | str = "cpu") -> CellState:
        """All zeros, float32."""
        return tuple(torch.zeros(batch, self.cell_width, device=device) for _ in range(self.state_count))


class _TorchCell(Cell):
    """A cell whose sequence kernel is torch's own (cuDNN on a GPU, oneDNN on a CPU)."""

    def __init__(self, width: int, cell_width: int) -> None:
        super().__init__(width, cell_width)
        self.rnn = self._make(width, cell_width)
        self._initialise()

    def _make(self, width: int, cell_width: int) -> nn.RNNBase:
        raise NotImplementedError

    def _initialise(self) -> None:
        """Recurrent matrices orthogonal (Saxe et al. 2013), input matrices Glorot, biases zero."""
        gates = self.rnn.weight_hh_l0.shape[0] // self.cell_width
        for gate in range(gates):
            nn.init.orthogonal_(self.rnn.weight_hh_l0.data[gate * self.cell_width:(gate + 1) * self.cell_width])
        nn.init.xavier_uniform_(self.rnn.weight_ih_l0)
        nn.init.zeros_(self.rnn.bias_ih_l0)
        nn.init.zeros_(self.rnn.bias_hh_l0)

    def forward(self, x: Tensor, state: CellState) -> tuple[Tensor, CellState]:
        """See the module docstring."""
        packed = state[0].to(x.dtype).unsqueeze(0)
        y, last = self.rnn(x, packed)
        return y, (last[0].float(),)


class TanhRnn(_TorchCell):
    """h' = tanh(W x + U h + b)."""

    def _make(self, width: int, cell_width: int) -> nn.RNNBase:
        return nn.RNN(width, cell_width, nonlinearity="tanh")


class ReluRnn(_TorchCell):
    """h' = max(0, W x + U h + b), with U = identity at the start (Le et al. 2015, arXiv 1504.00941)."""

    def _make(self, width: int, cell_width: int) -> nn.RNNBase:
        return nn.RNN(width, cell_width, nonlinearity="relu")

    def _initialise(self) -> None:
        super()._initialise()
        nn.init.eye_(self.rnn.weight_hh_l0)
        self.rnn.weight_hh_l0.data.mul_(0.9)  # below 1, or the state of a long text grows without bound


class GruCell(_TorchCell):
    """Gated recurrent unit, in the form that torch and cuDNN use (reset gate after the recurrent product)."""

    def _make(self, width: int, cell_width: int) -> nn.RNNBase:
        return nn.GRU(width, cell_width)


class LstmCell(_TorchCell):
    """Long short-term memory; state (h, c)."""

    state_count = 2

    def _make(self, width: int, cell_width: int) -> nn.RNNBase:
        return nn.LSTM(width, cell_width)

    def _initialise(self) -> None:
        """Forget-gate bias 1 (Jozefowicz et al. 2015); torch orders the gates i, f, g, o."""
        super()._initialise()
        self.rnn.bias_ih_l0.data[self.cell_width:2 * self.cell_width] = 1.0

    def forward(self, x: Tensor, state: CellState) -> tuple[Tensor, CellState]:
        """See the module docstring."""
        h, c = (part.to(x.dtype).unsqueeze(0) for part in state)
        y, (h, c) = self.rnn(x, (h, c))
        return y, (h[0].float(), c[0].float())


_SCAN_CHUNK = 8
"""Positions worked on at once: the passes over a chunk's gates find them still in the processor's cache."""
_SCAN_CHUNK_CUDA = 1 << 20


class MinLstmScan(torch.autograd.Function):
    """The minLSTM recurrence over a window, one pass forward and one backward, in float32.

    ``gates`` [time, batch, 3 * units] are the forget, input and content pre-activations without their ``bias``
    [3 * units], which costs less here than in the product; ``start`` is [batch, units]. Returns the states
    [time, batch, units] in the dtype of ``gates``, and the last one in float32. The matrix products around the scan
    dominate, so a plain loop over time costs little and needs no logarithms.
    """

    @staticmethod
    def forward(ctx, gates: Tensor, bias: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
        time, batch, width = gates.shape
        decay = torch.empty(time, batch, width // 3, device=gates.device)
        states, result = torch.empty_like(decay), torch.empty_like(decay, dtype=gates.dtype)
        zero = torch.zeros((), device=gates.device)
        previous, bias = start, bias.float()
        for first, last in _chunks(gates):
            forget, take, content = _parts(gates[first:last], bias)
            kept = forget.clamp_(min=-_GATE_LIMIT).sigmoid_()
            torch.div(kept, take.clamp_(min=-_GATE_LIMIT).sigmoid_().add_(kept), out=decay[first:last])
            torch.lerp(content, zero, decay[first:last], out=states[first:last])
            for t in range(first, last):
                previous = states[t].addcmul_(decay[t], previous)
            result[first:last] = states[first:last]
        ctx.save_for_backward(gates, bias, decay, states, start)
        return result, previous.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor, last_grad: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        gates, bias, decay, states, start = ctx.saved_tensors
        result, bias_grad, later = torch.empty_like(gates), torch.zeros_like(bias), None
        for first, last in reversed(_chunks(gates)):
            carried = grad[first:last].to(torch.float32, copy=True)
            carried[-1].add_(last_grad if later is None else decay[last] * later)
            for t in range(last - first - 2, -1, -1):
                carried[t].addcmul_(decay[first + t + 1], carried[t + 1])
            later = carried[0].clone()
            before = states[first - 1:last - 1] if first else torch.cat([start.unsqueeze(0), states[:last - 1]])
            change = torch.sub(before, states[first:last])
            grads = _gate_gradients(gates[first:last], bias, decay[first:last], change, carried, result[first:last])
            if ctx.needs_input_grad[1]:
                bias_grad += torch.cat([part.sum((0, 1)) for part in grads])
        return result, bias_grad, decay[0] * later


def _chunks(gates: Tensor) -> list[tuple[int, int]]:
    size, time = _SCAN_CHUNK_CUDA if gates.is_cuda else _SCAN_CHUNK, gates.shape[0]
    return [(first, min(first + size, time)) for first in range(0, time, size)]


def _parts(gates: Tensor, bias: Tensor) -> list[Tensor]:
    """Forget, input and content pre-activations, each in one piece of float32: the vectorised kernels want that."""
    return [part + own for part, own in zip(gates.chunk(3, dim=-1), bias.chunk(3), strict=True)]


def _gate_gradients(gates: Tensor, bias: Tensor, decay: Tensor, change: Tensor, carried: Tensor,
                    result: Tensor) -> tuple[Tensor, ...]:
    """Write the gradient of ``gates`` into ``result``, and return it in float32, a tensor for each gate; given that of
    the states (``carried``, overwritten) and by how much a state is less than the one before (``change``, overwritten).
    """
    # d loss / d logit(decay), and logit(decay) = softplus(-input) - softplus(-forget).
    # before - state = (1 - decay) (before - content), which saves reading the content.
    slope = change.mul_(carried).mul_(decay)
    forget, take = (part + own for part, own in zip(gates.chunk(3, dim=-1)[:2], bias.chunk(3)[:2], strict=True))
    grads = (forget.neg_().sigmoid_().mul_(slope), take.neg_().sigmoid_().mul_(slope).neg_(),
             carried.addcmul_(carried, decay, value=-1))
    for place, grad in zip(result.chunk(3, dim=-1), grads, strict=True):
        place.copy_(grad)
    return grads


class MinLstmCell(Cell):
    """minLSTM: gates that see only the input, so that training is a scan and a step one matrix product.

    f = sigmoid(a), i = sigmoid(b), f' = f / (f + i), h' = f' h + (1 - f') c with a, b, c linear in x.
    """

    def __init__(self, width: int, cell_width: int) -> None:
        super().__init__(width, cell_width)
        self.gates = Linear(width, 3 * cell_width)
        nn.init.normal_(self.gates.weight, std=width ** -0.5)
        nn.init.zeros_(self.gates.bias)
        # Forget-gate biases spread over (-1, 4): units with memories from one token to some fifty at the start.
        nn.init.uniform_(self.gates.bias.data[:cell_width], -1.0, 4.0)
        nn.init.constant_(self.gates.bias.data[cell_width:2 * cell_width], -1.0)

    def forward(self, x: Tensor, state: CellState) -> tuple[Tensor, CellState]:
        """See the module docstring."""
        states, last = MinLstmScan.apply(self.gates.product(x), self.gates.bias, state[0])
        return states.to(x.dtype), (last,)


_CELL_CLASSES: dict[str, type[Cell]] = {
    "rnn_tanh": TanhRnn, "rnn_relu": ReluRnn, "gru": GruCell, "lstm": LstmCell, "minlstm": MinLstmCell,
}


def make_cell(name: str, width: int, cell_width: int) -> Cell:
    """The cell called ``name`` (one of ``architecture.CELLS``)."""
    return _CELL_CLASSES[name](width, cell_width)

"""Every cell: a window equals its positions one by one; the hand-written scan has autograd's gradients."""

from __future__ import annotations

import pytest
import torch

from chatbot.core.errors import ModelError
from chatbot.engine.architecture import CELLS, Architecture
from chatbot.engine.cells import LstmCell, MinLstmScan, ReluRnn, make_cell


@pytest.mark.parametrize("name", CELLS)
def test_a_window_equals_its_positions_one_by_one(name: str) -> None:
    torch.manual_seed(1)
    cell = make_cell(name, 6, 10)
    x = torch.randn(7, 3, 6)
    start = tuple(torch.rand(3, 10) for _ in range(cell.state_count))
    whole, after = cell(x, start)
    state, parts = start, []
    for t in range(7):
        y, state = cell(x[t:t + 1], state)
        parts.append(y)
    assert whole.shape == (7, 3, 10)
    assert torch.allclose(torch.cat(parts), whole, atol=1e-5)
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(after, state, strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_the_blank_state_is_zeros(name: str) -> None:
    state = make_cell(name, 6, 10).blank_state(4)
    assert len(state) == (2 if name == "lstm" else 1)
    assert all(part.shape == (4, 10) and not part.any() for part in state)


@pytest.mark.parametrize("name", CELLS)
def test_the_past_changes_the_output(name: str) -> None:
    torch.manual_seed(2)
    cell = make_cell(name, 6, 10)
    x = torch.randn(1, 2, 6)
    with torch.no_grad():
        blank, _ = cell(x, cell.blank_state(2))
        other, _ = cell(x, tuple(torch.ones(2, 10) for _ in range(cell.state_count)))
    assert float((blank - other).abs().max()) > 1e-3


def plain_minlstm(gates: torch.Tensor, start: torch.Tensor) -> torch.Tensor:
    """The recurrence as the paper writes it, for autograd."""
    forget, take, content = gates.chunk(3, dim=-1)
    f, i = torch.sigmoid(forget), torch.sigmoid(take)
    h, states = start, []
    for t in range(gates.shape[0]):
        h = f[t] / (f[t] + i[t]) * h + i[t] / (f[t] + i[t]) * content[t]
        states.append(h)
    return torch.stack(states)


def test_the_minlstm_scan_has_the_values_and_gradients_of_plain_autograd() -> None:
    generator = torch.Generator().manual_seed(4)
    gates = (3 * torch.randn(9, 2, 15, generator=generator)).requires_grad_()
    start = torch.randn(2, 5, generator=generator).requires_grad_()
    weight = torch.randn(9, 2, 5, generator=generator)
    bias = torch.randn(15, generator=generator).requires_grad_()
    exact_gates, exact_bias, exact_start = (part.detach().double().requires_grad_() for part in (gates, bias, start))
    expected = plain_minlstm(exact_gates + exact_bias, exact_start)
    ((expected * weight).sum() + expected[-1].square().sum()).backward()
    got, last = MinLstmScan.apply(gates, bias, start)
    ((got * weight).sum() + last.square().sum()).backward()
    assert torch.allclose(got.double(), expected, atol=1e-5) and torch.equal(got[-1], last)
    assert torch.allclose(gates.grad.double(), exact_gates.grad, atol=1e-5)
    assert torch.allclose(bias.grad.double(), exact_bias.grad, atol=1e-5)
    assert torch.allclose(start.grad.double(), exact_start.grad, atol=1e-5)


def test_gates_shut_hard_keep_everything_finite() -> None:
    gates = torch.tensor([-200.0, -40.0, 0.0, 40.0, 200.0]).repeat(3)
    pairs = torch.cartesian_prod(gates[:5], gates[:5])
    window = torch.cat([pairs[:, :1].T, pairs[:, 1:].T, torch.ones(1, 25)], dim=1).unsqueeze(0).repeat(4, 1, 1)
    window.requires_grad_()
    states, _ = MinLstmScan.apply(window, torch.zeros(75), torch.ones(1, 25))
    states.sum().backward()
    assert bool(torch.isfinite(states).all()) and bool(torch.isfinite(window.grad).all())


def test_starting_values_that_the_literature_asks_for() -> None:
    lstm = LstmCell(6, 10).requires_grad_(False).rnn
    assert (lstm.bias_ih_l0 + lstm.bias_hh_l0)[10:20].tolist() == [1.0] * 10
    assert float(lstm.bias_ih_l0[:10].abs().max()) == 0.0
    recurrent = lstm.weight_hh_l0[:10]
    assert torch.allclose(recurrent @ recurrent.T, torch.eye(10), atol=1e-5)
    assert torch.equal(ReluRnn(6, 10).rnn.weight_hh_l0, 0.9 * torch.eye(10))


def test_an_unknown_cell_is_one_sentence() -> None:
    with pytest.raises(ModelError, match="'perceptron'") as caught:
        Architecture(cell="perceptron")
    assert caught.value.code == "model_cell"

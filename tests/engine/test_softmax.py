"""The memory-saving soft-max has the values and gradients of the plain one."""

from __future__ import annotations

import pytest
import torch

from chatbot.engine.softmax import _CHUNK_ROWS, TargetLogProbability


def both(rows: int, dtype: torch.dtype) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """[values, gradients of hidden, weight, bias] of ours and of plain autograd in float64."""
    generator = torch.Generator().manual_seed(rows)
    hidden = torch.randn(rows, 12, generator=generator).to(dtype).requires_grad_()
    weight = torch.randn(30, 12, generator=generator).requires_grad_()
    bias = torch.randn(30, generator=generator).requires_grad_()
    targets = torch.randint(0, 30, (rows,), generator=generator)
    upstream = torch.randn(rows, generator=generator)
    ours = TargetLogProbability.apply(hidden, weight, bias, targets)
    (ours * upstream).sum().backward()
    exact = [part.detach().double().requires_grad_() for part in (hidden, weight, bias)]
    plain = torch.log_softmax(exact[0] @ exact[1].T + exact[2], -1).gather(1, targets.unsqueeze(1)).squeeze(1)
    (plain * upstream).sum().backward()
    return ([ours.detach(), hidden.grad, weight.grad, bias.grad],
            [plain.detach(), *(part.grad for part in exact)])


@pytest.mark.parametrize("rows", [1, 7, _CHUNK_ROWS, 2 * _CHUNK_ROWS + 3])
def test_values_and_gradients_in_float32(rows: int) -> None:
    for got, expected in zip(*both(rows, torch.float32), strict=True):
        assert torch.allclose(got.double(), expected, atol=1e-4, rtol=1e-4)


def test_bfloat16_is_as_good_as_its_eight_bits() -> None:
    for got, expected in zip(*both(64, torch.bfloat16), strict=True):
        assert float((got.double() - expected).norm() / expected.norm()) < 0.02


def test_weights_stay_float32_for_bfloat16_inputs() -> None:
    got, _ = both(5, torch.bfloat16)
    assert [part.dtype for part in got] == [torch.float32, torch.bfloat16, torch.float32, torch.float32]


def test_a_hopeless_target_has_a_finite_value_and_a_gradient() -> None:
    hidden = torch.tensor([[300.0]], requires_grad=True)
    value = TargetLogProbability.apply(hidden, torch.tensor([[1.0], [0.0]]), torch.zeros(2), torch.tensor([1]))
    value.sum().backward()
    assert float(value.detach()) == pytest.approx(-300.0)
    assert float(hidden.grad) == pytest.approx(-1.0)

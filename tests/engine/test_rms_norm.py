"""The RMSNorm of training has the values and gradients of torch's."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from chatbot.engine.rms_norm import _CHUNK_ROWS, rms_norm


def both(shape: tuple[int, ...], dtype: torch.dtype) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(ours, torch's in float64) of the value and the gradients of x and weight."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(*shape, generator=generator).mul_(2.0).to(dtype).requires_grad_()
    weight = torch.rand(shape[-1], generator=generator).requires_grad_()
    upstream = torch.randn(*shape, generator=generator).to(dtype)
    ours = rms_norm(x, weight, 1e-5)
    ours.backward(upstream)
    exact_x, exact_weight = x.detach().double().requires_grad_(), weight.detach().double().requires_grad_()
    exact = functional.rms_norm(exact_x, exact_weight.shape, exact_weight, 1e-5)
    exact.backward(upstream.double())
    assert (ours.dtype, x.grad.dtype, weight.grad.dtype) == (dtype, dtype, torch.float32)
    return [(ours.detach(), exact.detach()), (x.grad, exact_x.grad), (weight.grad, exact_weight.grad)]


@pytest.mark.parametrize("shape", [(1, 5), (3, 7, 5), (2 * _CHUNK_ROWS + 3, 4)])
def test_values_and_gradients_in_float32(shape: tuple[int, ...]) -> None:
    for got, expected in both(shape, torch.float32):
        assert torch.allclose(got.double(), expected, atol=1e-4, rtol=1e-5)


def test_bfloat16_is_as_good_as_its_eight_bits() -> None:
    for got, expected in both((40, 6), torch.bfloat16):
        assert float((got.double() - expected).norm() / expected.norm()) < 0.01


def test_a_row_of_zeros_stays_zero() -> None:
    x = torch.zeros(2, 4, requires_grad=True)
    result = rms_norm(x, torch.ones(4), 1e-5)
    result.sum().backward()
    assert not result.detach().any() and bool(torch.isfinite(x.grad).all())

"""The GELU of training has the values and gradients of torch's."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import gelu

from chatbot.engine.gelu import _CHUNK_ROWS, biased_gelu


def both(shape: tuple[int, ...], dtype: torch.dtype) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """(ours, torch's in float64) of the value and the gradients of x and bias."""
    generator = torch.Generator().manual_seed(1)
    x = (3.0 * torch.randn(*shape, generator=generator)).to(dtype).requires_grad_()
    bias = torch.randn(shape[-1], generator=generator).requires_grad_()
    upstream = torch.randn(*shape, generator=generator).to(dtype)
    ours = biased_gelu(x, bias)
    ours.backward(upstream)
    exact_x, exact_bias = x.detach().double().requires_grad_(), bias.detach().double().requires_grad_()
    exact = gelu(exact_x + exact_bias, approximate="tanh")
    exact.backward(upstream.double())
    assert (ours.dtype, x.grad.dtype, bias.grad.dtype) == (dtype, dtype, torch.float32)
    return [(ours.detach(), exact.detach()), (x.grad, exact_x.grad), (bias.grad, exact_bias.grad)]


@pytest.mark.parametrize("shape", [(1, 5), (3, 7, 5), (2 * _CHUNK_ROWS + 3, 4)])
def test_values_and_gradients_in_float32(shape: tuple[int, ...]) -> None:
    for got, expected in both(shape, torch.float32):
        assert torch.allclose(got.double(), expected, atol=1e-5, rtol=1e-5)


def test_bfloat16_is_as_good_as_its_eight_bits() -> None:
    for got, expected in both((40, 6), torch.bfloat16):
        assert float((got.double() - expected).norm() / expected.norm()) < 0.01


def test_far_from_zero_it_is_the_identity_or_nothing() -> None:
    x = torch.tensor([[-1e4, -40.0, 40.0, 1e4]], requires_grad=True)
    biased_gelu(x, torch.zeros(4)).sum().backward()
    assert biased_gelu(x, torch.zeros(4)).tolist()[0] == pytest.approx([0.0, 0.0, 40.0, 1e4])
    assert x.grad.tolist()[0] == pytest.approx([0.0, 0.0, 1.0, 1.0])


def test_without_gradients_the_values_are_the_same() -> None:
    x = torch.randn(3, 4)
    with torch.no_grad():
        assert torch.allclose(biased_gelu(x, torch.ones(4)), gelu(x + 1.0, approximate="tanh"), atol=1e-6)

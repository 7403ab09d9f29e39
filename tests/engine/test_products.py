"""int8 products are close to float products, and the choice of kernel never leaves one without a product."""

from __future__ import annotations

import pytest
import torch

from chatbot.engine import products
from chatbot.engine.products import FLOAT32, INT8, choose_kernel, int8_is_available, make_product
from tests.engine.tiny import VOCABULARY, tiny_network
from chatbot.engine.stepping import StepNetwork

needs_int8 = pytest.mark.skipif(not int8_is_available(), reason="this processor has no int8 kernel in torch")


@needs_int8
@pytest.mark.parametrize("rows", [1, 16])
@pytest.mark.parametrize("has_bias", [False, True])
def test_int8_is_close_to_float(rows: int, has_bias: bool) -> None:
    generator = torch.Generator().manual_seed(rows)
    weight = torch.randn(96, 64, generator=generator) * torch.logspace(-2, 1, 96).unsqueeze(1)
    bias = torch.randn(96, generator=generator) if has_bias else None
    x = torch.randn(rows, 64, generator=generator)
    exact, got = make_product(weight, bias, FLOAT32)(x), make_product(weight, bias, INT8)(x)
    each = (got - exact).norm(dim=0) / exact.norm(dim=0).clamp(min=0.05)
    assert float((got - exact).norm() / exact.norm()) < 0.02
    assert float(each.median()) < 0.03, "every output channel has a scale of its own"


@needs_int8
def test_a_row_of_zeros_stays_zero() -> None:
    weight = torch.randn(8, 16, generator=torch.Generator().manual_seed(1))
    weight[3] = 0.0
    result = make_product(weight, None, INT8)(torch.ones(2, 16))
    assert result[:, 3].tolist() == [0.0, 0.0] and bool(torch.isfinite(result).all())


@needs_int8
@pytest.mark.parametrize("cell", ["minlstm", "lstm", "gru"])
def test_int8_loses_less_than_a_percent_of_perplexity(cell: str) -> None:
    model, copyable = tiny_network(cell), torch.arange(VOCABULARY) >= 80
    ids = torch.randint(0, VOCABULARY, (301, 8), generator=torch.Generator().manual_seed(2))
    nats = {}
    with torch.no_grad():
        for kernel in (FLOAT32, INT8):
            network = StepNetwork(model, copyable, kernel)
            nats[kernel] = -float(network.score(ids[:-1], ids[1:], network.blank_state().repeated(8)).mean())
    assert nats[INT8] != nats[FLOAT32], "both would be the same product"
    assert nats[INT8] - nats[FLOAT32] < 0.01


def test_the_float_product_is_the_plain_one() -> None:
    weight, bias, x = torch.randn(5, 4), torch.randn(5), torch.randn(3, 4)
    assert torch.allclose(make_product(weight, bias, FLOAT32)(x), x @ weight.T + bias, atol=1e-6)


def test_float_is_taken_where_int8_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_kernel("float32") == FLOAT32
    monkeypatch.setattr(products, "int8_is_available", lambda: False)
    assert choose_kernel("auto") == choose_kernel("int8") == FLOAT32
    monkeypatch.setattr(products, "int8_is_available", lambda: True)
    assert choose_kernel("auto") == choose_kernel("int8") == INT8

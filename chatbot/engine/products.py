"""Matrix products for stepping: int8 weights where the machine has the kernel, else float32.

``quantized.linear_dynamic`` multiplies int8 weights (one scale per output channel) with activations that are
quantised on the fly; at batch 1 a step is bound by reading the weights, so a quarter of the bytes is most of the gain.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F

Product = Callable[[Tensor], Tensor]
"""[rows, inputs] float32 to [rows, outputs] float32."""

INT8, FLOAT32 = "int8", "float32"


@cache
def int8_is_available() -> bool:
    """Whether a small int8 product gives the right numbers here."""
    try:
        weight = torch.linspace(-1.0, 1.0, 64 * 64).view(64, 64)
        x = torch.linspace(-2.0, 2.0, 128).view(2, 64)
        exact = F.linear(x, weight)
        return bool((_int8_product(weight, None)(x) - exact).abs().max() < 0.05 * exact.abs().max())
    except (RuntimeError, AttributeError):
        return False


@cache
def _reduces_range() -> bool:
    """Without VNNI the 8-bit products of two neighbours can overflow 16 bits: use 7-bit activations there."""
    return "VNNI" not in torch.backends.cpu.get_cpu_capability() and not _cpu_has_vnni()


def _cpu_has_vnni() -> bool:
    check = getattr(torch.cpu, "_is_vnni_supported", None) or getattr(torch.cpu, "_is_avx512_vnni_supported", None)
    return bool(check and check())


def _int8_product(weight: Tensor, bias: Tensor | None) -> Product:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces that these dtypes will move to another package
        scales = (weight.abs().amax(dim=1) / 127.0).clamp(min=1e-8).double()
        packed = torch.quantize_per_channel(weight, scales, torch.zeros(len(scales), dtype=torch.int64), 0, torch.qint8)
        prepared = torch.ops.quantized.linear_prepack(packed, bias)
    linear, reduce_range = torch.ops.quantized.linear_dynamic, _reduces_range()

    def product(x: Tensor) -> Tensor:
        return linear(x, prepared, reduce_range)

    return product


def make_product(weight: Tensor, bias: Tensor | None, kernel: str) -> Product:
    """A product with ``weight`` [outputs, inputs] and ``bias`` [outputs]; ``kernel`` is ``int8`` or ``float32``."""
    weight = weight.detach().float().contiguous()
    bias = None if bias is None else bias.detach().float().contiguous()
    if kernel == INT8:
        return _int8_product(weight, bias)

    def product(x: Tensor) -> Tensor:
        return F.linear(x, weight, bias)

    return product


def choose_kernel(wish: str = "auto") -> str:
    """``auto`` takes int8 where it works; ``int8`` falls back to float32 where it does not."""
    if wish == FLOAT32 or not int8_is_available():
        return FLOAT32
    return INT8

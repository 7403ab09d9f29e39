"""What the machine does well: the precision worth using, and an allocator that keeps its pages."""

from __future__ import annotations

import ctypes
import math
import sys
import time
from collections.abc import Sequence

import torch
from torch import nn

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4


def keep_freed_memory() -> bool:
    """Tell glibc not to give freed pages back.

    A training step frees and takes the same large buffers again; without this every one is mapped and zeroed anew by
    the kernel, which cost 15-20 % of a step when measured. Returns whether it was done (Linux with glibc only).
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return all(mallopt(option, value) == 1 for option, value in (
        (_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, 2**31 - 1), (_M_TOP_PAD, 64 << 20)))


def _quickest(products: Sequence[torch.dtype], rounds: int = 24) -> dict[torch.dtype, float]:
    """Seconds of the quickest of ``rounds`` matrix products by precision, taken in turn.

    The quickest, because other programs can only make a product slower: a mean taken on a busy machine once chose
    float32 where bfloat16 is four times as fast.
    """
    factors = {dtype: torch.randn(512, 512).to(dtype) for dtype in products}
    found = dict.fromkeys(products, math.inf)
    for _ in range(rounds):
        for dtype, factor in factors.items():
            start = time.perf_counter()
            torch.mm(factor, factor)
            found[dtype] = min(found[dtype], time.perf_counter() - start)
    return found


def probe_precision(device: str = "cpu") -> torch.dtype:
    """bfloat16 where it is really faster and every kernel exists, else float32.

    On processors without bf16 units torch's recurrent kernels raise or crawl under bf16 autocast, so both are tried.
    """
    if device != "cpu":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    try:
        with torch.autocast("cpu", torch.bfloat16):
            nn.LSTM(64, 64)(torch.randn(4, 2, 64))
        seconds = _quickest((torch.bfloat16, torch.float32))
    except RuntimeError:
        return torch.float32
    return torch.bfloat16 if seconds[torch.bfloat16] * 1.3 < seconds[torch.float32] else torch.float32

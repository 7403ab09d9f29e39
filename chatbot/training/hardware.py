"""What the machine does well: the precision worth using, and an allocator that keeps its pages."""

from __future__ import annotations

import ctypes
import sys
import time

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


def _seconds(product: torch.dtype, repeats: int = 8) -> float:
    a, b = torch.randn(512, 512).to(product), torch.randn(512, 512).to(product)
    torch.mm(a, b)
    start = time.perf_counter()
    for _ in range(repeats):
        torch.mm(a, b)
    return time.perf_counter() - start


def probe_precision(device: str = "cpu") -> torch.dtype:
    """bfloat16 where it is really faster and every kernel exists, else float32.

    On processors without bf16 units torch's recurrent kernels raise or crawl under bf16 autocast, so both are tried.
    """
    if device != "cpu":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    try:
        with torch.autocast("cpu", torch.bfloat16):
            nn.LSTM(64, 64)(torch.randn(4, 2, 64))
        is_faster = _seconds(torch.bfloat16) * 1.3 < _seconds(torch.float32)
    except RuntimeError:
        return torch.float32
    return torch.bfloat16 if is_faster else torch.float32

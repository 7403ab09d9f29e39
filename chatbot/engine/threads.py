"""How many processor threads torch may use, in the thread that calls."""

from __future__ import annotations

import os

import torch


def use_threads(count: int = 0) -> int:
    """Let torch use ``count`` threads for operations of the calling thread; returns the number now in use.

    Call it first thing in the thread that will chat: a number set elsewhere does not reach a thread that has already
    computed. 0 takes a cautious number, because with two threads on a machine whose cores are busy a step of one
    token, which is short, mostly waits (measured: 25 instead of 550 tokens per second).
    """
    torch.set_num_threads(count if count > 0 else cautious_count(os.cpu_count() or 1))
    return torch.get_num_threads()


def cautious_count(logical_processors: int) -> int:
    """A quarter of the processors, which is half of the cores where each counts as two; between 1 and 4."""
    return max(1, min(4, logical_processors // 4))

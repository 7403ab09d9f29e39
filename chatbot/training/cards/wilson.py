"""The Wilson score interval of a rate (Wilson 1927, JASA 22, 209-212)."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson_interval(passed: int, asked: int, z: float = Z_95) -> tuple[float, float]:
    """Lower and upper bound of the true rate after ``passed`` of ``asked`` trials; (0, 1) after none."""
    if not 0 <= passed <= asked:
        raise ValueError(f"{passed} of {asked} is no rate")
    if asked == 0:
        return 0.0, 1.0
    rate, square = passed / asked, z * z
    middle = (rate + square / (2 * asked)) / (1 + square / asked)
    half = z * math.sqrt(rate * (1 - rate) / asked + square / (4 * asked * asked)) / (1 + square / asked)
    return max(0.0, middle - half), min(1.0, middle + half)

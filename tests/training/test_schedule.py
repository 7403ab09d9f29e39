"""Learning rates against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from chatbot.training.recipe import Optimisation
from chatbot.training.schedule import learning_rate


def rate(seen: int, tokens: int = 1100, **changes: object) -> float:
    values = {"learning_rate": 1.0, "final_share": 0.1, "warm_up_tokens": 100, **changes}
    return learning_rate(Optimisation(**values), seen, tokens)  # type: ignore[arg-type]


@pytest.mark.parametrize(("schedule", "expected"), [
    # at 100, 350, 600, 850 and 1100 of 1100 tokens
    ("constant", [1.0, 1.0, 1.0, 1.0, 1.0]),
    ("linear", [1.0, 0.775, 0.55, 0.325, 0.1]),
    ("cosine", [1.0, 0.1 + 0.45 * (1 + math.sqrt(0.5)), 0.55, 0.1 + 0.45 * (1 - math.sqrt(0.5)), 0.1]),
])
def test_rates_by_hand(schedule: str, expected: list[float]) -> None:
    assert [rate(seen, schedule=schedule) for seen in (100, 350, 600, 850, 1100)] == pytest.approx(expected)


def test_warm_up_rises_in_a_line_to_the_peak() -> None:
    assert [rate(seen) for seen in (0, 49, 99)] == pytest.approx([1 / 101, 50 / 101, 100 / 101])
    assert rate(0, warm_up_tokens=0) == 1.0


def test_level_until_the_last_tokens_then_down() -> None:
    values = [rate(seen, schedule="warmup_stable_decay", decay_tokens=200) for seen in (100, 899, 900, 1000, 1100)]
    assert values == pytest.approx([1.0, 1.0, 1.0, 0.55, 0.1])
    assert rate(50, tokens=120, schedule="warmup_stable_decay", decay_tokens=500) == pytest.approx(51 / 101)


@pytest.mark.parametrize("schedule", ["cosine", "linear", "warmup_stable_decay"])
def test_after_the_end_the_rate_stays_at_its_least(schedule: str) -> None:
    assert rate(5000, schedule=schedule, decay_tokens=300) == pytest.approx(0.1)

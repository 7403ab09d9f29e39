"""The plan follows the size of the log."""

from __future__ import annotations

import pytest

from chatbot.training.personal.plan import make_plan


@pytest.mark.parametrize(("messages", "passes", "rate"), [(1_000, 12.0, 1.5e-3), (10_000, 4.0, 5e-4),
                                                          (100_000, 1.0, 8e-4), (1_000_000, 1.0, 8e-4)])
def test_passes_and_rate_at_the_measured_sizes(messages: int, passes: float, rate: float) -> None:
    plan = make_plan(14 * messages, has_replay=True)
    assert plan.passes == passes and plan.learning_rate == pytest.approx(rate)
    assert plan.is_low_rank == (messages < 5_000)
    tokens = plan.steps * plan.window * plan.streams
    assert tokens == pytest.approx(14 * messages * passes, rel=0.1)


def test_a_third_of_every_batch_is_replay() -> None:
    plan = make_plan(14_000, has_replay=True)
    assert plan.replay_streams / (plan.streams + plan.replay_streams) == pytest.approx(1 / 3)
    assert make_plan(14_000, has_replay=False).replay_streams == 0


def test_more_text_never_means_more_passes() -> None:
    passes = [make_plan(14 * n, has_replay=True).passes for n in (100, 1_000, 3_000, 10_000, 50_000, 500_000)]
    assert passes == sorted(passes, reverse=True)

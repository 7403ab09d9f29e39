"""Dealing gives every talk once per pass, whole and in order, and resumes exactly."""

from __future__ import annotations

import json

import numpy as np
import pytest

from chatbot.training.personal.streams import TalkStreams
from chatbot.training.personal.talks import Talk

END = 1


def talks(count: int = 7) -> list[Talk]:
    """Talk k is 100 k, 100 k + 1, ..., with weights 1/1, 1/2, ..."""
    return [Talk(np.arange(100 * k, 100 * k + 5 + 3 * k, dtype=np.uint16),
                 1 / np.arange(1, 6 + 3 * k, dtype=np.float32), np.ones(5 + 3 * k, dtype=bool)) for k in range(count)]


def test_one_stream_deals_all_talks_whole_in_every_pass() -> None:
    streams = TalkStreams(talks(), 1, END, seed=3)
    total = sum(len(talk.ids) for talk in talks())
    window = streams.window(2 * total)
    for targets in (window.targets[:total, 0], window.targets[total:, 0]):
        parts = np.split(targets, np.flatnonzero(np.diff(targets) != 1) + 1)
        assert sorted(part[0] for part in parts) == [100 * k for k in range(7)]
        assert all(len(part) == 5 + 3 * (part[0] // 100) for part in parts)
    assert streams.passes == 2.0
    assert window.tokens[0, 0] == END and (window.tokens[1:] == window.targets[:-1]).all()
    starts = np.flatnonzero(window.targets[:, 0] % 100 == 0)
    assert (window.weights[starts, 0] == 1.0).all() and (window.weights[starts + 1, 0] == 0.5).all()
    assert np.array_equal(np.flatnonzero(np.diff(window.segments[:, 0])) + 1, starts[1:])


@pytest.mark.parametrize("streams", [1, 3])
def test_a_restored_position_goes_on_exactly(streams: int) -> None:
    first = TalkStreams(talks(), streams, END, seed=3)
    for _ in range(5):
        first.window(11)
    second = TalkStreams(talks(), streams, END, seed=3)
    second.restore(json.loads(json.dumps(first.position())))
    for _ in range(5):
        for a, b in zip(first.window(11), second.window(11), strict=True):
            assert np.array_equal(a, b)


def test_another_seed_deals_in_another_order() -> None:
    orders = {tuple(TalkStreams(talks(), 1, END, seed).window(100).targets[:, 0]) for seed in range(4)}
    assert len(orders) == 4

"""Every sampler against numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.core.sampling import NEUTRAL, OPTIONS
from chatbot.engine import sampling as s

P = [0.5, 0.25, 0.125, 0.0625, 0.0625]


def logs(*rows: list[float]) -> torch.Tensor:
    """Log-probabilities of rows of probabilities."""
    return torch.tensor([list(row) for row in (rows or (P,))]).log()


def chances(result: torch.Tensor) -> list[float]:
    """The first row, normalised, rounded."""
    return [round(x, 4) for x in torch.softmax(result, dim=-1)[0].tolist()]


@pytest.mark.parametrize(("temperature", "expected"), [
    (1.0, P),
    (0.5, [64 / 86, 16 / 86, 4 / 86, 1 / 86, 1 / 86]),  # squares of 8, 4, 2, 1, 1
    (0.0, [1.0, 0.0, 0.0, 0.0, 0.0]),
])
def test_temperature(temperature: float, expected: list[float]) -> None:
    assert chances(s.apply_temperature(logs(), temperature)) == pytest.approx(expected, abs=1e-4)


def test_temperature_zero_takes_the_first_of_equals() -> None:
    assert chances(s.apply_temperature(logs([0.4, 0.4, 0.2]), 0.0)) == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(("k", "expected"), [
    (0, P), (1, [1, 0, 0, 0, 0]), (2, [2 / 3, 1 / 3, 0, 0, 0]), (99, P),
])
def test_top_k(k: int, expected: list[float]) -> None:
    assert chances(s.keep_top_k(logs(), k)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("p", "expected"), [
    (1.0, P), (0.05, [1, 0, 0, 0, 0]), (0.5, [1, 0, 0, 0, 0]), (0.51, [2 / 3, 1 / 3, 0, 0, 0]),
    (0.76, [4 / 7, 2 / 7, 1 / 7, 0, 0]),
])
def test_top_p(p: float, expected: list[float]) -> None:
    assert chances(s.keep_top_p(logs(), p)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("sharpness", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("chosen", [{"top_p": 0.9}, {"top_k": 40}, {"top_k": 40, "top_p": 0.8}, {"typical": 0.5},
                                      {"top_p": 0.95, "min_p": 0.05}, {"temperature": 0.0}, {}])
def test_drawing_from_the_likeliest_equals_drawing_from_all(sharpness: float, chosen: dict[str, float]) -> None:
    """The quick way must give every token the share that the slow way gives it."""
    generator = torch.Generator().manual_seed(1)
    row = torch.log_softmax(torch.randn(1, 2048, generator=generator) * sharpness, dim=-1)
    sampling = replace(NEUTRAL, **chosen)
    expected = s.shaped(row, sampling, [[]])[0]
    uniform = (torch.arange(4000, dtype=torch.float64) + 0.5) / 4000
    drawn = torch.cat([s.draw_shaped(row, sampling, [[]], [], u.unsqueeze(0)) for u in uniform])
    shares = torch.bincount(drawn, minlength=2048) / 4000
    assert float((shares - expected).abs().max()) < 6e-4


def test_top_of_blocks_equals_topk() -> None:
    values = torch.randn(3, 4096, generator=torch.Generator().manual_seed(2))
    best, places = s.top_of_blocks(values, 128)
    assert torch.equal(best, values.topk(128).values)
    assert torch.equal(values.gather(1, places), best)


@pytest.mark.parametrize(("share", "kept"), [(0.0, 5), (0.2, 3), (0.25, 3), (0.3, 2), (0.5, 2)])
def test_min_p(share: float, kept: int) -> None:
    assert int((s.keep_min_p(logs(), share) > -math.inf).sum()) == kept


def test_typical_keeps_what_is_as_surprising_as_the_average() -> None:
    # Entropy of P is 1.875 bits; surprises 1, 2, 3, 4, 4 bits: distances .875, .125, 1.125, 2.125, 2.125.
    assert chances(s.keep_typical(logs(), 0.2)) == [0.0, 1.0, 0.0, 0.0, 0.0]
    assert chances(s.keep_typical(logs(), 0.3)) == pytest.approx([2 / 3, 1 / 3, 0, 0, 0], abs=1e-4)
    assert chances(s.keep_typical(logs(), 0.8)) == pytest.approx([4 / 7, 2 / 7, 1 / 7, 0, 0], abs=1e-4)


def test_repetition_penalty_divides_the_probability() -> None:
    result = s.penalise_repetition(logs(), [[0, 3, 0]], 2.0, 64).exp()[0].tolist()
    assert result == pytest.approx([0.25, 0.25, 0.125, 0.03125, 0.0625])
    assert s.penalise_repetition(logs(), [[0, 3]], 2.0, 1).exp()[0].tolist() == pytest.approx(
        [0.5, 0.25, 0.125, 0.03125, 0.0625])


@pytest.mark.parametrize(("history", "length", "expected"), [
    ([1, 2, 3, 1, 2], 3, [3]), ([1, 2, 3, 1, 2], 2, [3]), ([1, 2, 3], 1, [1, 2, 3]), ([1, 2], 3, []), ([], 2, []),
    ([1, 1, 1], 2, [1]), ([1, 2, 4, 1, 2, 3, 1, 2], 3, [3, 4]), ([5], 2, []),
])
def test_repeating_tokens(history: list[int], length: int, expected: list[int]) -> None:
    assert s.repeating_tokens(history, length) == expected


def test_filters_that_leave_nothing_are_skipped() -> None:
    sampling = replace(NEUTRAL, no_repeat_ngram=1)
    result = s.shaped(logs([0.5, 0.5]), sampling, [[0, 1]])
    assert result[0].tolist() == pytest.approx([0.5, 0.5])


def test_forbidden_tokens_have_no_chance() -> None:
    assert s.shaped(logs(), NEUTRAL, [[]], [0, 1])[0].tolist() == pytest.approx([0, 0, 0.5, 0.25, 0.25])


@pytest.mark.parametrize(("u", "token"), [(0.0, 0), (0.49, 0), (0.5, 1), (0.74, 1), (0.76, 2), (0.9999999, 4)])
def test_draw_inverts_the_cumulative_distribution(u: float, token: int) -> None:
    assert s.draw(torch.tensor([P]), torch.tensor([u], dtype=torch.float64)).item() == token


def test_draw_never_takes_an_impossible_token() -> None:
    assert s.draw(torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([0.0])).item() == 1
    assert s.draw(torch.tensor([[0.3, 0.7, 0.0]]), torch.tensor([1.0])).item() == 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=30), st.data())
def test_any_settings_give_a_distribution(weights: list[float], data: st.DataObject) -> None:
    values = {o.name: data.draw(st.integers(int(o.minimum), int(o.maximum)) if o.is_integer
                                else st.floats(o.minimum, o.maximum)) for o in OPTIONS}
    history = data.draw(st.lists(st.integers(0, len(weights) - 1), max_size=12))
    result = s.shaped(logs([w / sum(weights) for w in weights]), replace(NEUTRAL, **values), [history])
    assert float(result.sum()) == pytest.approx(1.0, abs=1e-4)
    assert bool((result >= 0).all())

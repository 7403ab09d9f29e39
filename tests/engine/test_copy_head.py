"""The copy head against a plain loop that follows the formula position by position."""

from __future__ import annotations

import math

import pytest
import torch

from chatbot.engine.copy_head import MASKED, CopyHead, CopyMass, CopyMemory, attend, mix_distributions

WINDOW, WIDTH, TIME, BATCH = 4, 3, 9, 2


def inputs(seed: int = 1) -> dict[str, torch.Tensor]:
    """Keys, queries and the rest for one window; a new conversation begins at position 5 of the second stream."""
    g = torch.Generator().manual_seed(seed)
    segments = torch.ones(TIME, BATCH, dtype=torch.int64)
    segments[5:, 1] = 2
    followers = torch.randint(-1, 4, (TIME, BATCH), generator=g)
    return {"keys": torch.randn(TIME, BATCH, WIDTH, generator=g),
            "queries": torch.randn(TIME, BATCH, WIDTH, generator=g),
            "sentinel": torch.randn(TIME, BATCH, generator=g), "followers": followers, "segments": segments,
            "targets": torch.randint(0, 4, (TIME, BATCH), generator=g)}


def by_hand(x: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """(mass of the vocabulary, mass copied onto the target) as probabilities."""
    kept, copied = torch.zeros(TIME, BATCH), torch.zeros(TIME, BATCH)
    for t in range(TIME):
        for b in range(BATCH):
            gate = math.exp(x["sentinel"][t, b])
            total, hit = gate, 0.0
            for p in range(max(0, t - WINDOW), t):
                if x["followers"][p, b] >= 0 and x["segments"][p, b] == x["segments"][t, b]:
                    weight = math.exp(float(x["queries"][t, b] @ x["keys"][p, b]))
                    total += weight
                    hit += weight * bool(x["followers"][p, b] == x["targets"][t, b])
            kept[t, b], copied[t, b] = gate / total, hit / total
    return kept, copied


def attended(x: dict[str, torch.Tensor], rows: slice, memory: CopyMemory) -> tuple[torch.Tensor, ...]:
    return attend(memory, *(x[name][rows] for name in ("keys", "queries", "sentinel", "followers", "segments",
                                                       "targets")), WINDOW)


def test_attention_follows_the_formula() -> None:
    x = inputs()
    kept, copied, _ = attended(x, slice(None), CopyMemory.blank(BATCH, WINDOW, WIDTH))
    expected = by_hand(x)
    assert torch.allclose(kept.exp(), expected[0], atol=1e-5)
    assert torch.allclose(copied.exp(), expected[1], atol=1e-5)
    assert bool((expected[1] > 0).any()) and bool((expected[1] == 0).any()), "the case must have hits and misses"


@pytest.mark.parametrize("cut", [1, 3, 6, 8])
def test_keys_of_an_earlier_window_are_remembered(cut: int) -> None:
    x = inputs(2)
    whole = attended(x, slice(None), CopyMemory.blank(BATCH, WINDOW, WIDTH))
    first = attended(x, slice(0, cut), CopyMemory.blank(BATCH, WINDOW, WIDTH))
    second = attended(x, slice(cut, None), first[2])
    for part in (0, 1):
        assert torch.allclose(torch.cat([first[part], second[part]]), whole[part], atol=1e-5)
    assert torch.equal(second[2].keys, whole[2].keys) and torch.equal(second[2].followers, whole[2].followers)


def test_remembered_keys_carry_no_gradient() -> None:
    x = inputs()
    x["keys"].requires_grad_()
    memory = attended(x, slice(0, 5), CopyMemory.blank(BATCH, WINDOW, WIDTH))[2]
    assert not memory.keys.requires_grad


def test_every_part_of_the_head_learns() -> None:
    torch.manual_seed(1)
    head, x = CopyHead(6, WIDTH, WINDOW), inputs()
    hidden = torch.randn(TIME, BATCH, 6, requires_grad=True)
    kept, copied, _ = head(hidden, CopyMemory.blank(BATCH, WINDOW, WIDTH), x["followers"], x["segments"], x["targets"])
    torch.logaddexp(kept - 3.0, copied).sum().backward()
    for name, parameter in head.named_parameters():
        assert float(parameter.grad.abs().max()) > 0, name
        assert bool(torch.isfinite(parameter.grad).all()), name


def test_at_the_start_most_of_the_mass_is_on_the_vocabulary() -> None:
    torch.manual_seed(1)
    head = CopyHead(32, 8, 64)
    hidden = torch.randn(80, 1, 32)
    nothing_special = torch.zeros(80, 1, dtype=torch.int64)
    with torch.no_grad():
        kept, _, _ = head(hidden, CopyMemory.blank(1, 64, 8), nothing_special, nothing_special, nothing_special)
    assert float(kept[0].exp()) == 1.0, "there is nothing to copy yet"
    assert float(kept[-16:].exp().mean()) > 0.5, "with a full window"


def test_the_mixture_by_hand() -> None:
    logits = torch.tensor([[0.0, math.log(3.0)]])  # 1/4 and 3/4
    scores = torch.tensor([[0.0, math.log(2.0), MASKED]])
    mixed = mix_distributions(logits, scores, torch.tensor([0.0]), torch.tensor([[1, 0, 0]])).exp()
    # weights: 1/4 on token 1, 2/4 on token 0, 1/4 on the vocabulary
    assert mixed[0].tolist() == pytest.approx([2 / 4 + 1 / 16, 1 / 4 + 3 / 16])


def test_the_gradients_of_the_masses_are_those_of_the_plain_formula() -> None:
    generator = torch.Generator().manual_seed(3)
    batch, time, positions = 3, 4, 9
    scores = torch.randn(batch, time, positions, generator=generator).requires_grad_()
    sentinel = torch.randn(batch, time, generator=generator).requires_grad_()
    outside = torch.rand(time, positions, generator=generator) < 0.3
    owners = torch.randint(-2, 2, (batch, positions), generator=generator)
    segments = torch.randint(0, 2, (batch, time), generator=generator)
    followers = torch.randint(0, 4, (batch, positions), generator=generator)
    targets = torch.randint(0, 4, (batch, time), generator=generator)

    kept, copied = CopyMass.apply(scores, sentinel, outside, owners, segments, followers, targets)
    torch.logaddexp(kept - 1.5, copied).sum().backward()
    fast = (scores.grad.clone(), sentinel.grad.clone())

    scores.grad = sentinel.grad = None
    allowed = ~outside & (owners.unsqueeze(1) == segments.unsqueeze(2))
    hits = allowed & (followers.unsqueeze(1) == targets.unsqueeze(2))
    masked = scores.masked_fill(~allowed, MASKED)
    total = torch.logaddexp(torch.logsumexp(masked, -1), sentinel)
    plain_copied = torch.logsumexp(scores.masked_fill(~hits, MASKED), -1) - total
    torch.testing.assert_close(kept, sentinel - total)
    torch.testing.assert_close(copied.exp(), plain_copied.exp())
    torch.logaddexp(sentinel - total - 1.5, plain_copied).sum().backward()
    torch.testing.assert_close(fast[0], scores.grad)
    torch.testing.assert_close(fast[1], sentinel.grad)

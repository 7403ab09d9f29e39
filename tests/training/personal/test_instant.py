"""The memory of a log is what was written, and its shares are those that serve held-out text best."""

from __future__ import annotations

import pytest
import torch

from chatbot.chatlogs.sessions import Part
from chatbot.core.personal import PersonalMode
from chatbot.engine.log_memory import LogMemory, MemoryShares
from chatbot.engine.stepping import StepNetwork
from chatbot.training.held_out import SteppingScorer
from chatbot.training.personal import instant
from chatbot.training.personal.instant import build_memory, find_shares, own_places
from chatbot.training.personal.measuring import own_turns
from tests.engine.tiny import tiny_network, tiny_tokenizer
from tests.training.personal.small import small_talks

T = tiny_tokenizer()
COPYABLE = torch.tensor([not special for special in T.is_special])


def network(memory: LogMemory | None = None) -> StepNetwork:
    return StepNetwork(tiny_network(), COPYABLE, "float32", memory)


def test_places_are_the_own_tokens_with_what_stood_before_them() -> None:
    talk = small_talks(PersonalMode.INSTANT).parts[Part.TEST][0]
    places = own_places(network(), T, [talk])
    assert places.after.tolist() == talk.ids[talk.is_own].tolist()
    assert (places.before == -1).sum() == len(talk.own_turns())
    start, stop = talk.own_turns()[0]
    assert places.before[1:stop - start].tolist() == talk.ids[start:stop - 1].tolist()


def test_the_found_shares_beat_their_neighbours() -> None:
    talks = small_talks(PersonalMode.INSTANT)
    memory = build_memory(network(), T, talks.parts[Part.TRAIN], seed=1)
    shares = find_shares(memory, own_places(network(), T, talks.parts[Part.VALIDATION]))

    def loss(s: MemoryShares) -> float:
        scorer = SteppingScorer(network(memory.with_shares(s)))
        return own_turns(scorer, T, talks.parts[Part.VALIDATION]).nats_per_token

    best = loss(shares)
    c, n, h = shares.cache_share, shares.ngram_share, shares.sharpness
    assert best < loss(MemoryShares(0.0, 0.0, h))
    for other in (MemoryShares(0.6 * c, n, h), MemoryShares(c, 0.6 * n, h)):
        assert best <= loss(other) + 1e-3


def test_only_the_newest_places_are_kept_and_out_of_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instant, "MOST_PLACES", 50)
    talks = small_talks(PersonalMode.INSTANT).parts[Part.TRAIN]
    newest = own_places(network(), T, talks).after[-50:]
    memory = build_memory(network(), T, talks, seed=1)
    assert sorted(memory.followers.tolist()) == sorted(newest.tolist())
    assert memory.followers.tolist() != newest.tolist()

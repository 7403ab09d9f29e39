"""Own turns are scored alone, and the interval of a change covers what it should."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from chatbot.chatlogs.sessions import Part
from chatbot.training.held_out import ForwardScorer
from chatbot.training.personal.measuring import OwnTurns, change_of, own_turns, text_perplexity, token_chances
from tests.engine.tiny import tiny_network, tiny_tokenizer
from tests.training.personal.small import small_talks

T = tiny_tokenizer()


def turns(nats: list[float], sessions: list[int] | None = None) -> OwnTurns:
    count = len(nats)
    five = np.full(count, 5.0)
    return OwnTurns(np.array(nats), five, five, 4 * five, np.array(sessions or range(count), dtype=float))


def test_token_chances_are_those_of_one_talk_alone() -> None:
    model = tiny_network()
    talks = small_talks().parts[Part.TEST]
    together = token_chances(ForwardScorer(model, T), talks, T.role("<end>"))
    for talk, chances in zip(talks, together, strict=True):
        ids = torch.tensor([T.role("<end>"), *talk.ids.tolist()]).unsqueeze(1)
        copyable = torch.tensor([not special for special in T.is_special])
        with torch.no_grad():
            alone, _ = model(ids[:-1], ids[1:], torch.zeros_like(ids[1:]), copyable, model.blank_state(1))
        assert np.allclose(chances, alone[:, 0].numpy(), atol=1e-5)


def test_own_turns_by_hand() -> None:
    talks = small_talks().parts[Part.TEST]
    scorer = ForwardScorer(tiny_network(), T)
    chances = token_chances(scorer, talks, T.role("<end>"))
    found = own_turns(scorer, T, talks)
    start, stop = talks[0].own_turns()[0]
    text = T.decode(talks[0].ids[start:stop].tolist())
    assert found.nats[0] == pytest.approx(-chances[0][start:stop].sum())
    assert found.tokens[0] == stop - start and found.characters[0] == len(text) + 1
    assert found.words[0] == len(text.replace(",", " ,").split()) + 1
    assert len(found.nats) == sum(len(talk.own_turns()) for talk in talks)
    total = found.nats.sum()
    assert found.score.perplexity == pytest.approx(math.exp(total / found.words.sum()), rel=1e-3)
    assert found.score.bits_per_character == pytest.approx(total / math.log(2) / found.characters.sum(), rel=1e-3)


def test_the_change_and_its_interval() -> None:
    rng = np.random.default_rng(1)
    before = rng.uniform(15, 25, 60)
    after = before * 0.9 + rng.normal(0, 0.3, 60)
    change = change_of(turns(list(before)), turns(list(after)))
    expected = 100 * math.expm1((after.sum() - before.sum()) / 300)
    assert change.percent == pytest.approx(expected, abs=0.01)
    assert change.low < change.percent < change.high < 0
    same = change_of(turns(list(before)), turns(list(before)))
    assert (same.percent, same.low, same.high) == (0.0, 0.0, 0.0)


def test_what_varies_between_sessions_widens_the_interval() -> None:
    """All turns of a session go up or down together: that is the uncertainty that counts."""
    before = [20.0] * 200
    after = [20.0 + (2.0 if (i // 10) % 2 else -2.2) for i in range(200)]
    by_session = change_of(turns(before, [i // 10 for i in range(200)]), turns(after))
    by_turn = change_of(turns(before), turns(after))
    assert by_session.high - by_session.low > 2 * (by_turn.high - by_turn.low)
    assert by_session.high > 0


def test_perplexity_of_text() -> None:
    talks = small_talks().parts[Part.TEST]
    scorer = ForwardScorer(tiny_network(), T)
    chances = np.concatenate(token_chances(scorer, talks, T.role("<end>")))
    assert text_perplexity(scorer, talks, T.role("<end>")) == pytest.approx(math.exp(-chances.mean()))

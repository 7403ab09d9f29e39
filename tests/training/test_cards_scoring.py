"""Running a card: what the engine is given, seeds, rates, intervals."""

from __future__ import annotations

import json

import pytest

from chatbot.core.messages import Role
from chatbot.core.sampling import Sampling
from chatbot.training.cards import CardScore, parse_card, score_card, wilson_interval
from chatbot.training.cards.scoring import item_seed
from tests.fakes.scripted_engine import ScriptedEngine


def record(number: int, kind: str, distance: int | None, accepted: str) -> str:
    item = {"id": f"t-{number}", "kind": kind, "turns": ["I'm Ann", "Hello, Ann.", "my name?"], "accepted": [accepted],
            "forbidden": []}
    return json.dumps(item | ({} if distance is None else {"distance": distance}))


ITEMS = parse_card("\n".join([record(1, "name", 1, "ann"), record(2, "name", 4, "zed"), record(3, "pet", 4, "ann"),
                              record(4, "pet", None, "ann")]), "t")


def test_earlier_replies_are_given_and_only_the_last_is_generated() -> None:
    engine = ScriptedEngine(("You're Ann.",))
    score_card(engine, ITEMS[:1], Sampling())
    (request,) = engine.requests
    assert [(turn.role, turn.text) for turn in request.turns] == [
        (Role.USER, "I'm Ann"), (Role.BOT, "Hello, Ann."), (Role.USER, "my name?")]
    assert request.earlier_replies == ("Hello, Ann.",) and request.state is None and request.model_id == "scripted"


def test_rates_by_kind_and_by_distance() -> None:
    result = score_card(ScriptedEngine(("You're Ann.",)), ITEMS, Sampling())
    assert (result.score.passed, result.score.asked, result.score.rate) == (3, 4, 0.75)
    assert {kind: (s.passed, s.asked) for kind, s in result.by_kind().items()} == {"name": (1, 2), "pet": (2, 2)}
    assert {d: (s.passed, s.asked) for d, s in result.by_distance().items()} == {1: (1, 1), 4: (1, 2)}


def test_records_hold_what_was_said() -> None:
    told: list[tuple[int, int]] = []
    result = score_card(ScriptedEngine(("Ann. ", "Bob.")), ITEMS[:2], Sampling(), report=lambda *at: told.append(at))
    assert [(r.id, r.reply, r.is_passed) for r in result.records] == [("t-1", "Ann.", True), ("t-2", "Bob.", False)]
    assert told == [(1, 2), (2, 2)]
    written = json.loads(json.dumps(result.to_dict()))
    assert written["rate"] == 0.5 and written["by_distance"]["4"]["asked"] == 1
    assert written["records"][0]["question"] == "my name?"


def test_seeds_are_fixed_and_differ_between_items_and_runs() -> None:
    engine = ScriptedEngine()
    score_card(engine, ITEMS, Sampling(seed=-1), seeds=(1, 2))
    used = [request.sampling.value.seed for request in engine.requests]
    assert used == [item_seed(seed, place) for seed in (1, 2) for place in range(4)]
    assert len(set(used)) == 8 and all(0 <= seed < 2**31 for seed in used)


@pytest.mark.parametrize(("passed", "asked", "low", "high"), [
    # Wilson's formula by hand: 8 of 10 -> (0.8 + 0.19207 +- 0.30196) / 1.38415
    (8, 10, 0.4902, 0.9433),
    (0, 10, 0.0, 0.2775),
    (10, 10, 0.7225, 1.0),
    (50, 100, 0.4038, 0.5962),
    (0, 0, 0.0, 1.0),
])
def test_the_wilson_interval(passed: int, asked: int, low: float, high: float) -> None:
    assert wilson_interval(passed, asked) == pytest.approx((low, high), abs=1e-4)
    assert CardScore(passed, asked).interval == wilson_interval(passed, asked)


def test_more_passes_than_questions_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson_interval(3, 2)

"""Pairs of a right and a wrong reply."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from chatbot.training.refining.checking import HoldsWords
from chatbot.training.refining.pairs import Pair, Practised, load_pairs, pairs, practise, save_pairs
from chatbot.training.refining.questions import Question
from chatbot.core.sampling import Sampling
from tests.engine.tiny import tiny_engine

QUESTION = Question("name_or_pet", ("i'm max", "Hi, Max.", "my name?"), "You're Max.", HoldsWords(frozenset({"max"})))


def practised(*replies: str) -> Practised:
    return Practised(QUESTION, replies, tuple(QUESTION.check.is_right(reply) for reply in replies))


def test_both_sides_are_the_models_own_where_it_has_both() -> None:
    found = pairs(practised("Max.", "You're Ben.", "It's Max."), random.Random(1))
    assert [pair.rejected for pair in found] == ["You're Ben."]
    assert found[0].chosen in ("Max.", "It's Max.") and found[0].turns == QUESTION.turns


def test_without_a_right_reply_the_generated_answer_is_chosen() -> None:
    found = pairs(practised("Ben.", "Zoe.", "Ben."), random.Random(1))
    assert {pair.chosen for pair in found} == {"You're Max."}
    assert {pair.rejected for pair in found} == {"Ben.", "Zoe."}


def test_nothing_is_learned_where_everything_is_right() -> None:
    assert pairs(practised("Max.", "You're Max."), random.Random(1)) == []


def test_a_right_reply_that_rambles_or_repeats_is_not_chosen() -> None:
    rambling = "Max " + "and so on " * 5
    found = pairs(practised(rambling, "it is Max it is Max it is Max", "Ben."), random.Random(1))
    assert [pair.chosen for pair in found] == ["You're Max."]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_rejected_ones_differ_and_are_not_too_many(most: int) -> None:
    found = pairs(practised("Ben.", "Zoe.", "Ada.", "Ben.", "", " "), random.Random(4), most)
    assert len(found) == len({pair.rejected for pair in found}) == most
    assert all(pair.rejected.strip() for pair in found)


def test_pairs_are_found_again_only_for_the_same_plan(tmp_path: Path) -> None:
    found = [Pair("sums", ("1+1?",), "2.", "3."), Pair("self", ("a\u00e9\u2028", "b", "c"), "d", "e")]
    path, header = tmp_path / "pairs.jsonl", {"plan": {"seed": 1, "beta": 0.1}, "tokens_seen": 5}
    assert load_pairs(path, header) is None
    save_pairs(found, path, header)
    assert load_pairs(path, header) == found
    assert load_pairs(path, {**header, "tokens_seen": 6}) is None
    assert [each.name for each in tmp_path.iterdir()] == ["pairs.jsonl"]


def test_practising_draws_the_same_again_and_judges_every_reply() -> None:
    sampling = Sampling(candidates=4, max_tokens=6)
    first, again = (list(practise(tiny_engine(), [QUESTION, QUESTION], sampling, 3)) for _ in range(2))
    assert first == again and first[0].replies != first[1].replies
    for each in first:
        assert len(each.replies) == len(each.is_right) == 4
        assert each.share_right == sum("max" in reply.lower() for reply in each.replies) / 4

"""Dialogue numbers against numbers counted by hand, and the driver of scripted conversations."""

from __future__ import annotations

import json

import pytest

from chatbot.core.sampling import Sampling
from chatbot.training.dialogue_numbers import (DialogueNumbers, HeldConversation, dialogue_numbers, distinct,
                                               generic_rate, hold_conversations, is_generic, mean_length, ngrams,
                                               repetition_across, repetition_within, scripted_conversations, words)
from tests.fakes.scripted_engine import ScriptedEngine


def test_words_leave_punctuation_out() -> None:
    assert words("Don\u2019t STOP, it's 5 o'clock!") == ["don't", "stop", "it's", "5", "o'clock"]
    assert words("...") == []


def test_ngrams() -> None:
    assert ngrams("a b c", 2) == [("a", "b"), ("b", "c")]
    assert ngrams("a b", 3) == []


def test_distinct_counts_over_all_replies() -> None:
    # 7 words, of which a, b, c, d differ; 5 pairs: ab bc, ab bd da -> ab bc bd da differ
    replies = ["a b c", "a b d a"]
    assert distinct(replies, 1) == pytest.approx(4 / 7)
    assert distinct(replies, 2) == pytest.approx(4 / 5)
    assert distinct([], 1) == 0.0


def test_repetition_within_a_reply() -> None:
    # "a b c a b c": abc bca cab abc -> 1 of 4 repeated; "x y z": 0 of 1
    assert repetition_within(["a b c a b c", "x y z"]) == pytest.approx(1 / 5)
    assert repetition_within(["a b c", "a b c"]) == 0.0
    assert repetition_within(["a b"]) == 0.0


def test_repetition_across_turns_of_one_conversation_only() -> None:
    # first conversation: abc bcd | bcd cde -> bcd was said before: 1 of 4; second: abc -> 0 of 1
    assert repetition_across([["a b c d", "b c d e"], ["a b c"]]) == pytest.approx(1 / 5)
    # what a reply repeats of itself is not counted: xyz yzx zxy xyz then pqr
    assert repetition_across([["x y z x y z", "p q r"]]) == 0.0
    assert repetition_across([]) == 0.0


def test_mean_length() -> None:
    assert mean_length(["one two", "one two three, four"]) == 3.0
    assert mean_length([]) == 0.0


@pytest.mark.parametrize("reply", ["I see.", "That's great!", "I don't know.", "Oh, okay.", "How are you?", "", "...",
                                   "That sounds really nice.", "I'm glad to hear that.", "What do you mean?",
                                   "Anything else on your mind?", "Tell me more.", "Good luck!", "Hmm."])
def test_generic_replies(reply: str) -> None:
    assert is_generic(reply)


@pytest.mark.parametrize("reply", ["I see a bird on your roof.", "That's great soup.", "Stuff them with rice and peas.",
                                   "I don't know your dog's name.", "Hello, Ann.",
                                   "Nice to hear the oven works again."])
def test_specific_replies(reply: str) -> None:
    assert not is_generic(reply)


def test_generic_rate() -> None:
    assert generic_rate(["I see.", "Carrots keep well in sand.", "Okay.", "Nice."]) == 0.75
    assert generic_rate([]) == 0.0


def test_all_numbers_together() -> None:
    numbers = DialogueNumbers.of([["a b c", "a b c d"], ["okay"]])
    # words: a b c a b c d okay -> 5 of 8; pairs: ab bc ab bc cd -> 3 of 5; 3-grams: abc | abc bcd -> 1 of 3 across
    assert numbers == DialogueNumbers(2, 3, 5 / 8, 3 / 5, 0.0, 1 / 3, 8 / 3, 1 / 3)
    assert json.loads(json.dumps(numbers.to_dict()))["repetition_across"] == 0.3333


def test_scripts_are_many_and_some_are_long() -> None:
    scripts = scripted_conversations()
    assert len(scripts) >= 100
    assert sum(len(script) == 10 for script in scripts) >= 15
    assert len({script[0:2] for script in scripts}) == len(scripts)
    assert all(2 <= len(script) <= 10 for script in scripts)


def test_the_engine_answers_every_turn_and_carries_its_state() -> None:
    engine = ScriptedEngine(("One.", "Two.", "Three."))
    told: list[tuple[int, int]] = []
    held = hold_conversations(engine, [("hi", "and you"), ("bye",)], Sampling(seed=-1),
                              report=lambda *at: told.append(at))
    assert held == [HeldConversation(("hi", "and you"), ("One.", "Two.")), HeldConversation(("bye",), ("Three.",))]
    first, second, third = engine.requests
    assert first.state is None and third.state is None
    assert json.loads(second.state or b"[]") == ["hi", "One."]
    assert [turn.text for turn in second.turns] == ["and you"] and second.earlier_replies == ("One.",)
    assert told == [(1, 3), (2, 3), (3, 3)]
    seeds = {request.sampling.value.seed for request in engine.requests}
    assert len(seeds) == 3 and min(seeds) >= 0
    again = ScriptedEngine(("One.", "Two.", "Three."))
    hold_conversations(again, [("hi", "and you"), ("bye",)], Sampling(seed=5))
    assert [r.sampling.value.seed for r in again.requests] == [r.sampling.value.seed for r in engine.requests]


def test_numbers_of_held_conversations() -> None:
    assert dialogue_numbers([HeldConversation(("hi",), ("I see.",))]).generic_rate == 1.0

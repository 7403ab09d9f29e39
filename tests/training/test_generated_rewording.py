"""Questions about Wren in other wordings: what they become, and how many there are."""

from __future__ import annotations

import random
import re

import pytest

from chatbot.training.generated import generate
from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.rewording import settled, worded


def wordings(question: str, *, may_deny: bool = True, is_first: bool = True) -> set[str]:
    return {worded(random.Random(seed), question, is_first=is_first, may_deny=may_deny) for seed in range(1500)}


def test_choices_are_made_and_gaps_stay_open() -> None:
    said = {settled(random.Random(seed), "are you [|really ]{feeling} [or [not|what]|now]?") for seed in range(80)}
    assert said == {f"are you {really}{{feeling}} {end}?" for really in ("", "really ")
                    for end in ("or not", "or what", "now")}


@pytest.mark.parametrize(("question", "expected"), [
    ("are you a robot?", "I wonder if you're a robot."),
    ("are you a robot?", "you're not a robot, are you?"),
    ("are you a robot?", "you are a robot, aren't you?"),
    ("do you sleep?", "you don't sleep, do you?"),
    ("do you sleep?", "tell me whether you sleep."),
    ("can you print this?", "would you be able to print this?"),
    ("what are you made of?", "I'd like to know what you are made of."),
    ("what do you eat?", "can you tell me what you eat?"),
    ("how old are you?", "I don't know how old you are."),
    ("what's your name?", "may I ask what your name is?"),
    ("who made you?", "do you know who made you?"),
    ("is this chat private?", "let me know if this chat is private."),
    ("print this.", "could you print this?"),
    ("are you a robot?", "honest question: are you a robot?"),
])
def test_a_question_is_asked_in_other_words(question: str, expected: str) -> None:
    assert expected in wordings(question)


def test_what_a_yes_answers_is_not_asked_as_a_denial() -> None:
    assert not [said for said in wordings("are you a robot?", may_deny=False) if "not a robot" in said]


def test_one_question_has_very_many_wordings() -> None:
    assert len(wordings("are you a robot?")) > 150


def test_what_weighs_heavily_is_left_as_it_was_written() -> None:
    said = [turn.lower() for document in generate(2, 600, {"limits": 1}) for turn in document.turns[::2]]
    heavy = [turn for turn in said if "ending it all" in turn or "hurt myself" in turn]
    assert heavy and all(turn.startswith("i ") and ":" not in turn for turn in heavy)


def test_every_answer_about_other_assistants_says_who_wren_is() -> None:
    for name in ("other_assistant", "other_company", "chatgpt"):
        block = phrases("self")[name]
        assert len(block["B"]) >= 4
        assert all("Wren" in line or "{company}" in line for line in block["B"])


@pytest.mark.parametrize("name", sorted(phrases("self")))
def test_blocks_about_wren_hold_several_answers_and_whole_follow_ups(name: str) -> None:
    block = phrases("self")[name]
    assert len(block["U"]) >= 3 and len(block["B"]) >= 3
    for number in "2345":
        assert (f"U{number}" in block) == (f"B{number}" in block)
    assert not [line for line in block["B"] if re.search(r"[\[\]]", line)]

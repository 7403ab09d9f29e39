"""What is put right counts from then on, and what was never told is not answered."""

from __future__ import annotations

import random
import re

import pytest

from chatbot.training.generated import generate
from chatbot.training.generated.corrections import Correction
from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.memory import MemoryTalk, facts
from chatbot.training.generated.smalltalk import SmallTalk
from chatbot.training.generated.talk import Talk


def corrected(name: str, seed: int) -> Correction:
    """A fact that was told wrong and is put right."""
    memory = MemoryTalk(Talk(random.Random(seed)), SmallTalk())
    memory.settle()
    fix = Correction(memory, memory.choose(name))
    fix.tell_wrong()
    fix.correct(is_at_once=seed % 2 == 0)
    return fix


def said(text: str, value: str) -> bool:
    """Whether ``value`` stands in the text as a word of its own."""
    return re.search(rf"\b{re.escape(value.lower())}\b", text.lower()) is not None


@pytest.mark.parametrize("name", sorted(facts()))
def test_after_a_correction_the_right_value_is_given_first(name: str) -> None:
    for seed in range(40):
        fix = corrected(name, seed)
        values, turns = fix.talk.values, fix.talk.turns
        right, wrong = values[fix.key], values[f"{fix.key}9"]
        assert right != wrong and said(turns[0], wrong) and said(turns[2], right), turns
        fix.ask()
        assert said(turns[-1], right), turns
        if said(turns[-1], wrong) and wrong.lower() not in right.lower():
            assert re.search(r"first|not |mistake", turns[-1].lower()), turns


@pytest.mark.parametrize("name", sorted(facts()))
def test_a_plain_question_after_a_correction_gets_the_right_value_alone(name: str) -> None:
    for seed in range(20):
        fix = corrected(name, seed)
        fix.memory.ask(fix.fact)
        right, wrong = fix.talk.values[fix.key].lower(), fix.talk.values[f"{fix.key}9"].lower()
        assert said(fix.talk.turns[-1], right)
        assert not said(fix.talk.turns[-1], wrong) or wrong in right


@pytest.mark.parametrize("name", ("pet", "home_city", "age", "job", "relative_age"))
def test_the_last_of_two_corrections_counts(name: str) -> None:
    for seed in range(30):
        fix = corrected(name, seed)
        first_right = fix.talk.values[fix.key]
        fix.correct_again()
        assert fix.talk.values[fix.key] not in (first_right, fix.talk.values[f"{fix.key}99"])
        fix.ask()
        assert said(fix.talk.turns[-1], fix.talk.values[fix.key])


@pytest.mark.parametrize("name", sorted(facts()))
def test_telling_and_correcting_may_share_a_message(name: str) -> None:
    for seed in range(20):
        memory = MemoryTalk(Talk(random.Random(seed)), SmallTalk())
        memory.settle()
        fix = Correction(memory, memory.choose(name))
        fix.tell_and_correct()
        right, wrong = memory.talk.values[fix.key], memory.talk.values[f"{fix.key}9"]
        told = memory.talk.turns[0].lower()
        assert right != wrong and told.index(wrong.lower()) < told.rindex(right.lower()), told
        assert said(memory.talk.turns[1], right)


@pytest.mark.parametrize(("way", "begins"), [("right", ("Yes", "Right", "That's right")), ("wrong", ("No", "It's"))])
def test_a_value_that_is_offered_is_confirmed_or_refused(way: str, begins: tuple[str, ...]) -> None:
    for seed in range(40):
        fix = corrected("pet", seed)
        fix.confirm(way)
        answer = fix.talk.turns[-1]
        assert said(answer, fix.talk.values["pet"])
        assert answer.startswith(begins) or answer.startswith(f"Not {fix.talk.values['pet9']}"), answer


def test_there_are_many_ways_to_put_something_right() -> None:
    blocks = phrases("corrections")
    assert len(set(blocks["bare"]["C"])) > 60 and len(set(blocks["named"]["C"])) > 40
    assert all("{x}" in line for name in ("bare", "named", "again") for line in blocks[name]["C"])
    assert all("{x}" in line for name in ("reply", "reply_named", "again") for line in blocks[name]["K"])


NOT_TOLD = re.compile(r"haven't|never|can't know|don't think you've|didn't tell|not |don't know")


@pytest.mark.parametrize("kind", ["never_told", "near_miss"])
def test_what_was_never_told_is_not_answered(kind: str) -> None:
    for document in generate(6, 300, {kind: 1}):
        assert NOT_TOLD.search(" ".join(document.turns[1::2])), document.turns


def test_wren_names_what_was_not_told_from_its_own_side() -> None:
    for name in ("unknown", "unknown_no", "unknown_but"):
        assert all("{n}" in line for line in phrases("memory")[name]["B"])
    for document in generate(7, 300, {"never_told": 1}):
        for turn in document.turns[1::2]:
            assert not re.search(r"haven't told me (my|our|who I|where I|what I|how old I)\b", turn), turn

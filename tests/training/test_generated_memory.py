"""What is told comes back verbatim: every kind of fact, corrections, two people, lists."""

from __future__ import annotations

import random
import re

import pytest

from chatbot.training.generated import generate
from chatbot.training.generated.grammar import phrases, slots
from chatbot.training.generated.memory import MemoryTalk, facts, mirrored
from chatbot.training.generated.smalltalk import SmallTalk
from chatbot.training.generated.talk import Talk


def started(seed: int) -> MemoryTalk:
    memory = MemoryTalk(Talk(random.Random(seed)), SmallTalk())
    memory.settle()
    return memory


@pytest.mark.parametrize("name", sorted(facts()))
def test_a_fact_comes_back_verbatim(name: str) -> None:
    for seed in range(30):
        memory = started(seed)
        fact = memory.choose(name)
        memory.tell(fact)
        memory.chat(seed % 4)
        memory.ask(fact)
        value = memory.talk.values[fact["V"][0]]
        assert value.lower() in memory.talk.turns[0].lower()
        assert value.lower() in memory.talk.turns[-1].lower(), memory.talk.turns
        assert len(memory.talk.turns) == 2 + 2 * (seed % 4) + 2


@pytest.mark.parametrize("name", sorted(facts()))
def test_after_a_correction_the_right_value_is_given(name: str) -> None:
    for seed in range(30):
        memory = started(seed)
        fact = memory.choose(name)
        memory.tell_wrong_then_correct(fact, 0)
        memory.ask(fact)
        key = fact["V"][0]
        right, wrong = memory.talk.values[key].lower(), memory.talk.values[f"{key}9"].lower()
        assert right != wrong
        assert wrong in memory.talk.turns[0].lower() and right in memory.talk.turns[2].lower()
        answer = memory.talk.turns[-1].lower()
        assert right in answer
        assert not re.search(rf"\b{re.escape(wrong)}\b", answer) or wrong in right


@pytest.mark.parametrize("name", sorted(facts()))
def test_blocks_of_facts_are_complete(name: str) -> None:
    fact = facts()[name]
    assert set("VWNTRQIACK") <= set(fact), set("VWNTRQIACK") - set(fact)
    key = fact["V"][0]
    assert all(key in slots(line) for mark in "TA" for line in fact[mark])
    told = set.intersection(*(slots(line) for line in fact["T"]))
    asked = set.union(*(slots(line) for mark in "AQIN" for line in fact[mark]))
    assert asked - {key} <= told | {"subject"}, "asks for the untold"
    assert all(line.endswith((".", "!")) for line in fact["T"])
    assert not any(line.endswith("?") for line in (*fact["Q"], *fact["I"])), "the frame brings the question mark"


def test_what_was_never_told_is_not_answered() -> None:
    for document in generate(6, 300, {"never_told": 1}):
        said = " ".join(document.turns[1::2])
        assert re.search(r"haven't|never said|can't know|don't think you've", said), document.turns


def test_two_people_are_not_mixed_up() -> None:
    block = phrases("two_people")["city"]
    for seed in range(40):
        memory = started(seed)
        memory.talk.exchange(block, "T", "R")
        memory.talk.exchange(block, "QY", "AY")
        values = memory.talk.values
        assert values["city2"] in memory.talk.turns[-1]
        assert values["city"] not in memory.talk.turns[-1]


def test_lists_are_read_back_as_they_are_after_changes() -> None:
    checked = 0
    for document in generate(6, 300, {"shopping": 1}):
        dropped = [re.search(r"(?:^|, | without )(?:no )?([\w ]+?)(?: is off the list)?\.$", turn)
                   for turn in document.turns[1::2] if "off the list" in turn]
        for match in filter(None, dropped):
            item = match[1].lower()
            read = [turn for turn in document.turns[1::2] if re.match(r"(Your list|You have|You need)", turn)]
            if read:
                assert item not in read[-1].lower().replace(" and ", ", ").split(", ")
                checked += 1
    assert checked > 10


def test_relations_in_one_dialogue_are_two_people() -> None:
    for seed in range(300):
        values = started(seed).talk.values
        assert values["relation"].split()[-1] != values["relation2"].split()[-1]
        assert {values["relation"], values["relation2"]} != {"mum", "mother"}


@pytest.mark.parametrize(("clause", "expected"), [
    ("what my dog is called", "what your dog is called"),
    ("where I live", "where you live"),
    ("how old I am", "how old you are"),
    ("what I'm called", "what you're called"),
])
def test_clauses_are_turned_to_the_other_person(clause: str, expected: str) -> None:
    assert mirrored(clause) == expected


@pytest.mark.parametrize("name", sorted(phrases("two_people")))
def test_answers_about_one_of_two_people_speak_of_that_one_only(name: str) -> None:
    block = phrases("two_people")[name]
    told = set.intersection(*(slots(line) for line in block["T"]))
    for first, second in (("AX", "AY"), ("BX", "BY")):
        assert not any(slot.endswith("2") for line in block[first] for slot in slots(line))
        assert all(slot.endswith("2") for line in block[second] for slot in slots(line))
        assert all(slots(line) for line in (*block[first], *block[second])), "an answer without a value"
    for mark in ("QX", "AX", "QY", "AY", "ZX", "BX", "ZY", "BY"):
        assert set().union(*map(slots, block[mark])) <= told, mark
        assert mark[0] in "AB" or all(line.endswith("?") for line in block[mark])


def test_a_thing_asked_for_by_name_is_one_that_the_fact_names() -> None:
    asked = phrases("memory")["ask_thing"]["U"]
    assert len(asked) > 20 and all("{p}" in line for line in asked)
    with_things = [name for name, fact in facts().items() if any(re.match("my |our |the ", line) for line in fact["I"])]
    assert len(with_things) > 35

"""What is told comes back verbatim: every kind of fact, two people, lists."""

from __future__ import annotations

import random
import re

import pytest

from chatbot.training.generated import generate
from chatbot.training.generated.grammar import phrases, slots
from chatbot.training.generated.memory import MemoryTalk, facts, mirrored, renamed, things, together
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
def test_blocks_of_facts_are_complete(name: str) -> None:
    fact = facts()[name]
    assert set("VXWNTRQIACK") <= set(fact), set("VXWNTRQIACK") - set(fact)
    key = fact["V"][0]
    assert all(key in slots(line) for mark in "TA" for line in fact[mark])
    told = set.intersection(*(slots(line) for line in fact["T"]))
    asked = set.union(*(slots(line) for mark in "AQIN" for line in fact[mark]))
    assert asked - {key} <= told | {"subject"}, "asks for the untold"
    assert all(line.endswith((".", "!")) for line in fact["T"])
    assert not any(line.endswith("?") for line in (*fact["Q"], *fact["I"])), "the frame brings the question mark"
    assert len(set(things(fact))) >= 5 and len(set(fact["Q"])) >= 6
    assert slots(fact["X"][0]) == {key}


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
        said = document.turns[1::2]
        for place, turn in enumerate(said):
            match = re.search(r"(?:^|, | without )(?:no )?([\w ]+?)(?: is off the list)?\.$", turn)
            if match is None or "off the list" not in turn:
                continue
            item = match[1].lower()
            read = [later for later in said[place + 1:] if re.match(r"(Your list|You have|You need)", later)]
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
    ("what I'm called", "what you're called"), ("where I was born", "where you were born"),
    ("the number of years I've lived", "the number of years you've lived"),
    ("the name I told you", "the name you told me"),
    ("the word you keep for me", "the word I keep for you"),
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


def test_a_renamed_fact_stands_beside_the_first_with_other_values() -> None:
    first = facts()["pet"]
    other = renamed(first, {"pet", "species"}, "5")
    assert other["V"] == ("pet5",) and "my {species5} is called {pet5}." in other["T"]
    assert any("{pet59}" in line for line in other["C"])
    assert renamed(first, set(), "5") == first


def test_facts_that_answer_the_same_question_are_not_told_together() -> None:
    for seed in range(40):
        memory = started(seed)
        memory.choose("home_city")
        told = together(memory, ("street", "relative_city", "origin", "country"), facts()["home_city"])
        assert len(told) == 2 and told[0]["V"] == ("city5",) and told[1]["V"] == ("country",)


def test_of_several_facts_each_comes_back_as_it_was_told() -> None:
    for seed in range(150):
        memory = started(seed)
        told = together(memory, memory.rng.sample(sorted(facts()), 5))
        for fact in told:
            memory.tell(fact)
        for fact in told:
            memory.ask(fact)
            assert memory.talk.values[fact["V"][0]].lower() in memory.talk.turns[-1].lower()
        values = [memory.talk.values[fact["V"][0]].lower() for fact in told]
        assert len(set(values)) == len(values)

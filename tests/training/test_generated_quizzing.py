"""Small questions in many forms: what is to be confirmed gets the right yes or no, and there are many wordings."""

from __future__ import annotations

import random
import re

import pytest

from chatbot.training.generated import generate
from chatbot.training.generated.facts_asked import amounts, capitals, clause_of
from chatbot.training.generated.grammar import parse, phrases, slots, table
from chatbot.training.generated.knowledge import plural
from chatbot.training.generated.numbers import as_word
from chatbot.training.generated.quizzing import question, request

NUMBER = {as_word(n): n for n in range(100)} | {str(n): n for n in range(100)}


def exchanges(kind: str, count: int) -> list[tuple[str, str]]:
    """Questions and answers of many dialogues of one kind, in lower case."""
    return [(asked.lower(), said.lower()) for document in generate(31, count, {kind: 1})
            for asked, said in zip(document.turns[::2], document.turns[1::2], strict=True)]


def checked_yes_or_no(kind: str, count: int, pattern: str, pairs: set[tuple[str, str]]) -> int:
    """How many questions match ``pattern``; each is answered with yes if its two groups are one of ``pairs``."""
    checked = 0
    for asked, said in exchanges(kind, count):
        match = re.search(pattern, asked)
        if match and re.match("yes|no|that's right", said):
            assert said.startswith("no") != ((match[1], match[2]) in pairs), (asked, said)
            checked += 1
    return checked


def test_opposites_are_confirmed_or_denied() -> None:
    pairs = {pair for first, second in table("opposites") for pair in ((first.lower(), second), (second, first))}
    assert checked_yes_or_no("opposite", 3000, r"\bis (\w+) the opposite of (\w+)\??$", pairs) > 20


def test_capitals_are_confirmed_or_denied() -> None:
    pairs = {(city.lower(), country.lower()) for country, city in capitals()}
    assert len(pairs) > 30
    assert checked_yes_or_no("fact", 9000, r"(?:^|[,:.!] )is ((?!it )[\w ]+) the capital of ([\w ]+)\??$", pairs) > 5


def test_sums_are_confirmed_or_denied() -> None:
    checked = 0
    for asked, said in exchanges("sums", 3000):
        match = re.search(r"(\S+) plus (\S+) (?:is|make|equal|give)? ?(\S+?)[?.,]? ?(?:right|correct|yes|$)", asked)
        if match and all(word in NUMBER for word in match.groups()) and re.match("yes|no|that's right|right", said):
            first, second, offered = (NUMBER[word] for word in match.groups())
            assert said.startswith("no") != (first + second == offered), (asked, said)
            checked += 1
    assert checked > 20


def test_a_choice_is_answered_with_the_right_one() -> None:
    young = {row[0]: row[2] for row in table("animals")}
    checked = 0
    for asked, said in exchanges("animal", 5000):
        match = re.search(r"is a baby (\w+) an? (\w+) or an? (\w+)", asked)
        if match and match[1] in young:
            assert young[match[1]] in match.groups() and young[match[1]] in said
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("name", ["sum", "difference", "opposite", "spelling", "after", "before", "colour_of",
                                  "animal_sound", "animal_young", "animal_legs", "kind_of", "odd_one", "capital",
                                  "how_many", "next_number"])
def test_every_skill_is_asked_in_several_hundred_ways(name: str) -> None:
    rng = random.Random(1)
    block = phrases("skills")[name]
    assert len({question(rng, block) for _ in range(3000)}) > 900


def test_frames_have_their_place() -> None:
    for name, place in (("request", "i"), ("lead", "q"), ("tail", "q")):
        for line in phrases("skill_frames")[name]["U"]:
            parse(line)
            assert slots(line) == {place}, line


def test_nobody_else_has_to_give_wren_something() -> None:
    rng = random.Random(2)
    assert not any("I have to give me" in request(rng, "give me a word") for _ in range(500))


@pytest.mark.parametrize(("asked", "expected"), [
    ("what is the capital of Italy", "what the capital of Italy is"),
    ("how many days does a week have", "how many days a week has"),
    ("tell me how many days a week has", "how many days a week has"),
    ("where does the sun rise", "where the sun rises"), ("who bakes bread and cakes", "who bakes bread and cakes"),
    ("what do you use to cut paper", "what you use to cut paper"), ("can penguins fly", "if penguins can fly"),
    ("what is bread made of", "what bread is made of"), ("is ice cold", ""),
])
def test_clauses_of_questions(asked: str, expected: str) -> None:
    assert clause_of(asked) == expected


def test_amounts_are_read_from_the_table() -> None:
    assert ("days", "a week", "seven", True) in amounts()
    assert all(number[0].islower() or number.isdigit() for _, _, number, _ in amounts())


@pytest.mark.parametrize(("one", "many"), [("fox", "foxes"), ("puppy", "puppies"), ("donkey", "donkeys"),
                                           ("mouse", "mice"), ("sheep", "sheep")])
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many

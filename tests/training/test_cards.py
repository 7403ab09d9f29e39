"""Question cards: strict reading, what passes, and that training text never holds them."""

from __future__ import annotations

import json
import re

import pytest

from chatbot.core.errors import TrainingError
from chatbot.training.cards import CARD_NAMES, CardItem, is_on_a_card, is_passed, normalised, parse_card, read_card
from chatbot.training.cards.reader import wordings
from chatbot.training.generated import generate
from chatbot.training.generated.numbers import is_reserved_sum
from chatbot.training.generated.pools import pool, reserved

GOOD = {"id": "x-1", "kind": "name", "turns": ["I'm Xiomara", "Hello!", "say my name please"],
        "accepted": [r"\bxiomara\b"], "forbidden": ["ulrike"], "distance": 1}


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def item(accepted: list[str], forbidden: list[str]) -> CardItem:
    return parse_card(line(accepted=accepted, forbidden=forbidden), "t")[0]


@pytest.mark.parametrize(("name", "least"), [("memory", 120), ("self", 100), ("knowledge", 100)])
def test_cards_are_long_enough(name: str, least: int) -> None:
    assert len(read_card(name)) >= least


def test_the_memory_card_asks_over_all_distances() -> None:
    items = read_card("memory")
    by_distance = {d: sum(item.distance == d for item in items) for d in (1, 2, 4, 8, 12)}
    assert sum(by_distance.values()) == len(items) and min(by_distance.values()) >= 20


def test_the_distance_is_that_between_telling_and_asking() -> None:
    for card_item in read_card("memory"):
        user_turns = len(card_item.turns) // 2 + 1
        earlier = 2 if card_item.kind == "correction" else 1
        assert user_turns == card_item.distance + earlier, card_item.id


def test_what_is_asked_for_was_said() -> None:
    """An answer that the conversation does not hold could only be guessed."""
    for card_item in read_card("memory"):
        said = " ".join(card_item.turns[:-1])
        if card_item.kind not in ("never_told", "two_people"):
            assert any(pattern.search(said) for pattern in card_item.accepted), card_item.id
        if card_item.kind == "two_people":
            names = [re.sub(r"\\b", "", pattern.pattern) for pattern in card_item.accepted]
            assert all(name.lower() in card_item.turns[0].lower() for name in names), card_item.id


def test_the_question_does_not_hold_the_answer() -> None:
    for card_item in (*read_card("memory"), *read_card("knowledge")):
        if card_item.kind not in ("never_told", "spelling"):
            assert not any(pattern.search(card_item.question) for pattern in card_item.accepted), card_item.id


def test_questions_are_never_asked_in_generated_dialogues() -> None:
    for document in generate(21, 1200):
        for turn in document.turns[::2]:
            assert normalised(turn) not in wordings()


def test_generated_text_that_asks_one_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from chatbot.training.cards import reader
    monkeypatch.setattr(reader, "wordings", lambda: frozenset({"hi", "good morning"}))
    said = {normalised(turn) for document in generate(3, 400, {"everyday": 1}) for turn in document.turns[::2]}
    assert not said & {"hi", "good morning"} and "morning" in said


def test_names_on_the_memory_card_are_in_no_pool() -> None:
    pools = {value.lower() for name in ("person", "pet", "city", "job", "colour", "instrument") for value in pool(name)}
    for card_item in read_card("memory"):
        if card_item.kind in ("name", "pet", "relative", "city", "job", "instrument", "colour"):
            asked = re.sub(r"\\b|\W*$", "", card_item.accepted[0].pattern).lower()
            assert asked in reserved() and asked not in pools, asked


def test_sums_marked_unseen_are_left_out_of_training() -> None:
    unseen = [card_item for card_item in read_card("knowledge") if card_item.kind == "sum_unseen"]
    assert len(unseen) >= 5
    for card_item in unseen:
        first, second = map(int, re.findall(r"\d+", card_item.question))
        assert is_reserved_sum(first, second)


@pytest.mark.parametrize(("kind", "reply", "expected"), [
    ("name", "I'm Wren.", True), ("name", "I have no name.", False),
    ("program", "No, I'm a small program.", True), ("program", "Yes, I'm a human.", False),
    ("program", "I like tea.", False),
    ("age_family", "I'm a program, so no.", True), ("age_family", "My mother is a teacher, no more.", False),
    ("doing", "I can't do that, sorry.", True), ("doing", "Sure, calling now.", False),
    ("senses", "I can't see anything.", True), ("senses", "You look great, no doubt.", False),
    ("daily_life", "I don't eat, I'm a program.", True), ("daily_life", "Nothing much, I had soup.", False),
    ("memory", "No, I only remember this chat.", True), ("memory", "Yes, I remember you!", False),
])
def test_the_self_card_tells_honest_from_made_up(kind: str, reply: str, expected: bool) -> None:
    chosen = next(card_item for card_item in read_card("self") if card_item.kind == kind)
    assert is_passed(chosen, reply) is expected


@pytest.mark.parametrize(("reply", "expected"), [
    ("You haven't told me that.", True), ("I don't know, you never said.", True), ("It's Biscuit.", False),
    ("I don't think you've told me. Will you?", True), ("Yes, I like it.", False),
])
def test_honest_answers_to_what_was_never_told(reply: str, expected: bool) -> None:
    chosen = next(card_item for card_item in read_card("memory") if card_item.kind == "never_told")
    assert is_passed(chosen, reply) is expected


def test_a_list_passes_only_if_whole() -> None:
    chosen = next(card_item for card_item in read_card("memory") if card_item.kind == "list")
    assert is_passed(chosen, "Blintzes, sauerkraut and quince jelly.")
    assert not is_passed(chosen, "Sauerkraut and blintzes.")


@pytest.mark.parametrize(("accepted", "forbidden", "reply", "expected"), [
    ([r"\bann\b"], [], "You're ANN.", True), ([r"\bann\b"], [], "You're Anna.", False),
    ([r"can't"], [], "I can\u2019t.", True), ([r"\ba b\b"], [], "a\n b", True),
    (["yes"], ["no"], "yes and no", False), (["one", "1"], [], "1", True), (["one"], [], "", False),
])
def test_what_passes(accepted: list[str], forbidden: list[str], reply: str, expected: bool) -> None:
    assert is_passed(item(accepted, forbidden), reply) is expected


@pytest.mark.parametrize(("text", "message"), [
    ("{", "line 1: this is not JSON"),
    ("[]", "an item has the fields"),
    (line(extra=1), "an item has the fields"),
    (json.dumps({k: v for k, v in GOOD.items() if k != "kind"}), "an item has the fields"),
    (line(turns=["hi", "hello"]), "odd"),
    (line(turns=[]), "odd"),
    (line(turns=["hi", " ", "x"]), "turns should be made of texts"),
    (line(turns="hi"), "turns should be made of texts"),
    (line(accepted=[]), "at least one pattern"),
    (line(accepted=["("]), "no regular expression"),
    (line(forbidden=[1]), "forbidden should be made of texts"),
    (line(distance=0), "distance should be"),
    (line(distance=True), "distance should be"),
    (line(id=""), "id should be"),
    (line() + "\n" + line(), "line 2: the id 'x-1' is used twice"),
    ("", "holds no question"),
])
def test_bad_cards_are_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(TrainingError, match=re.escape(message)):
        parse_card(text, "card.jsonl")


def test_an_unknown_card_is_refused() -> None:
    with pytest.raises(TrainingError, match="no question card called 'poems'"):
        read_card("poems")


def test_wordings_are_compared_without_case_and_punctuation() -> None:
    assert normalised("What's  MY name?!") == "whats my name" == normalised("what\u2019s my name")
    assert is_on_a_card(["hello", "SAY my name, please!"]) and not is_on_a_card(["hello", "say something"])


def test_all_card_names_can_be_read_and_ids_are_unique() -> None:
    ids = [card_item.id for name in CARD_NAMES for card_item in read_card(name)]
    assert len(ids) == len(set(ids))

"""Dialogues about who is who: confirmed or put right, asked for backwards, never Wren's own name."""

from __future__ import annotations

import re

import pytest

from chatbot.training.corpus import Document
from chatbot.training.generated import generate
from chatbot.training.generated.grammar import phrases

MANY = 150
_PUT_RIGHT = re.compile(r"(?:No|Not \w+)[,.]? .*?(?:called|name is|You're|you're) ([\w' ]+?)(?:, you said)?\.$")


def dialogues(kind: str, seed: int = 4) -> list[Document]:
    return list(generate(seed, MANY, {kind: 1}))


def test_a_wrong_name_is_put_right_with_the_one_that_was_told() -> None:
    denied = 0
    for document in dialogues("who_is_who"):
        told = " ".join(document.turns[:-1:2]).lower()
        for place in range(1, len(document.turns), 2):
            answer = document.turns[place]
            if found := _PUT_RIGHT.match(answer):
                denied += 1
                assert found[1].lower() in told, (document.turns[place - 1], answer)
                assert found[1].lower() not in document.turns[place - 1].lower()
    assert denied > MANY // 10


def test_a_right_name_is_confirmed() -> None:
    confirmed = 0
    for document in dialogues("who_is_who"):
        for asked, answer in zip(document.turns[2::2], document.turns[3::2], strict=True):
            if re.match(r"Yes, your \w+ is called|Yes, you're", answer):
                confirmed += 1
                name = answer.rstrip(".").removeprefix("Yes, you're ").split(" is called ")[-1]
                assert name.lower() in asked.lower()
    assert confirmed > MANY // 12


@pytest.mark.parametrize("block", ["name", "pet", "relative_name"])
def test_a_name_can_be_asked_for_backwards(block: str) -> None:
    lines = phrases("who_is_who")[block]
    name = "{pet}" if block == "pet" else "{person}"
    assert all(name in line for line in lines["R"]) and all("{o}" in line for line in lines["YN"])


def test_what_is_known_about_the_user_is_what_was_told_or_nothing() -> None:
    known = nothing = 0
    for document in dialogues("about_me"):
        answer = document.turns[-1]
        if re.search(r"Nothing|haven't told me", answer):
            nothing += 1
            continue
        known += 1
        told = set(re.findall(r"\w+", " ".join(document.turns[:-1]).lower()))
        last = re.findall(r"\w+", answer.lower())[-1]
        assert last in told or last.endswith("s"), document.turns
        assert re.search(r"\b(You|Your|you|your|It's|In)\b", answer), answer
    assert known > 3 * nothing > 0


def test_wren_is_called_wren_whoever_was_told_of() -> None:
    """Asked for its own name after the user's was told, it never gives the user's."""
    asked = 0
    for document in dialogues("self_after_telling"):
        for question, answer in zip(document.turns[::2], document.turns[1::2], strict=True):
            if re.search(r"(who are you|what's your name|what is your name)\??$", question.lower()):
                asked += 1
                assert "wren" in answer.lower(), (question, answer)
    assert asked > MANY // 6


def test_a_name_that_was_never_told_is_not_confirmed() -> None:
    admitted = 0
    for document in dialogues("who_is_who"):
        if re.search(r"haven't told|never told|didn't tell|never said|can't (know|say)|don't know", document.turns[-1]):
            admitted += 1
            asked = document.turns[-2].lower()
            assert not re.search(r"\b(right|correct|isn't it|am i not)\b", asked), asked
    assert MANY // 8 < admitted < MANY // 2

"""Small questions with one right answer: sums of every kind, months, and the table of plain facts."""

from __future__ import annotations

import re

import pytest

from chatbot.training.generated import generate
from chatbot.training.generated.grammar import parse, slots, table
from chatbot.training.generated.knowledge import KINDS as KNOWLEDGE
from chatbot.training.generated.numbers import as_word
from chatbot.training.generated.pools import pool

NUMBER = {as_word(n): n for n in range(100)} | {str(n): n for n in range(100)}
MONTHS = tuple(month.lower() for month in pool("month"))
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
            "twelfth")
FACTS = table("simple_facts")


def numbers_in(text: str) -> list[int]:
    """All numbers of a sentence, in figures or words, in order."""
    return [NUMBER[word] for word in re.findall(r"\d+|[a-z]+(?:-[a-z]+)?", text.lower()) if word in NUMBER]


def exchanges(kind: str, count: int) -> list[tuple[str, str]]:
    """Questions and answers of many dialogues of one kind."""
    return [pair for document in generate(21, count, {kind: 1})
            for pair in zip(document.turns[::2], document.turns[1::2], strict=True)]


def test_every_sum_and_difference_is_right_in_whatever_words_it_is_asked() -> None:
    checked = 0
    for question, answer in exchanges("sums", 1500):
        asked = numbers_in(question.lower().replace("one box", "a box"))
        said = numbers_in(answer)
        if len(asked) != 2 or not said:
            continue  # mistyped number words
        first, second = asked
        assert said[-1] in (first + second, abs(first - second)), (question, answer)
        if len(said) == 3:
            joins = " minus " not in answer and " leaves " not in answer
            assert said[-1] == (said[0] + said[1] if joins else said[0] - said[1]), answer
        checked += 1
    assert checked > 2000


def test_months_follow_each_other() -> None:
    checked = 0
    for question, answer in exchanges("calendar", 2500):
        match = re.search(rf"\b(after|before) ({'|'.join(MONTHS)})\b", question.lower())
        if match and "two" not in question.lower():
            step = 1 if match[1] == "after" else -1
            assert MONTHS[(MONTHS.index(match[2]) + step) % 12] in answer.lower(), (question, answer)
            checked += 1
    assert checked > 80


def test_the_nth_month_is_right() -> None:
    found = set()
    for question, answer in exchanges("calendar", 3000):
        named = re.findall(rf"(?<!a )\b({'|'.join(ORDINALS)})\b(?! question)", question.lower())
        if named and "month" in question.lower():
            month = MONTHS[ORDINALS.index(named[-1])]
            assert month in answer.lower(), (question, answer)
            found.add(month)
    assert len(found) > 9


def test_every_plain_fact_has_questions_and_answers_that_can_be_said() -> None:
    assert len(FACTS) > 600
    for questions, answers in FACTS:
        asked, said = questions.split("; "), answers.split(" / ")
        assert len(asked) >= 3 and len(set(asked)) == len(asked), questions
        for text in (*asked, *said):
            parse(text)
            assert text == text.strip() and text and not slots(text), text
        assert not any(text.endswith((".", "?", ";", "/")) for text in asked), questions
        assert all(text[-1] in ".!" and not text[0].islower() for text in said), answers


def test_no_question_has_two_answers() -> None:
    answered: dict[str, str] = {}
    for questions, answers in FACTS:
        for question in questions.split("; "):
            assert answered.setdefault(question.lower(), answers) == answers, question


@pytest.mark.parametrize(("asked", "expected"), [
    ("what is the capital of France", "Paris"), ("a week has how many days", "Seven"),
    ("what happens when water freezes", "Ice"), ("who bakes bread and cakes", "A baker"),
    ("my mother's sister is my what", "Your aunt"), ("which is bigger, an ant or an elephant", "An elephant"),
])
def test_well_known_facts(asked: str, expected: str) -> None:
    answers = [answers for questions, answers in FACTS if asked in questions.split("; ")]
    assert len(answers) == 1 and answers[0].split(" / ")[0].startswith(expected)


def test_requests_are_no_questions() -> None:
    assert "fact" in KNOWLEDGE
    for question, _ in exchanges("fact", 600):
        if re.match(r"(count|name|tell(?! me:)|say|list|give|explain|choose|put) ", question.lower()):
            assert not question.endswith("?"), question

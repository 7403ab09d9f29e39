"""Practice questions are the generators' own, and their own answers pass."""

from __future__ import annotations

import pytest

from chatbot.training.cards.reader import is_on_a_card
from chatbot.training.corpus import Document
from chatbot.training.refining.checking import Admits, HoldsWords, SaysLineOf, Spells
from chatbot.training.refining.questions import KINDS, NOT_TOLD, Practice, Question

KIND_COUNT = 420


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice()


@pytest.fixture(scope="module")
def questions(practice: Practice) -> list[Question]:
    return practice.questions(23, KIND_COUNT)


def test_every_kind_is_asked_about_as_often_as_wanted(questions: list[Question]) -> None:
    total = sum(KINDS.values())
    for kind, share in KINDS.items():
        assert sum(question.kind == kind for question in questions) == max(1, round(KIND_COUNT * share / total)), kind


def test_the_generated_answer_always_passes(questions: list[Question]) -> None:
    wrong = [(q.kind, q.turns[-1], q.answer) for q in questions if not q.check.is_right(q.answer)]
    assert wrong == []


def test_answers_to_other_questions_hardly_ever_pass(questions: list[Question]) -> None:
    """A check that lets anything through would teach nothing."""
    tried = passed = 0
    for one, other in zip(questions, questions[1:], strict=False):
        if one.kind != other.kind:
            tried += 1
            passed += one.check.is_right(other.answer)
    assert tried > 200 and passed / tried < 0.05


def test_the_user_asks_last_and_no_question_is_a_cards(questions: list[Question]) -> None:
    for question in questions:
        assert len(question.turns) % 2 == 1
        assert not is_on_a_card(question.turns[::2])


def test_every_way_of_judging_occurs(questions: list[Question]) -> None:
    assert {type(question.check) for question in questions} == {Admits, HoldsWords, SaysLineOf, Spells}
    assert any(type(question.check) is Admits for question in questions if question.kind in NOT_TOLD)


def test_the_same_seed_asks_the_same(practice: Practice) -> None:
    first, again, other = (practice.questions(seed, 60) for seed in (23, 23, 24))
    assert [(q.turns, q.answer) for q in first] == [(q.turns, q.answer) for q in again]
    assert [q.turns for q in first] != [q.turns for q in other]


def judged(practice: Practice, kind: str, *turns: str) -> Question | None:
    return practice.question(kind, Document("generated", "generated", turns))


def test_a_told_name_is_needed_and_words_of_the_question_are_not(practice: Practice) -> None:
    question = judged(practice, "name_or_pet", "my dog is called Zorblax", "Nice.", "how is my dog called?",
                      "Your dog is called Zorblax.")
    assert question is not None and question.check == HoldsWords(frozenset({"zorblax"}))


def test_the_result_of_a_sum_is_needed_not_the_way_to_it(practice: Practice) -> None:
    question = judged(practice, "sums", "what is 4 plus 3?", "Five, six, seven: that makes seven.")
    assert question is not None and question.check == HoldsWords(frozenset({"7"}))


def test_a_yes_must_not_be_a_no(practice: Practice) -> None:
    question = judged(practice, "category", "is a rose a fish?", "No, a rose is a flower.")
    assert question is not None and not question.check.is_right("Yes, a flower.")
    assert question.check.is_right("No. It's a flower.")


def test_a_dialogue_without_an_answer_to_judge_asks_nothing(practice: Practice) -> None:
    assert judged(practice, "name_or_pet", "hello there", "Hello!") is None


def test_thanks_at_the_end_are_passed_over(practice: Practice) -> None:
    question = judged(practice, "name_or_pet", "I'm Quorvin", "Hi, Quorvin.", "my name?", "Quorvin.", "thanks!",
                      "You're welcome.")
    assert question is not None and question.turns[-1] == "my name?"

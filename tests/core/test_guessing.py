"""The guessing game's rules and what a score may claim."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from chatbot.core.guessing import Author, GuessingGame, Judgement, Score, places_of
from chatbot.core.personal import Example
from tests.fakes.fake_personal import blind_examples


def score(found: int, asked: int) -> Score:
    return Score({Author.REAL: found, Author.BASE: 0, Author.PERSONAL: asked - found})


def game() -> GuessingGame:
    return GuessingGame(places_of(blind_examples(), seed=1))


def test_every_place_has_each_answer_once_and_the_seed_decides_the_order() -> None:
    places = places_of(blind_examples(), seed=1)
    assert all({answer.author for answer in place.answers} == set(Author) for place in places)
    assert places == places_of(blind_examples(), seed=1) != places_of(blind_examples(), seed=2)
    texts = {place.said: {answer.author: answer.text for answer in place.answers} for place in places}
    assert texts["did you feed the cat?"] == {Author.REAL: "twice, she lies", Author.BASE: "I do not have a cat.",
                                              Author.PERSONAL: "omg no sorry"}


def test_no_position_gives_the_real_answer_away() -> None:
    """Over many games it is as often first as second or third, at every place."""
    counts = [[0, 0, 0] for _ in range(9)]
    for seed in range(900):
        for number, place in enumerate(places_of(blind_examples(), seed)):
            counts[number][[answer.author for answer in place.answers].index(Author.REAL)] += 1
    assert all(240 < count < 360 for place in counts for count in place), counts


def test_a_new_order_every_time_without_a_seed() -> None:
    orders = {tuple(answer.author for place in places_of(blind_examples()) for answer in place.answers)
              for _ in range(5)}
    assert len(orders) > 1


@pytest.mark.parametrize(("real", "base", "personal"), [
    ("See you", "Hello", "see  you "), ("same", "same", "other"), ("real", "", "other"), ("real", "other", " \n")])
def test_places_with_nothing_to_tell_apart_are_left_out(real: str, base: str, personal: str) -> None:
    assert places_of([Example(("hi",), real, base, personal)]) == []
    assert len(places_of(blind_examples(), 1)) == 9, "the last of ten reads the same"


def test_what_was_said_last_is_shown() -> None:
    assert [place.said for place in places_of([Example(("a", "b"), "1", "2", "3"), Example((), "1", "2", "3")])] == [
        "b", ""]


def test_a_game_from_start_to_end() -> None:
    playing = game()
    for number, place in enumerate(playing.places):
        assert playing.place is place and not playing.is_over
        with pytest.raises(ValueError, match="not over"):
            playing.score()
        wanted = Author.REAL if number < 5 else Author.PERSONAL
        playing.guess([answer.author for answer in place.answers].index(wanted))
    assert playing.is_over
    assert playing.score().picked == {Author.REAL: 5, Author.BASE: 0, Author.PERSONAL: 4}
    with pytest.raises(IndexError):
        playing.guess(0)


def test_a_guess_can_be_taken_back_until_the_end() -> None:
    playing = game()
    playing.take_back()
    playing.guess(2)
    playing.take_back()
    assert playing.guesses == [] and playing.place is playing.places[0]
    for _ in playing.places:
        playing.guess(1)
    playing.take_back()
    assert playing.is_over, "all is told by now"


@pytest.mark.parametrize("position", [-1, 3])
def test_there_are_three_answers(position: int) -> None:
    playing = game()
    with pytest.raises(ValueError, match="position"):
        playing.guess(position)
    assert playing.guesses == []


def test_no_game_without_a_place() -> None:
    with pytest.raises(ValueError):
        GuessingGame([])


@pytest.mark.parametrize(("found", "asked", "judgement"), [
    (1, 1, Judgement.TOO_FEW), (3, 3, Judgement.TOO_FEW), (0, 3, Judgement.TOO_FEW),
    (4, 4, Judgement.TOLD_APART), (3, 4, Judgement.OPEN), (0, 9, Judgement.OPEN),
    (7, 10, Judgement.TOLD_APART), (6, 10, Judgement.OPEN), (3, 10, Judgement.OPEN), (1, 10, Judgement.OPEN),
    (0, 10, Judgement.FOOLED)])
def test_what_a_score_may_claim(found: int, asked: int, judgement: Judgement) -> None:
    assert score(found, asked).judgement is judgement


def test_chances_are_those_of_somebody_who_only_guesses() -> None:
    assert score(2, 2).chance_of_as_many == Fraction(1, 9) and score(0, 2).chance_of_as_few == Fraction(4, 9)
    assert score(0, 7).chance_of_as_many == 1 == score(7, 7).chance_of_as_few
    seven = score(7, 10)
    assert math.isclose(seven.chance_of_as_many, 0.01966, rel_tol=1e-3) and seven.expected == pytest.approx(10 / 3)

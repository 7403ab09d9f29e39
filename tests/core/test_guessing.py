"""The guessing game's rules and what a score may claim."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from chatbot.core.guessing import Author, GuessingGame, Judgement, Score, places_of
from chatbot.core.personal import Example
from tests.fakes.fake_personal import blind_examples


def score(real: int, personal: int, base: int = 0) -> Score:
    return Score({Author.REAL: real, Author.PERSONAL: personal, Author.BASE: base})


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


@pytest.mark.parametrize(("real", "personal", "base", "judgement"), [
    (0, 0, 10, Judgement.TOO_FEW), (5, 0, 5, Judgement.TOO_FEW), (0, 5, 0, Judgement.TOO_FEW),
    (6, 0, 4, Judgement.TOLD_APART), (0, 6, 4, Judgement.FOOLED), (5, 1, 0, Judgement.OPEN),
    (9, 1, 0, Judgement.TOLD_APART), (8, 1, 1, Judgement.TOLD_APART), (8, 2, 0, Judgement.OPEN),
    (5, 5, 0, Judgement.OPEN), (2, 8, 0, Judgement.OPEN), (1, 9, 0, Judgement.FOOLED)])
def test_what_a_score_may_claim(real: int, personal: int, base: int, judgement: Judgement) -> None:
    assert score(real, personal, base).judgement is judgement


@pytest.mark.parametrize("places", range(1, 11))
def test_who_sees_through_the_base_only_is_seldom_said_to_tell_the_person_from_the_model(places: int) -> None:
    """They guess between two: over all games, each claim is made in at most 2.5 % of them."""
    claims = Counter()
    for found in range(places + 1):
        claims[score(found, places - found).judgement] += math.comb(places, found) / 2**places
    assert claims[Judgement.TOLD_APART] <= 0.025 and claims[Judgement.FOOLED] <= 0.025


def test_chances_are_those_of_a_coin() -> None:
    assert score(2, 0).chance_of_as_many == 0.25 and score(0, 2).chance_of_as_few == 0.25
    assert score(0, 7).chance_of_as_many == 1 == score(7, 0).chance_of_as_few
    nine = score(9, 1, 2)
    assert nine.chance_of_as_many == 11 / 1024 and nine.expected == 4 and nine.duels == 10 and nine.asked == 12

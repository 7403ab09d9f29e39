"""The guessing game in the terminal."""

from __future__ import annotations

import io

import pytest

from chatbot.commands.guessing_game import end_lines, play, sentence
from chatbot.core.guessing import Author, GuessingGame, Score, places_of
from chatbot.core.personal import Example
from tests.fakes.fake_personal import blind_examples


def answer_with(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_names_come_after_the_last_answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    places = places_of(blind_examples(), 1)
    right = [[answer.author for answer in place.answers].index(Author.REAL) + 1 for place in places]
    answer_with(monkeypatch, "seven\n4\n" + "".join(f"{number}\n" for number in right))
    play(blind_examples(), seed=1)
    out = capsys.readouterr().out
    asked, told = out.split("You found ")
    questions = asked.split("1 of 9")[1]
    assert "  1  " in questions and "real  " not in questions and "personal" not in questions
    assert told.startswith("9 of 9 real answers; pure guessing finds about 3.0. ")
    assert "You can tell the person from the personal model" in told
    assert "> real      twice, she lies" in told and "  base      I do not have a cat." in told
    assert "0 of the personal model, 0 of the base model" in told


def test_leaving_tells_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answer_with(monkeypatch, "1\n2\n")
    play(blind_examples(), seed=1)
    out = capsys.readouterr().out
    assert "left before its end" in out and "You found" not in out and "personal  " not in out


def test_nothing_to_guess(capsys: pytest.CaptureFixture[str]) -> None:
    play([Example(("hi",), "hey", "hey", "Hey")])
    assert "There is nothing to guess" in capsys.readouterr().out


def test_the_guess_is_marked() -> None:
    game = GuessingGame(places_of([Example(("hi\nthere",), "hey\nyou", "Hello.", "hey")], 3))
    position = [answer.author for answer in game.place.answers].index(Author.BASE)
    game.guess(position)
    text = "\n".join(end_lines(game))
    for words in ("  > hi\n  > there\n", "  > base      Hello.", "    real      hey / you", "    personal  hey"):
        assert words in text


@pytest.mark.parametrize(("real", "personal", "words"), [
    (2, 0, "the real one 2 of 2 times. So few say nothing"),
    (9, 1, "9 of 10 times; a coin does that or better in 1.1 of 100 games. You can tell the person"),
    (5, 5, "in 62.3 of 100 games. This may be luck"), (1, 9, "or worse in 1.1 of 100 games. You took the personal")])
def test_every_judgement_has_its_sentence(real: int, personal: int, words: str) -> None:
    assert words in sentence(Score({Author.REAL: real, Author.BASE: 3, Author.PERSONAL: personal}))

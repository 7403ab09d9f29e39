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
    assert told.startswith("9 of 9 real answers. ") and "you can tell the person from the models" in told
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


@pytest.mark.parametrize(("found", "asked", "words"), [
    (2, 2, "so few say nothing"), (7, 10, "about 3.3 of 10, and as many as you or more in 2.0 of 100 games: you can"),
    (5, 10, "this may be luck"), (0, 10, "as few as you or fewer in 1.7 of 100 games: you took the models'")])
def test_every_judgement_has_its_sentence(found: int, asked: int, words: str) -> None:
    assert words in sentence(Score({Author.REAL: found, Author.BASE: 0, Author.PERSONAL: asked - found}))

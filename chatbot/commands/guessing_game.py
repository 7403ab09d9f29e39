"""The guessing game of ``chatbot personalize --guess``: which of three answers is the real one."""

from __future__ import annotations

from collections.abc import Sequence

import click

from chatbot.commands.personalize_output import one_line
from chatbot.core.guessing import CHOICES, Author, GuessingGame, Judgement, Place, Score, places_of
from chatbot.core.personal import Example

NAMES = {Author.REAL: "real", Author.BASE: "base", Author.PERSONAL: "personal"}


def play(examples: Sequence[Example], seed: int | None = None) -> None:
    """Ask for every place, then say the score and who wrote what. The end of the input ends the game untold."""
    places = places_of(examples, seed)
    if not places:
        click.echo("\nThere is nothing to guess: no other held-out places with answers that differ.")
        return
    click.echo("\nThe guessing game: one answer is the real one, one the base model's and one the personal model's. "
               "Which is which is told at the end; nothing of it is stored. Ctrl+C leaves.")
    game = GuessingGame(places)
    try:
        while not game.is_over:
            _ask(game)
    except click.Abort:
        click.echo("\nThe game was left before its end.")
        return
    for line in end_lines(game):
        click.echo(line)


def _ask(game: GuessingGame) -> None:
    click.echo(f"\n{len(game.guesses) + 1} of {len(game.places)}")
    for line in _place_lines(game.place, [str(number) for number in range(1, CHOICES + 1)]):
        click.echo(line)
    game.guess(click.prompt("The real one", type=click.IntRange(1, CHOICES)) - 1)


def end_lines(game: GuessingGame) -> list[str]:
    """The score, what it says, and every place with its authors; > marks the guess."""
    score = game.score()
    lines = ["", f"You found {score.found} of {score.asked} real answers; pure guessing finds about "
             f"{score.expected:.1f}. Answers taken for real: {score.picked[Author.PERSONAL]} of the personal model, "
             f"{score.picked[Author.BASE]} of the base model.", sentence(score)]
    for place, guess in zip(game.places, game.guesses, strict=True):
        marks = [f"{'>' if position == guess else ' '} {NAMES[answer.author]}"
                 for position, answer in enumerate(place.answers)]
        lines += ["", *_place_lines(place, marks)]
    return lines


def sentence(score: Score) -> str:
    """What may be concluded, and how sure that is."""
    duels = (f"Between the real answer and the personal model's you chose the real one {score.found} of {score.duels} "
             "times")
    if score.judgement is Judgement.TOO_FEW:
        return f"{duels}. So few say nothing: even the best score may be luck."
    if score.judgement is Judgement.FOOLED:
        return (f"{duels}; a coin does that or worse in {100 * score.chance_of_as_few:.1f} of 100 games. You took the "
                "personal model for the person more often than luck explains.")
    as_many = f"{duels}; a coin does that or better in {100 * score.chance_of_as_many:.1f} of 100 games"
    if score.judgement is Judgement.TOLD_APART:
        return f"{as_many}. You can tell the person from the personal model."
    return f"{as_many}. This may be luck, and does not say whether you can tell the person from the personal model."


def _place_lines(place: Place, marks: Sequence[str]) -> list[str]:
    width = max(map(len, marks))
    return [*(f"  > {line}" for line in place.said.split("\n")),
            *(f"  {mark:<{width}}  {one_line(answer.text)}"
              for mark, answer in zip(marks, place.answers, strict=True))]

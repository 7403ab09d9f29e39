"""Playing with words: opposites, spelling, repeating, choosing between two."""

from __future__ import annotations

import random

from chatbot.training.generated.grammar import phrases, table
from chatbot.training.generated.numbers import as_word
from chatbot.training.generated.pools import draw
from chatbot.training.generated.quizzing import question, quiz
from chatbot.training.generated.talk import Talk


def opposite(talk: Talk) -> None:
    """The opposite of a word."""
    rng, values = talk.rng, talk.values

    def draw() -> None:
        x = rng.choice(rng.choice(table("opposites")))
        values["x"], values["y"] = x, _first_opposite(x)

    quiz(talk, phrases("skills")["opposite"], draw, lambda: _unrelated(rng, values["x"], values["y"]))


def _first_opposite(word: str) -> str:
    """The opposite in the first row that has ``word``: where there are two, one of them is always the answer."""
    first, second = next(pair for pair in table("opposites") if word in pair)
    return second if word == first else first


def _unrelated(rng: random.Random, first: str, second: str) -> str:
    """A word that is the opposite of neither, nor like one of them."""
    near = {word for pair in table("opposites") if {first, second} & set(pair) for word in pair}
    near |= {word for pair in table("opposites") if near & set(pair) for word in pair}
    return rng.choice([word for pair in table("opposites") for word in pair if word not in near])


def spelled(word: str, capital: bool, mark: str) -> str:
    """``word`` letter by letter."""
    return mark.join(letter.upper() if capital else letter for letter in word if letter.isalpha())


_ABOUT_LETTERS = ("first_letter", "last_letter", "how_many_letters", "spelled_word")


def spelling(talk: Talk) -> None:
    """A short word or a name, letter by letter; sometimes its first or last letter, or how many it has."""
    rng, values = talk.rng, talk.values
    is_about_letters = rng.random() < 0.12
    mark = rng.choice(("-", "-", "-", ", "))

    def draw() -> None:
        word = _short_word(rng, rng.choice(("word", "word", "word", "person", "pet", "city", "day")))
        values["x"], values["y"] = word, spelled(word, True, mark)
        values["first"], values["last"] = word[0].upper(), word[-1].upper()
        values["n"] = as_word(len(values["y"].replace(mark, "")))

    block = phrases("skills")
    quiz(talk, block[rng.choice(_ABOUT_LETTERS) if is_about_letters else "spelling"], draw)
    if not is_about_letters and rng.random() < 0.15:
        about = block[rng.choice(_ABOUT_LETTERS[:3])]
        talk.user(question(rng, about))
        talk.wren(rng.choice(about["B"]))


def _short_word(rng: random.Random, pool: str) -> str:
    while True:
        word = draw(rng, pool)
        if " " not in word and len(word) <= 10:
            return word


def repeating(talk: Talk) -> None:
    """Say what the user asks to hear."""
    rng = talk.rng
    pool = rng.choice(("word", "person", "secret", "city", "food", "pet", "book"))
    talk.values["x"] = draw(rng, pool)
    talk.exchange(phrases("skills")["repeating"])
    if rng.random() < 0.3:
        times = rng.choice((2, 3))
        talk.user("again." if times == 2 else "three times please.")
        talk.wren("{x}." if times == 2 else "{x}, {x}, {x}.")


def choosing(talk: Talk) -> None:
    """One of two things, with a small reason that fits any."""
    rng = talk.rng
    pool = rng.choice(("food", "drink", "colour", "city", "hobby", "pet", "flavour", "instrument", "language"))
    values = talk.values
    values["x"], values["y"] = draw(rng, pool), draw(rng, pool)
    while values["y"] == values["x"]:
        values["y"] = draw(rng, pool)
    values["choice"], values["other"] = rng.sample((values["x"], values["y"]), 2)
    talk.user(rng.choice(("{x} or {y}?", "what's better, {x} or {y}?", "choose: {x} or {y}?", "{x} or {y}, pick one.",
                          "I can't decide between {x} and {y}.", "help me choose: {x} or {y}?",
                          "should I take {x} or {y}?", "pick one for me, {x} or {y}.")))
    talk.wren(rng.choice(("I'd go for {choice}.", "{choice}, I'd say.", "My pick is {choice}. And yours?",
                          "{choice}. You can keep {other} for another day.", "Let's say {choice}.",
                          "{choice}. If you're disappointed now, take {other}.")))
    if rng.random() < 0.3:
        talk.user(rng.choice(("which one did you pick?", "sorry, which one did you say?", "why {choice}?")))
        talk.wren(rng.choice(("{choice}.", "I picked {choice}.")) if "hich" in talk.turns[-1]
                  else "No strong reason. I liked the sound of {choice}.")


def preferring(talk: Talk) -> None:
    """A dislike that was told decides the choice."""
    rng, values = talk.rng, talk.values
    pool, hate = rng.choice((("food", "I can't stand {x}."), ("colour", "I don't like {x} at all."),
                             ("drink", "I don't like {x}."), ("hobby", "{x} is not for me."),
                             ("flavour", "{x} ice cream is awful.")))
    values["x"], values["y"] = draw(rng, pool), draw(rng, pool)
    while values["y"] == values["x"]:
        values["y"] = draw(rng, pool)
    talk.user(hate)
    talk.wren(rng.choice(("Good to know.", "Then we'll leave it out.", "Fair enough.")))
    first, second = rng.sample(("{x}", "{y}"), 2)
    talk.user(rng.choice((f"so, {first} or {second} for me?", f"pick one for me: {first} or {second}?",
                          f"what should I choose, {first} or {second}?")))
    talk.wren(rng.choice(("{y}, since you don't like {x}.", "Then {y}, not {x}.", "{y}, of course.")))


KINDS = {"opposite": opposite, "spelling": spelling, "repeating": repeating, "choosing": choosing,
         "preferring": preferring}

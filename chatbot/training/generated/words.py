"""Playing with words: opposites, spelling, repeating, choosing between two."""

from __future__ import annotations

from chatbot.training.generated.grammar import phrases, table
from chatbot.training.generated.pools import draw
from chatbot.training.generated.talk import Talk


def opposite(talk: Talk) -> None:
    """The opposite of a word."""
    first, second = talk.rng.choice(table("opposites"))
    if talk.rng.random() < 0.5:
        first, second = second, first
    talk.values["x"], talk.values["y"] = first, second
    talk.exchange(phrases("skills")["opposite"])


def spelled(word: str, capital: bool, mark: str) -> str:
    """``word`` letter by letter."""
    return mark.join(letter.upper() if capital else letter for letter in word if letter.isalpha())


def spelling(talk: Talk) -> None:
    """A short word or a name, letter by letter."""
    rng = talk.rng
    pool = rng.choice(("word", "word", "word", "person", "pet", "city", "day"))
    word = draw(rng, pool)
    while " " in word or len(word) > 10:
        word = draw(rng, pool)
    talk.values["x"] = word
    talk.values["y"] = spelled(word, True, rng.choice(("-", "-", "-", ", ")))
    talk.exchange(phrases("skills")["spelling"])
    if rng.random() < 0.2:
        talk.values["first"], talk.values["last"] = word[0].upper(), word[-1].upper()
        is_first = rng.random() < 0.6
        talk.user("what's the first letter of {x}?" if is_first else "and what's the last letter of {x}?")
        talk.wren("The first letter is {first}." if is_first else "The last letter is {last}.")


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

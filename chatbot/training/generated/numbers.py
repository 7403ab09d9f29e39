"""Small sums, counting what was told, and numbers in words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.pools import draw
from chatbot.training.generated.quizzing import question, quiz, surrounded
from chatbot.training.generated.talk import Talk

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def as_word(number: int) -> str:
    """``number`` in words, for 0 to 99."""
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def is_reserved_sum(first: int, second: int) -> bool:
    """Whether a pair of numbers is left to the question cards, so that they ask for sums never seen."""
    low, high = sorted((first, second))
    return (5 * low + high) % 11 == 3


def _pair(rng: random.Random) -> tuple[int, int]:
    while True:
        first, second = rng.randint(0, 15), rng.randint(0, 15)
        if first + second <= (20 if rng.random() < 0.8 else 30) and not is_reserved_sum(first, second):
            return first, second


def _written(rng: random.Random, number: int) -> str:
    return as_word(number) if rng.random() < 0.3 else str(number)


_THINGS = ("apples", "coins", "pens", "books", "cups", "cards", "stones", "eggs", "buttons", "stamps", "shells",
           "biscuits",
           "tickets", "flowers", "candles", "nuts", "balls", "keys", "sweets", "stickers")


def sums(talk: Talk) -> None:
    """Sums and differences: single ones, one with its numbers swapped, or several in a row that grow step by step."""
    chance = talk.rng.random()
    if chance < 0.2:
        _row_of_sums(talk)
    elif chance < 0.28:
        _swapped(talk)
    else:
        for _ in range(talk.rng.choice((1, 1, 2, 3, 4))):
            one_sum(talk)


def one_sum(talk: Talk) -> None:
    """A sum or a difference of small numbers, now and then of things; or what is missing, or the double."""
    rng = talk.rng
    first, second = _pair(rng)
    chance = rng.random()
    if chance < 0.06:
        _ask(talk, first, second, first + second, "missing")
    elif chance < 0.1 and not is_reserved_sum(first, first) and first <= 10:
        _ask(talk, first, first, 2 * first, "double")
    else:
        is_sum = rng.random() < 0.6
        is_story = min(first, second) > 1 and rng.random() < 0.2
        name = ("sum" if is_sum else "difference") + ("_story" if is_story else "")
        _ask(talk, *((first, second, first + second) if is_sum else (first + second, second, first)), name)


def _row_of_sums(talk: Talk) -> None:
    """3 + 1, 3 + 2, 3 + 4: the same number and always a little more, or less."""
    rng = talk.rng
    first, start, is_sum = rng.randint(1, 12), rng.randint(0, 5), rng.random() < 0.7
    seconds = [n for n in range(start, start + 6) if first + n <= 20 and not is_reserved_sum(first, n)]
    for place, second in enumerate(seconds[:rng.choice((2, 3, 3, 4, 5))]):
        numbers = (first, second, first + second) if is_sum else (first + second, second, first)
        _ask(talk, *numbers, "sum" if is_sum else "difference", is_next=place > 0)


def _swapped(talk: Talk) -> None:
    first, second = _pair(talk.rng)
    _ask(talk, first, second, first + second, "sum")
    _ask(talk, second, first, first + second, "sum", is_next=True)


_NEEDS_FIGURES = re.compile(r"\{x\} ?[-+]|[+=]")


def _ask(talk: Talk, x: int, y: int, z: int, name: str, *, is_next: bool = False) -> None:
    """One question about x, y and z, in figures or in words, and its answer."""
    rng, values, block = talk.rng, talk.values, phrases("skills")[name]
    values["things"] = rng.choice(_THINGS)
    form = "F" if is_next else rng.choices(("", "YN", "OR"), (0.8, 0.11, 0.09))[0] if "YN" in block else ""
    template = rng.choice(block[form]) if form else question(rng, block)
    is_in_words = rng.random() < 0.5 and not _NEEDS_FIGURES.search(template)
    asked = as_word if is_in_words else str
    said = as_word if rng.random() < (0.7 if is_in_words else 0.5) else str
    values["x"], values["y"], values["z"] = asked(x), asked(y), asked(z)
    values["X"], values["Y"], values["Z"] = said(x), said(y), said(z)
    wrong = asked(rng.choice([n for n in (z - 2, z - 1, z + 1, z + 2, z + 10) if n >= 0]))
    if form == "YN":
        values["o"] = rng.choice((asked(z), wrong))
        answers = block["YES" if values["o"] == asked(z) else "NO"]
    else:
        answers = block["B"]
        values["first"], values["second"] = rng.sample((asked(z), wrong), 2)
    talk.user(surrounded(rng, template) if form in ("YN", "OR") else template)
    is_counted = form in ("", "F") and name in ("sum", "difference") and rng.random() < 0.15
    talk.wren((is_counted and _counted(x, y, z, said)) or rng.choice(answers))


def _counted(x: int, y: int, z: int, said: Callable[[int], str]) -> str:
    """Counting on from the larger number ("8, 9, 10, 11: that makes 11."), or back, for a few steps; else ""."""
    start, end = (max(x, y), z) if z >= x else (x, z)
    if not 2 <= abs(end - start) <= 4:
        return ""
    step = 1 if end > start else -1
    steps = ", ".join(said(number) for number in range(start, end + step, step))
    return f"{steps}: that {'makes' if step > 0 else 'leaves'} {said(z)}."


_COUNTED = (("two kinds of animal", ("cats", "dogs", "rabbits", "hens", "goats", "fish", "horses", "ducks"), "animals"),
            ("fruit", ("apples", "pears", "oranges", "lemons", "plums", "bananas"), "pieces of fruit"),
            ("family", ("brothers", "sisters"), "siblings"),
            ("flowers", ("roses", "tulips", "daisies", "sunflowers"), "flowers"),
            ("cutlery", ("forks", "spoons", "knives"), "things on the table"),
            ("children", ("boys", "girls"), "children"))


def counting(talk: Talk) -> None:
    """Two numbers of things are told, and their sum is asked for; sometimes some go away."""
    rng = talk.rng
    _, kinds, together = rng.choice(_COUNTED)
    first_kind, second_kind = rng.sample(kinds, 2)
    while True:
        first, second = rng.randint(2, 9), rng.randint(2, 9)
        if not is_reserved_sum(first, second):
            break
    values = talk.values
    values["first"], values["second"] = _written(rng, first), _written(rng, second)
    values["k"], values["l"], values["together"] = first_kind, second_kind, together
    talk.user(rng.choice(("I have {first} {k} and {second} {l}.", "there are {first} {k} and {second} {l} here.",
                          "we've got {first} {k} and {second} {l}.", "I counted {first} {k} and {second} {l}.")))
    talk.wren(rng.choice(("That's a good number.", "Do you like {k} or {l} better?", "{k} and {l}, I see.",
                          "Quite a lot. Who looks after them?", "I see. Do you want more?")))
    values["Z"], values["A"], values["B"] = as_word(first + second), as_word(first), as_word(second)
    talk.user(question(rng, phrases("skills")["total"]))
    talk.wren(rng.choice(phrases("skills")["total"]["B"]))
    if rng.random() < 0.4:
        _some_go(talk, first, first_kind)


def _some_go(talk: Talk, count: int, kind: str) -> None:
    gone = talk.rng.randint(1, count - 1)
    talk.values["gone"], talk.values["rest"] = as_word(gone), as_word(count - gone)
    talk.values["k"] = kind
    verb = "is" if gone == 1 else "are"
    talk.user(talk.rng.choice(("I gave away {gone} of the {k}. How many {k} are left?",
                               f"now {{gone}} of the {{k}} {verb} gone. How many {{k}} do I still have?")))
    talk.wren(talk.rng.choice(("{rest} are left." if count - gone > 1 else "One is left.", "{rest}.")))


def which_number(talk: Talk) -> None:
    """Which of two numbers is bigger."""
    rng, values, block = talk.rng, talk.values, phrases("skills")["bigger"]
    first, second = rng.sample(range(1, 100), 2)
    write = as_word if rng.random() < 0.3 else str
    values["x"], values["y"] = write(first), write(second)
    values["Z"], values["W"] = write(max(first, second)), write(min(first, second))
    if rng.random() < 0.25:
        talk.user(surrounded(rng, rng.choice(block["YN"])))
        talk.wren(rng.choice(block["YES" if first > second else "NO"]))
    else:
        talk.user(question(rng, block))
        talk.wren(rng.choice(block["B"]))


def next_number(talk: Talk) -> None:
    """The number after or before another, or the one that goes on with a row."""
    rng, values = talk.rng, talk.values
    where, step = rng.choice((("after", 1), ("after", 1), ("before", -1)))
    is_row = rng.random() < 0.35
    values["where"] = where

    def draw_number() -> None:
        number = rng.randint(1, 60)
        write = as_word if rng.random() < 0.35 else str
        values["x"], values["Z"] = write(number), write(number + step)
        if is_row:
            gap = rng.choice((1, 1, 1, 2, -1)) if number > 5 else 1
            row = [write(number + place * gap) for place in range(3)]
            values["row"], values["last"], values["Z"] = ", ".join(row), row[-1], write(number + 3 * gap)

    quiz(talk, phrases("skills")["go_on_counting" if is_row else "next_number"], draw_number)


def pets_in_all(talk: Talk) -> None:
    """A pet more or a pet less."""
    count = talk.rng.randint(2, 6)
    talk.values["species"] = draw(talk.rng, "species")
    talk.values["n"], talk.values["m"] = as_word(count), as_word(count + 1)
    talk.user("I have {n} pets.")
    talk.wren(talk.rng.choice(("What kind of pets are they?", "That must be lively.")))
    talk.user("and today I got one more, a {species}. How many is that now?")
    talk.wren(talk.rng.choice(("That makes {m}. Welcome to the {species}.", "{m} pets now, with the {species}.")))


KINDS = {"sums": sums, "counting": counting, "which_number": which_number, "next_number": next_number,
         "pets_in_all": pets_in_all}

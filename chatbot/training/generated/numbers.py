"""Small sums, counting what was told, and numbers in words."""

from __future__ import annotations

import random
import re

from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.pools import draw
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
    """One to four sums or differences."""
    for _ in range(talk.rng.choice((1, 1, 2, 3, 4))):
        one_sum(talk)


def one_sum(talk: Talk) -> None:
    """A sum or a difference of small numbers, now and then of things."""
    first, second = _pair(talk.rng)
    is_sum = talk.rng.random() < 0.6
    is_story = min(first, second) > 1 and talk.rng.random() < 0.25
    name = ("sum" if is_sum else "difference") + ("_story" if is_story else "")
    if is_sum:
        _ask(talk, first, second, first + second, name)
    else:
        _ask(talk, first + second, second, first, name)


def _ask(talk: Talk, x: int, y: int, z: int, name: str) -> None:
    values, block = talk.values, phrases("skills")[name]
    question = talk.rng.choice(block["U"])
    is_in_words = talk.rng.random() < 0.3 and not re.search(r"[+-]", question)
    values["x"], values["y"] = (as_word(x), as_word(y)) if is_in_words else (str(x), str(y))
    values["things"] = talk.rng.choice(_THINGS)
    talk.user(question)
    write = str if not is_in_words and talk.rng.random() < 0.25 else as_word
    values["X"], values["Y"], values["Z"] = write(x), write(y), write(z)
    talk.wren(talk.rng.choice(block["B"]))


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
    talk.wren(rng.choice(("That's a good number. ", "Do you like {k} or {l} better?", "{k} and {l}, I see.",
                          "Quite a lot. Who looks after them?", "I see. Do you want more?")))
    values["Z"], values["A"], values["B"] = as_word(first + second), as_word(first), as_word(second)
    talk.exchange(phrases("skills")["total"])
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
    first, second = talk.rng.sample(range(1, 100), 2)
    talk.values["x"], talk.values["y"] = str(first), str(second)
    talk.values["Z"] = str(max(first, second))
    talk.user(talk.rng.choice(("which is bigger, {x} or {y}?", "what's more, {x} or {y}?", "is {x} bigger than {y}?",
                               "is {x} more than {y}?", "{x} or {y}, which one is bigger?",
                               "which number is larger, {x} or {y}?", "the bigger one of {x} and {y}?",
                               "tell me the bigger number: {x} or {y}?", "what is larger, {x} or {y}?")))
    if talk.turns[-1].lower().startswith("is "):
        talk.wren("Yes, {x} is bigger than {y}." if first > second else "No, {y} is bigger than {x}.")
    else:
        talk.wren(talk.rng.choice(("{Z} is bigger.", "{Z}.", "{Z} is the bigger one.")))


def next_number(talk: Talk) -> None:
    """The number after or before another."""
    number, step = talk.rng.randint(1, 60), talk.rng.choice((1, 1, -1))
    talk.values["x"], talk.values["Z"] = str(number), str(number + step)
    where = "after" if step > 0 else "before"
    talk.user(talk.rng.choice((f"what number comes {where} {{x}}?", f"which number is {where} {{x}}?",
                               f"what comes {where} {{x}}?", f"the number {where} {{x}}?", f"what's {where} {{x}}?",
                               f"tell me the number {where} {{x}}.", f"{where} {{x}} comes which number?")))
    talk.wren(talk.rng.choice(("{Z}.", f"{{Z}} comes {where} {{x}}.")))


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

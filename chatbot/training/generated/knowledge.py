"""The little that Wren knows for certain: days, months, colours, animals, kinds of things."""

from __future__ import annotations

import re

from chatbot.training.generated.grammar import phrases, table
from chatbot.training.generated.pools import pool
from chatbot.training.generated.talk import Talk


_STEPS = {"after": 1, "before": -1, "two_after": 2, "two_before": -2}
_DAY_STEPS = {"tomorrow": 1, "yesterday": -1, "today_after": 1, "today_before": -1, "day_after_tomorrow": 2}
_MONTH_STEPS = {"next_month": 1, "last_month": -1}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
             "twelfth")


def calendar(talk: Talk) -> None:
    """The day or month so many steps from another, asked in many ways."""
    rng = talk.rng
    unit = rng.choice(("day", "day", "month"))
    special = _DAY_STEPS if unit == "day" else _MONTH_STEPS
    if unit == "month" and rng.random() < 0.15:
        _nth_month(talk)
        return
    name = rng.choice(("after", "after", "after", "before", "before", "two_after", "two_before", *special, *special))
    names = pool(unit)
    here = rng.randrange(len(names))
    step = {**_STEPS, **special}[name]
    talk.values["unit"] = unit
    talk.values["x"], talk.values["y"] = names[here], names[(here + step) % len(names)]
    talk.exchange(phrases("skills")[name])


def _nth_month(talk: Talk) -> None:
    place = talk.rng.randrange(12)
    talk.values["n"], talk.values["y"] = _ORDINALS[place], pool("month")[place]
    talk.exchange(phrases("skills")["nth_month"])


def colour_of(talk: Talk) -> None:
    """The colour of a common thing."""
    thing, colour, verb = talk.rng.choice(table("colours"))
    talk.values["x"], talk.values["y"], talk.values["verb"] = thing, colour, verb
    talk.exchange(phrases("skills")["colour_of"])


_ANIMAL_CELLS = {"sound": 1, "young": 2, "legs": 3, "eats": 4, "lives": 5}
_ASKED_BACKWARDS = ("sound", "young")
"""What can be asked the other way round, if only one animal has it."""


def animal(talk: Talk) -> None:
    """Sound, young, legs, food or home of an animal."""
    rng, rows = talk.rng, table("animals")
    row = rng.choice(rows)
    talk.values["x"] = row[0]
    kinds = [kind for kind, cell in _ANIMAL_CELLS.items() if row[cell] != "-"]
    for kind in rng.sample(kinds, min(len(kinds), rng.choice((1, 1, 2, 3)))):
        cell = _ANIMAL_CELLS[kind]
        talk.values["y"] = row[cell]
        is_only_one = sum(other[cell] == row[cell] for other in rows) == 1
        backwards = kind in _ASKED_BACKWARDS and is_only_one and rng.random() < 0.25
        talk.exchange(phrases("skills")[f"animal_by_{kind}" if backwards else f"animal_{kind}"])


_ALSO = tuple(map(frozenset, (("a sport", "a game"), ("a metal", "a colour"), ("a bird", "an animal"))))
"""Pairs of kinds that one thing may be at once, so that nobody is told it is not."""


def _may_be_both(kind: str, other: str) -> bool:
    return bool({kind, other} & {"an animal", "a mammal"}) or frozenset((kind, other)) in _ALSO


def category(talk: Talk) -> None:
    """What kind of thing something is, or whether it is one."""
    rng = talk.rng
    thing, kind = rng.choice(table("categories"))
    talk.values["x"], talk.values["y"] = thing, kind
    block = phrases("skills")
    chance = rng.random()
    if chance < 0.4:
        talk.exchange(block["kind_of"])
        return
    other = rng.choice([row[1] for row in table("categories") if row[1] != kind and not _may_be_both(kind, row[1])]
                       or [kind]) if chance < 0.8 else kind
    if other != kind and chance < 0.55:
        talk.values["first"], talk.values["second"] = rng.sample((kind, other), 2)
        talk.exchange(block["which_kind"])
        return
    talk.values["z"] = other
    talk.exchange(block["is_it"], "U", "YES" if other == kind else "NO")


def odd_one_out(talk: Talk) -> None:
    """Three of a kind and one that is not."""
    rng = talk.rng
    rows = table("categories")
    kind = rng.choice([k for k in {row[1]: None for row in rows} if sum(row[1] == k for row in rows) >= 3
                       and k not in ("an animal", "a mammal")])
    things = [thing for thing, other in rows if other == kind]
    odd, odd_kind = rng.choice([row for row in rows if row[1] not in (kind, "an animal", "a mammal", "a drink")])
    four = [*rng.sample(things, 3), odd]
    rng.shuffle(four)
    values = talk.values
    values["four"] = f"{', '.join(four[:3])} or {four[3]}"
    values["x"], values["y"], values["z"] = odd, odd_kind, kind
    talk.exchange(phrases("skills")["odd_one"])


_REQUEST = re.compile(r"(count|name|tell|say|list|give|explain|choose|put) ")
_FACT_FRAMES = ("{q}", "{q}", "{q}", "{q}", "[so|hey|ok|and|now], {q}", "[tell me|quick question|a question]: {q}",
                "{q}, do you know", "Wren, {q}")
_REQUEST_FRAMES = ("{q}.", "{q}.", "{q}, please.", "please {q}.", "[can|could] you {q}?", "[ok|now|so|hey], {q}.",
                   "Wren, {q}.")


def fact(talk: Talk) -> None:
    """A plain question, in one of its wordings, with a plain answer."""
    questions, answers = talk.rng.choice(table("simple_facts"))
    question = talk.rng.choice(questions.split("; "))
    if _REQUEST.match(question):
        talk.user(talk.rng.choice(_REQUEST_FRAMES).replace("{q}", question))
    else:
        talk.user(talk.rng.choice(_FACT_FRAMES).replace("{q}", question) + "?")
    talk.wren(talk.rng.choice(answers.split(" / ")))


KINDS = {"calendar": calendar, "colour_of": colour_of, "animal": animal, "category": category,
         "odd_one_out": odd_one_out, "fact": fact}

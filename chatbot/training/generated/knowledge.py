"""The little that Wren knows for certain: days, months, colours, animals, kinds of things."""

from __future__ import annotations

from chatbot.training.generated.facts_asked import fact
from chatbot.training.generated.grammar import phrases, table
from chatbot.training.generated.pools import pool
from chatbot.training.generated.quizzing import quiz, surrounded
from chatbot.training.generated.talk import Talk

_STEPS = {"after": 1, "before": -1, "two_after": 2, "two_before": -2}
_DAY_STEPS = {"tomorrow": 1, "yesterday": -1, "today_after": 1, "today_before": -1, "day_after_tomorrow": 2,
              "tomorrow_after_yesterday": 2, "yesterday_before_tomorrow": -2}
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
    names, step = pool(unit), {**_STEPS, **special}[name]
    talk.values["unit"] = unit

    def draw() -> None:
        here = rng.randrange(len(names))
        talk.values["x"], talk.values["y"] = names[here], names[(here + step) % len(names)]

    def wrong() -> str:
        return rng.choice([other for other in names if other not in (talk.values["x"], talk.values["y"])])

    quiz(talk, phrases("skills")[name], draw, wrong)


def _nth_month(talk: Talk) -> None:
    values, is_place = talk.values, talk.rng.random() < 0.25

    def draw() -> None:
        place = talk.rng.randrange(12)
        values["n"], values["y"], values["x"] = _ORDINALS[place], pool("month")[place], pool("month")[place]

    quiz(talk, phrases("skills")["month_place" if is_place else "nth_month"], draw)


_UNLIKELY = {"blue": ("green", "brown"), "purple": ("green", "brown"), "green": ("blue", "pink"),
             "pink": ("green", "blue"), "white": ("purple", "green"), "yellow": ("blue", "purple"),
             "red": ("blue", "grey")}
"""Colours that things of a colour never have, so that "no" is right when somebody asks for them."""


def colour_of(talk: Talk) -> None:
    """The colour of a common thing."""
    rng, values = talk.rng, talk.values

    def draw() -> None:
        values["x"], values["y"], values["verb"] = rng.choice(table("colours"))

    quiz(talk, phrases("skills")["colour_of"], draw,
         lambda: rng.choice(_UNLIKELY.get(values["y"], ("blue", "purple", "pink"))))


_ANIMAL_CELLS = {"sound": 1, "young": 2, "legs": 3, "eats": 4, "lives": 5}
_ASKED_BACKWARDS = ("sound", "young")
"""What can be asked the other way round, if only one animal has it."""
_WRONG = {"sound": ("moo", "meow", "oink", "quack", "ribbit", "neigh", "buzz"),
          "young": ("joey", "tadpole", "caterpillar", "lamb", "foal"), "legs": ("no", "two", "four", "six", "eight")}
"""Answers to offer where they are not right."""
_PLURALS = {"mouse": "mice", "goose": "geese", "wolf": "wolves", "calf": "calves", "sheep": "sheep", "deer": "deer",
            "moose": "moose", "fox": "foxes", "ostrich": "ostriches", "larva": "larvae", "octopus": "octopuses"}


def plural(word: str) -> str:
    """More than one animal."""
    if word in _PLURALS:
        return _PLURALS[word]
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeo" else f"{word}s"


def animal(talk: Talk) -> None:
    """Sound, young, legs, food or home of an animal."""
    rng = talk.rng
    row = rng.choice(table("animals"))
    kinds = [kind for kind, cell in _ANIMAL_CELLS.items() if row[cell] != "-"]
    for kind in rng.sample(kinds, min(len(kinds), rng.choice((1, 1, 2, 3)))):
        _about(talk, kind, row)


def _about(talk: Talk, kind: str, row: tuple[str, ...]) -> None:
    rng, values, cell = talk.rng, talk.values, _ANIMAL_CELLS[kind]
    rows = [other for other in table("animals") if other[cell] != "-"]
    is_only_one = sum(other[cell] == row[cell] for other in rows) == 1
    backwards = kind in _ASKED_BACKWARDS and is_only_one and rng.random() < 0.25
    waiting = [row]

    def draw() -> None:
        name, answer = (found := waiting.pop() if waiting else rng.choice(rows))[0], found[cell]
        values["x"], values["xs"], values["y"], values["ys"] = name, plural(name), answer, plural(answer)

    def wrong() -> str:
        return rng.choice([other for other in _WRONG[kind] if other != values["y"]])

    quiz(talk, phrases("skills")[f"animal_by_{kind}" if backwards else f"animal_{kind}"], draw,
         wrong if kind in _WRONG else None)


_ALSO = tuple(map(frozenset, (("a sport", "a game"), ("a metal", "a colour"), ("a bird", "an animal"))))
"""Pairs of kinds that one thing may be at once, so that nobody is told it is not."""


_LIVING = frozenset({"a bird", "an insect", "a fish", "a reptile", "an amphibian", "a mammal", "an animal"})


def _may_be_both(kind: str, other: str) -> bool:
    is_an_animal = "an animal" in (kind, other) and {kind, other} <= _LIVING
    return is_an_animal or frozenset((kind, other)) in _ALSO


def category(talk: Talk) -> None:
    """What kind of thing something is, or whether it is one."""
    rng, values, block = talk.rng, talk.values, phrases("skills")

    def draw() -> None:
        values["x"], values["y"] = rng.choice(table("categories"))

    if rng.random() < 0.4:
        quiz(talk, block["kind_of"], draw)
        return
    draw()
    kind = values["y"]
    others = [row[1] for row in table("categories") if row[1] != kind and not _may_be_both(kind, row[1])]
    other = rng.choice(others) if others and rng.random() < 0.65 else kind
    if other != kind and rng.random() < 0.4:
        values["first"], values["second"] = rng.sample((kind, other), 2)
        values["n"] = other
        talk.user(surrounded(rng, rng.choice(block["which_kind"]["U"])))
        talk.wren(rng.choice(block["which_kind"]["B"]))
        return
    if other == kind and kind in _LIVING and rng.random() < 0.3:
        values["z"] = "an animal"
        talk.user(surrounded(rng, rng.choice(block["is_it"]["U"])))
        talk.wren("Yes, {x} is an animal." if kind == "an animal" else "Yes, {x} is {y}, so it's an animal.")
        return
    values["z"] = other
    talk.user(surrounded(rng, rng.choice(block["is_it"]["U"])))
    talk.wren(rng.choice(block["is_it"]["YES" if other == kind else "NO"]))


def odd_one_out(talk: Talk) -> None:
    """Three of a kind and one that is not."""
    rng, values = talk.rng, talk.values
    rows = table("categories")

    def draw() -> None:
        kind = rng.choice([k for k in {row[1]: None for row in rows} if sum(row[1] == k for row in rows) >= 3
                           and k not in ("an animal", "a mammal")])
        things = [thing for thing, other in rows if other == kind]
        odd, odd_kind = rng.choice([row for row in rows if row[1] not in (kind, "an animal", "a mammal", "a drink")
                                    and not _may_be_both(kind, row[1])])
        four = [*rng.sample(things, 3), odd]
        rng.shuffle(four)
        values["four"] = f"{', '.join(four[:3])} {rng.choice(('or', 'and', 'or'))} {four[3]}"
        values["x"], values["y"], values["z"] = odd, odd_kind, kind

    quiz(talk, phrases("skills")["odd_one"], draw)


KINDS = {"calendar": calendar, "colour_of": colour_of, "animal": animal, "category": category,
         "odd_one_out": odd_one_out, "fact": fact}

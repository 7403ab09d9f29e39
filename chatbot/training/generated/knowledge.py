"""The little that Wren knows for certain: days, months, colours, animals, kinds of things."""

from __future__ import annotations

from chatbot.training.generated.grammar import table
from chatbot.training.generated.pools import pool
from chatbot.training.generated.talk import Talk


def calendar(talk: Talk) -> None:
    """The day or month before or after another, or two on."""
    rng = talk.rng
    unit = rng.choice(("day", "day", "month"))
    names = pool(unit)
    here, step = rng.randrange(len(names)), rng.choice((1, 1, 1, -1, -1, 2))
    talk.values["x"], talk.values["y"] = names[here], names[(here + step) % len(names)]
    if step == 2:
        talk.user(rng.choice((f"what {unit} is two {unit}s after {{x}}?",
                              f"which {unit} comes two {unit}s after {{x}}?")))
        talk.wren(rng.choice(("{y}.", f"Two {unit}s after {{x}} is {{y}}.")))
        return
    where = "after" if step == 1 else "before"
    questions = [f"what {unit} comes {where} {{x}}?", f"which {unit} is {where} {{x}}?", f"what's {where} {{x}}?",
                 f"what comes {where} {{x}}?", f"and {where} {{x}}?", f"the {unit} {where} {{x}}?"]
    if step == 1:
        questions += [f"what {unit} follows {{x}}?", f"{{x}} is over, what {unit} is next?"]
    if unit == "day":
        questions.append("if today is {x}, what's tomorrow?" if step == 1 else "today is {x}, so what was yesterday?")
        questions.append("it is {x}, which day is tomorrow?" if step == 1 else "it is {x}, which day was yesterday?")
    talk.user(rng.choice(questions))
    talk.wren(rng.choice((f"{{y}} comes {where} {{x}}.", "{y}.", f"{where.capitalize()} {{x}} comes {{y}}."
                          if step == 1 else f"{{y}} is {where} {{x}}.")))


def colour_of(talk: Talk) -> None:
    """The colour of a common thing."""
    thing, colour, verb = talk.rng.choice(table("colours"))
    talk.values["x"], talk.values["y"] = thing, colour
    talk.user(talk.rng.choice((f"what colour {verb} {{x}}?", f"which colour {verb} {{x}}?",
                               f"and what colour {verb} {{x}}?", f"do you know what colour {{x}} {verb}?",
                               "{x}, what colour?", "tell me the colour of {x}.", "the colour of {x}?",
                               "what is the colour of {x}?")))
    talk.wren(talk.rng.choice((f"{{x}} {verb} {{y}}.", f"{{x}} {verb} {{y}}.", "{y}.", "That's {y}.")
                              if thing != "an orange" else ("An orange is orange, of course.",)))


def animal(talk: Talk) -> None:
    """Sound, young, legs, food or home of an animal."""
    rng = talk.rng
    name, sound, young, legs, eats, lives = rng.choice(table("animals"))
    talk.values["x"] = name
    asked = {"sound": sound, "young": young, "legs": legs, "eats": eats, "lives": lives}
    kinds = [kind for kind, value in asked.items() if value != "-"]
    for kind in rng.sample(kinds, min(len(kinds), rng.choice((1, 1, 2, 3)))):
        talk.values["y"] = asked[kind]
        user, wren = _ANIMAL[kind]
        talk.user(rng.choice(user))
        talk.wren(rng.choice(wren))


_ANIMAL = {
    "sound": (("what sound does a {x} make?", "what does a {x} say?", "what noise does a {x} make?",
               "how does a {x} go?", "what sound does the {x} make?", "make the sound of a {x}."),
              ("A {x} says {y}.", "{y}!", "A {x} goes {y}.")),
    "young": (("what is a baby {x} called?", "what do you call a baby {x}?", "a baby {x} is a?",
               "what is a young {x} called?",
               "what's the young of a {x}?"),
              ("A baby {x} is called a {y}.", "It's called a {y}.", "A {y}.")),
    "legs": (("how many legs does a {x} have?", "how many legs has a {x}?", "legs of a {x}?",
              "a {x} has how many legs?"),
             ("A {x} has {y} legs.", "{y} legs.")),
    "eats": (("what does a {x} eat?", "what do I feed a {x}?", "what is the food of a {x}?"),
             ("A {x} eats {y}.", "{y}, mostly.")),
    "lives": (("where does a {x} live?", "where do you find a {x}?"), ("A {x} lives {y}.", "{y}.")),
}


def category(talk: Talk) -> None:
    """What kind of thing something is, or whether it is one."""
    rng = talk.rng
    thing, kind = rng.choice(table("categories"))
    talk.values["x"], talk.values["y"] = thing, kind
    if rng.random() < 0.4:
        talk.user(rng.choice(("what kind of thing is {x}?", "what is {x}?", "{x} is what kind of thing?")))
        talk.wren(rng.choice(("{x} is {y}.", "It's {y}.")))
        return
    other = rng.choice(table("categories"))[1]
    while {kind, other} & {"an animal", "a mammal"} or kind == other:
        if kind == other:
            break
        other = kind
    talk.values["z"] = other
    talk.user(rng.choice(("is {x} {z}?", "is {x} {z} or not?", "would you say {x} is {z}?")))
    talk.wren(rng.choice(("Yes, {x} is {y}.", "Yes, it is.") if other == kind
                         else ("No, {x} is {y}.", "No, it's {y}.")))


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
    talk.user(rng.choice(("which one doesn't fit: {four}?", "odd one out: {four}?",
                          "which of these is not like the others, {four}?")))
    talk.wren(rng.choice(("{x}. It's {y}, and the others are not.", "{x}, because it's not {z}.",
                          "{x}. The rest belong together.")))


def fact(talk: Talk) -> None:
    """A plain question with a plain answer."""
    question, answer = talk.rng.choice(table("simple_facts"))
    ending = "." if question.startswith("count") else "?"
    talk.user(talk.rng.choice((question, question, f"[so|hey|ok], {question}")) + ending)
    talk.wren(answer)


KINDS = {"calendar": calendar, "colour_of": colour_of, "animal": animal, "category": category,
         "odd_one_out": odd_one_out, "fact": fact}

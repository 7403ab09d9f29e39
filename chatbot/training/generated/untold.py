"""Dialogues in which something is asked for that was never told, often next to something like it that was."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chatbot.training.generated.grammar import fill, phrases
from chatbot.training.generated.memory import Fact, MemoryTalk, facts, mirrored, renamed, things, together

_ALIKE = (
    ("name", "surname", "pet", "relative_name", "teacher", "boat", "team", "dinner_guest"),
    ("home_city", "country", "relative_city", "trip", "street", "origin"),
    ("age", "relative_age", "lucky_number", "door_number", "bus_line", "shoe_size", "siblings_count", "owned_count"),
    ("colour", "food", "drink", "flavour", "book", "film", "bought_colour", "meal"),
    ("job", "wanted_job", "relative_job", "hobby", "instrument", "language", "exam_subject"),
    ("exam_day", "appointment", "birthday_month", "age"),
    ("relative_name", "relative_city", "relative_job", "relative_age"),
    ("pet", "relative_name", "name", "home_city", "hobby", "food", "book", "instrument"),
    ("secret_word", "invented_word", "door_number", "place_of_thing", "in_the_bag"),
)
"""Facts that are easily given in place of each other."""
_NEVER_ASKED = ("pet_kind", "relative_who")
"""Their questions name what was told."""


def never_told(memory: MemoryTalk) -> None:
    """Asked for what was not said, mostly after something else was, often something like it."""
    rng = memory.rng
    memory.settle()
    group = rng.choice(_ALIKE) if rng.random() < 0.75 else tuple(facts())
    untold_name = rng.choice([name for name in group if name not in _NEVER_ASKED])
    untold = memory.choose(untold_name)
    others = [name for name in group if name != untold_name]
    told = together(memory, rng.sample(others, min(len(others), rng.choice((0, 1, 1, 1, 2, 3)))), untold)
    for fact in told:
        memory.tell(fact)
        memory.chat(rng.choice((0, 0, 0, 1)))
    memory.chat(rng.choice((0, 0, 1, 1, 2, 3, 5)))
    if not memory.talk.turns:
        memory.small_talk.open(memory.talk)
    if told and rng.random() < 0.25:
        memory.ask(rng.choice(told))
    ask_untold(memory, untold, told)
    after_untold(memory, untold, told)


def ask_untold(memory: MemoryTalk, fact: Fact, told: list[Fact]) -> None:
    """The user asks for what was never said, and Wren says so, naming what was asked for."""
    rng, blocks, values = memory.rng, phrases("memory"), memory.talk.values
    question = memory.asked(fact, is_told=rng.random() < 0.25)
    memory.talk.user(question.text)
    named = mirrored(question.thing or rng.choice(things(fact)))
    values["n"] = fill(named if question.thing or rng.random() < 0.5 else rng.choice(fact["N"]), values)
    if told and rng.random() < 0.35:
        values["k"] = fill(rng.choice(rng.choice(told)["N"]), values)
        lines = blocks["unknown_but"]["B"]
        memory.talk.wren(rng.choice([line for line in lines if len(told) == 1 or " only " not in line]))
        return
    manner = "unknown_kept" if question.manner == "FORGOTTEN" else "unknown"
    lines = blocks[manner]["B"]
    if question.manner == "YES" and rng.random() < 0.5:
        lines = blocks["unknown_no"]["B"]
    memory.talk.wren(rng.choice(lines))


def after_untold(memory: MemoryTalk, fact: Fact, told: list[Fact]) -> None:
    """The user was testing, asks for something told, or tells it now and asks again."""
    blocks, rng = phrases("memory"), memory.rng
    chance = rng.random()
    if chance < 0.25:
        memory.talk.exchange(blocks["unknown_tested"])
    elif chance < 0.55 and told:
        memory.ask(rng.choice(told))
    elif chance < 0.9:
        memory.talk.values["v"] = fill(fact["X"][0], memory.talk.values)
        if rng.random() < 0.5 or fact["X"][0].startswith(("my ", "{errand")):
            memory.tell(fact)
        else:
            memory.talk.exchange(blocks["unknown_told"])
        if rng.random() < 0.6:
            memory.chat(rng.choice((0, 0, 1, 2, 3)))
            memory.ask(fact)


def near_miss(memory: MemoryTalk) -> None:
    """One pet or relative is known, another one is asked for."""
    rng = memory.rng
    memory.settle()
    is_pet = rng.random() < 0.5
    fact = memory.choose("pet" if is_pet else "relative_name")
    memory.tell(fact)
    memory.chat(rng.choice((0, 1, 1, 2, 3, 5)))
    if rng.random() < 0.25:
        memory.ask(fact)
    other = renamed(fact, {"species", "pet"} if is_pet else {"relation", "person"}, "2")
    memory.talk.user(memory.asked(other, is_told=rng.random() < 0.3).text)
    memory.talk.wren(rng.choice(phrases("memory")["other_pet" if is_pet else "other_relative"]["B"]))
    chance = rng.random()
    if chance < 0.2:
        memory.talk.exchange(phrases("memory")["unknown_tested"])
    elif chance < 0.4:
        memory.tell(other)
        memory.chat(rng.choice((0, 0, 1, 2)))
        for asked in rng.sample((fact, other), rng.choice((1, 2))):
            memory.ask(asked)
        return
    if rng.random() < 0.5:
        memory.ask(fact)


KINDS: Mapping[str, Callable[[MemoryTalk], None]] = {"never_told": never_told, "near_miss": near_miss}

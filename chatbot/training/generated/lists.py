"""Dialogues about lists: a shopping list that changes, chores in their order, several people at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.memory import MemoryTalk
from chatbot.training.generated.numbers import as_word
from chatbot.training.generated.pools import draw


def spoken_list(items: Sequence[str]) -> str:
    """"a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _distinct(memory: MemoryTalk, pool: str, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        value = draw(memory.rng, pool)
        if value not in found:
            found.append(value)
    return found


def shopping(memory: MemoryTalk) -> None:
    """Two to four things, perhaps one more, perhaps one less, then read back."""
    block, rng, values = phrases("memory")["lists"], memory.rng, memory.talk.values
    memory.avoid |= {"list", "buy", "shop", "bought", "shopping"}
    items = _distinct(memory, "grocery", rng.choice((3, 4, 4, 5, 5)))
    spare, items = items[-1], items[:-1]
    values["list"] = ", ".join(items) if rng.random() < 0.5 else spoken_list(items)
    memory.talk.user(rng.choice(block["T"]))
    values["list"] = spoken_list(items)
    memory.talk.wren(rng.choice(block["R"]))
    memory.chat(rng.choice((0, 0, 1, 2)))
    if rng.random() < 0.55:
        values["extra"] = spare
        items.append(spare)
        memory.talk.exchange(block, "ADD", "ADDED")
    if len(items) > 2 and rng.random() < 0.45:
        values["dropped"] = items.pop(rng.randrange(len(items)))
        memory.talk.exchange(block, "DROP", "DROPPED")
    memory.chat(rng.choice((0, 0, 1, 2, 3, 5)))
    values["list"] = spoken_list(items)
    memory.talk.user(_asked_for_the_list(memory))
    memory.talk.wren(rng.choice(block["A"]))
    if rng.random() < 0.35:
        _about_the_list(memory, items)


def _asked_for_the_list(memory: MemoryTalk) -> str:
    """A question for all that is on it."""
    block, rng = phrases("memory")["lists"], memory.rng
    chance = rng.random()
    if chance < 0.3:
        return rng.choice(block["SAY"])
    if chance < 0.5:
        return rng.choice(_FOR_A_LIST).replace("{p}", rng.choice(block["P"]))
    return memory.put(rng.choice(block["Q"]) + "?")


_FOR_A_LIST = ("tell me {p}.", "give me {p}.", "read {p} to me.", "repeat {p}.", "say {p}.", "I forgot {p}.",
               "what was {p}?", "what is {p}?", "what's {p} now?", "do you have {p}?", "I need {p}.", "{p}, please.",
               "can you tell me {p}?", "can you repeat {p}?", "could you read me {p}?", "remind me of {p}.",
               "let me hear {p}.", "please write {p}.", "do you remember {p}?", "write down {p}.", "{p}?")


def _about_the_list(memory: MemoryTalk, items: list[str]) -> None:
    block, rng, values = phrases("memory")["lists"], memory.rng, memory.talk.values
    if rng.random() < 0.5:
        memory.talk.user(rng.choice(block["COUNT"]))
        values["how_many"] = as_word(len(items))
        memory.talk.wren(rng.choice(("{how_many} things: {list}.", "{how_many}.",
                                     "There are {how_many} things on it.")))
        return
    is_there = rng.random() < 0.5
    values["asked"] = rng.choice(items) if is_there else draw(rng, "grocery")
    is_there = values["asked"] in items
    memory.talk.user(rng.choice(block["HAS"]))
    memory.talk.wren(rng.choice(("Yes, you have {asked} on it.", "Yes. {list}.") if is_there
                                else ("No, there's no {asked} on it.", "No, only {list}.")))


def chores(memory: MemoryTalk) -> None:
    """Three things in order; first, last, or what is left."""
    block, rng = phrases("memory")["chores"], memory.rng
    memory.avoid |= {"first", "last", "list", "plan", "chores"}
    memory.talk.exchange(block, "T", "R")
    memory.chat(rng.choice((0, 1, 2, 3, 5)))
    for user in rng.sample(("FIRST", "LAST", "DONE", "ALL"), rng.choice((1, 1, 2))):
        memory.talk.user(memory.put(rng.choice(block[user])))
        memory.talk.wren(rng.choice(block[f"{user}A"]))
    memory.thank()


def several_people(memory: MemoryTalk) -> None:
    """Two to four people by name."""
    block, rng, values = phrases("memory")["people"], memory.rng, memory.talk.values
    memory.avoid |= {"friend", "friends", "team", "name", "called"}
    people = _distinct(memory, "person", rng.choice((2, 3, 3, 4)))
    values["persons"] = spoken_list(people)
    memory.talk.exchange(block, "T", "R")
    memory.chat(rng.choice((0, 1, 2, 3, 5, 8)))
    memory.talk.user(memory.put(rng.choice(block["Q"]) + "?"))
    memory.talk.wren(rng.choice(block["A"]))
    if rng.random() < 0.3:
        memory.talk.user(rng.choice(("how many are they?", "how many people is that?")))
        values["how_many"] = as_word(len(people))
        memory.talk.wren("{how_many}: {persons}.")


KINDS: dict[str, Callable[[MemoryTalk], None]] = {
    "shopping": shopping, "chores": chores, "several_people": several_people,
}

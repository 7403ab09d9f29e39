"""Dialogues about who is who: names are confirmed or put right, asked for backwards, and not taken for Wren's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chatbot.training.generated.grammar import fill, phrases
from chatbot.training.generated.memory import Fact, MemoryTalk, together
from chatbot.training.generated.pools import draw, invented
from chatbot.training.generated.rewording import ask

_NAMED = {"name": "person", "pet": "pet", "relative_name": "person"}
"""Facts that are names, with the gap that holds the name."""
_WITH_THE_SELF = ("name", "name", "what", "human")
_NEVER_TOLD = 0.3
_TOLD_INSTEAD = ("home_city", "name", "pet", "job", "hobby", "country", "relative_name")
_ASKS = ("is ", "am ", "do ", "would ", "[did ")
"""What tells nothing by the way, as "I'm {o}, right?" does."""
_PLAINLY_ASKED = 0.35
_PLAIN_QUESTIONS = ("who are you?", "and who are you?", "who are you", "what's your name?", "what is your name?",
                    "and what's your name?", "what about you, what's your name?")
_ABOUT_OTHERS = frozenset({"call_things", "mail_things", "book_things", "birthplace"})
"""Blocks about Wren that name people or towns, which would be those that the user has told of."""


def who_is_who(memory: MemoryTalk) -> None:
    """A name is told; later the user asks whether it is such and such, or whose it is."""
    rng = memory.rng
    memory.settle()
    name = rng.choice(tuple(_NAMED))
    fact = memory.choose(name)
    if rng.random() < _NEVER_TOLD:
        _never_told(memory, name, fact)
        return
    memory.tell(fact)
    memory.chat(rng.choice((0, 1, 1, 2, 3, 5)))
    for _ in range(rng.choice((1, 1, 2))):
        if rng.random() < 0.6:
            _confirm(memory, name)
        else:
            memory.talk.exchange(phrases("who_is_who")[name], "R", "B")
    if rng.random() < 0.2:
        memory.ask(fact)


def _never_told(memory: MemoryTalk, name: str, fact: Fact) -> None:
    """Something else was told, or nothing; no name may be made of it."""
    rng, values = memory.rng, memory.talk.values
    for other in together(memory, rng.sample(_TOLD_INSTEAD, rng.choice((0, 1, 1, 1, 2))), fact):
        memory.tell(other)
        memory.chat(rng.choice((0, 0, 1, 2)))
    if not memory.talk.turns:
        memory.small_talk.open(memory.talk)
    values["o"], values["n"] = _another(memory, _NAMED[name], ""), fill(rng.choice(fact["N"]), values)
    asking = [line for line in phrases("who_is_who")[name]["YN"] if line.startswith(_ASKS)]
    memory.talk.user(rng.choice(asking))
    memory.talk.wren(rng.choice(phrases("memory")["unknown"]["B"]))


def _confirm(memory: MemoryTalk, name: str) -> None:
    """Whether a name is right; as often as not it is."""
    rng, values, block = memory.rng, memory.talk.values, phrases("who_is_who")[name]
    right = values[_NAMED[name]]
    is_right = rng.random() < 0.5
    values["o"] = right if is_right else _another(memory, _NAMED[name], right)
    memory.talk.user(rng.choice(block["YN"]))
    memory.talk.wren(rng.choice(block["YES" if is_right else "NO"]))


def _another(memory: MemoryTalk, pool: str, right: str) -> str:
    while (other := draw(memory.rng, pool) if memory.rng.random() < 0.6 else invented(memory.rng, pool)) == right:
        pass
    return other


def about_me(memory: MemoryTalk) -> None:
    """What Wren knows about the user: what was told, or nothing."""
    rng, values, block = memory.rng, memory.talk.values, phrases("who_is_who")["about_me"]
    memory.settle()
    told = together(memory, rng.sample(("name", "pet", "home_city", "job", "hobby", "relative_name"),
                                       rng.choice((0, 1, 1, 2, 2))))
    for fact in told:
        memory.tell(fact)
        memory.chat(rng.choice((0, 0, 1, 2)))
    if not memory.talk.turns:
        memory.small_talk.open(memory.talk)
    values["a"] = " ".join(fill(_sentence(memory, fact), values) for fact in told)
    memory.talk.user(rng.choice(block["U"]))
    memory.talk.wren(rng.choice(block["B" if told else "NOTHING"]))


def _sentence(memory: MemoryTalk, fact: Fact) -> str:
    """An answer that says what it is about: "Your dog is called Max." and not "Max."."""
    whole = [line for line in fact["A"] if line.startswith(("Your ", "You live", "You're", "You work", "You are"))]
    return memory.rng.choice(whole) if whole else memory.answer(fact)


def self_after_telling(memory: MemoryTalk) -> None:
    """The user has told names and then asks who Wren is."""
    rng = memory.rng
    memory.settle()
    facts = together(memory, rng.sample(("name", "name", "pet", "home_city", "relative_name"), rng.choice((1, 1, 2))))
    for fact in facts:
        memory.tell(fact)
        memory.chat(rng.choice((0, 0, 0, 1, 2)))
    if rng.random() < _PLAINLY_ASKED:
        memory.talk.user(rng.choice(_PLAIN_QUESTIONS))
        memory.talk.wren(rng.choice(phrases("self")["name"]["B"]))
    else:
        kept = [name for name in phrases("self") if name not in _ABOUT_OTHERS]
        ask(memory.talk, phrases("self")[rng.choice((*_WITH_THE_SELF, rng.choice(kept)))])
    if rng.random() < 0.4:
        memory.ask(rng.choice(facts))


KINDS: Mapping[str, Callable[[MemoryTalk], None]] = {
    "who_is_who": who_is_who, "about_me": about_me, "self_after_telling": self_after_telling,
}

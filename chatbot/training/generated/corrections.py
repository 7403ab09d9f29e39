"""Dialogues in which something told is put right, once or twice, at once or much later, alone or among other facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from chatbot.training.generated.grammar import fill, phrases, slots
from chatbot.training.generated.memory import Fact, MemoryTalk, facts, mirrored, things, together

_NO_SENTENCE = ("errand",)
"""Values that cannot follow "it is": "water the plants"."""
_NOT_BY_NAME = ("errand", "kin", "species")
"""Facts whose thing is not what the value is: "the relation between me and Ann" is not "my sister"."""
_IS = re.compile(r"\b(it's|it is|is|was|isn't|be) (not |now |still |really )?\{[xy12]\}|\{x\} is\b|I'll be|Forget \{")


class Correction:
    """A fact whose value changes. Old values are kept as ``<key>9`` (the last) and ``<key>99`` (the one before)."""

    def __init__(self, memory: MemoryTalk, fact: Fact) -> None:
        self.memory, self.fact = memory, fact
        self.rng, self.talk = memory.rng, memory.talk
        self.key = fact["V"][0]

    def tell_wrong(self) -> None:
        """The user says what will turn out to be wrong."""
        values = self.talk.values
        self._right, values[self.key] = values[self.key], values[f"{self.key}9"]
        self.memory.tell(self.fact)

    def correct(self, is_at_once: bool) -> None:
        """The user puts it right, Wren says the new value."""
        values = self.talk.values
        values[self.key], values[f"{self.key}9"] = self._right, values[self.key]
        self.talk.user(self.words(is_at_once))
        self.talk.wren(self.reply())

    def tell_and_correct(self) -> None:
        """Both in one message: "my dog is called Max. no wait, Rex." """
        told = self.rng.choice(self.fact["T"]).replace(f"{{{self.key}}}", f"{{{self.key}9}}")
        bare = self._choice([line for line in phrases("corrections")["bare"]["C"] if not line.startswith("*")])
        self.talk.user(f"{told} {self._put(bare)}")
        self.talk.wren(self.reply())

    def correct_again(self) -> None:
        """It was still wrong."""
        values = self.talk.values
        values[f"{self.key}99"], values[f"{self.key}9"] = values[f"{self.key}9"], values[self.key]
        values[self.key] = values[f"{self.key}8"]
        block = phrases("corrections")["again"]
        self.talk.user(self._put(self._choice(block["C"])))
        self.talk.wren(self._put(self._choice(block["K"]), is_wren=True))

    def words(self, is_at_once: bool) -> str:
        """One way to put it right; later on it has to be one that says what it is about."""
        blocks = phrases("corrections")
        own = [line for line in self.fact["C"] if is_at_once or f"{self.key}9" in slots(line) or "my " in line]
        ways: list[Sequence[str]] = [own] if own else [self.fact["C"]]
        if self.key.rstrip("0123456789") not in _NOT_BY_NAME:
            ways += [blocks["named"]["C"]] * (1 if is_at_once else 3)
        if is_at_once:
            ways += [blocks["bare"]["C"]] * 3
        return self._put(self._choice(self.rng.choice(ways)))

    def reply(self) -> str:
        """Wren's word that the new value counts."""
        blocks = phrases("corrections")
        ways: list[Sequence[str]] = [self.fact["K"], blocks["reply"]["K"], blocks["reply"]["K"]]
        if self.key.rstrip("0123456789") not in (*_NOT_BY_NAME, "job"):
            ways.append(blocks["reply_named"]["K"])
        return self._put(self._choice(self.rng.choice(ways)), is_wren=True)

    def ask(self) -> None:
        """The user asks for it: as for any fact, with a word about the correction, or with both values."""
        chance = self.rng.random()
        if chance < 0.55:
            question = self.memory.question(self.fact)
        elif chance < 0.85:
            question = self._asked_with_a_word()
        else:
            self.confirm(self.rng.choice(("either", "either", "right", "wrong")))
            return
        self.talk.user(question)
        is_simple = self.rng.random() < 0.6
        self.talk.wren(self.memory.answer(self.fact) if is_simple else self._answer("answer"))

    def _asked_with_a_word(self) -> str:
        blocks, named = phrases("corrections"), things(self.fact)
        if named and self.rng.random() < 0.5:
            return self._put(self.rng.choice(blocks["ask_thing"]["U"]))
        return self.rng.choice(blocks["ask"]["U"]).replace("{q}", self.rng.choice(self.fact["Q"]))

    def confirm(self, way: str) -> None:
        """The user offers the right value, the wrong one, or both, and Wren says which it is."""
        lines = [line for line in phrases("corrections")[way]["U"] if "{p}" in line]
        if self.key.rstrip("0123456789") in _NOT_BY_NAME:
            lines = ["{1} or {2}?", "so which is it, {1} or {2}?"]
            way = "either"
        pair = ["{x}", "{y}"]
        self.rng.shuffle(pair)
        line = self.rng.choice(lines).replace("{1}", pair[0]).replace("{2}", pair[1])
        self.talk.user(self._put(line))
        self.talk.wren(self._answer(way))

    def _answer(self, way: str) -> str:
        lines = phrases("corrections")[way]["B"]
        if f"{self.key}99" in self.talk.values.known:  # what it was at first is neither {x} nor {y}
            lines = tuple(line for line in lines if "first" not in line.lower())
        line = self._choice(lines)
        self.talk.values["a"] = fill(self.memory.answer(self.fact), self.talk.values)
        return self._put(line, is_wren=True)

    def _choice(self, lines: Sequence[str]) -> str:
        """A line that can hold this value."""
        if self.key.rstrip("0123456789") in _NO_SENTENCE:
            lines = [line for line in lines if not _IS.search(line)] or lines
        return self.rng.choice(lines)

    def _put(self, line: str, *, is_wren: bool = False) -> str:
        """The line with the gaps of this fact."""
        value, thing = self.fact["X"][0], self.rng.choice(things(self.fact) or ("that",))
        if is_wren:
            value, thing = mirrored(value), mirrored(thing)
        gap = f"{{{self.key}}}"
        for place, old in (("{x}", gap), ("{y}", f"{{{self.key}9}}"), ("{z}", f"{{{self.key}99}}")):
            line = line.replace(place, value.replace(gap, old))
        return line.replace("{p}", thing)


def correction(memory: MemoryTalk) -> None:
    """A wrong value, put right; the right one is asked for, at once, later, or both."""
    memory.settle()
    fix = Correction(memory, memory.choose(memory.rng.choice(_OFTEN) if memory.rng.random() < 0.3 else None))
    memory.rng.choices((_simple, _asked_before, _among_others), (0.68, 0.14, 0.18))[0](memory, fix)
    memory.thank(0.15)


_OFTEN = ("name", "pet", "home_city", "relative_name", "age", "job", "colour", "food", "hobby", "book", "instrument")


def _simple(memory: MemoryTalk, fix: Correction) -> None:
    rng = memory.rng
    if rng.random() < 0.12:
        fix.tell_and_correct()
    else:
        fix.tell_wrong()
        between = rng.choice((0, 0, 0, 0, 1, 1, 2, 3, 5))
        memory.chat(between)
        fix.correct(is_at_once=between == 0)
    if rng.random() < 0.15:
        fix.correct_again()
    is_asked_at_once = rng.random() < 0.5
    if is_asked_at_once:
        fix.ask()
    if not is_asked_at_once or rng.random() < 0.6:
        memory.chat(memory.gap())
        fix.ask()


def _asked_before(memory: MemoryTalk, fix: Correction) -> None:
    """The old value is asked for and given, only then it is put right."""
    fix.tell_wrong()
    memory.chat(memory.rng.choice((0, 0, 1, 2)))
    memory.ask(fix.fact)
    fix.correct(is_at_once=True)
    memory.chat(memory.rng.choice((0, 0, 1, 2, 3, 5)))
    fix.ask()


def _among_others(memory: MemoryTalk, fix: Correction) -> None:
    """Several facts, of which one is put right; others are asked for too."""
    rng = memory.rng
    others = together(memory, rng.sample(list(facts()), rng.choice((1, 2, 2))), fix.fact)
    told: list[Callable[[], None]] = [fix.tell_wrong, *(_telling(memory, other) for other in others)]
    rng.shuffle(told)
    for tell in told:
        tell()
        memory.chat(rng.choice((0, 0, 0, 1)))
    fix.correct(is_at_once=False)
    memory.chat(rng.choice((0, 0, 1, 2, 4)))
    asked: list[Callable[[], None]] = [fix.ask, *(_asking(memory, other) for other in others)]
    rng.shuffle(asked)
    for ask in asked[:rng.choice((1, 2, 3))]:
        ask()
    if fix.ask not in asked[:1] and rng.random() < 0.5:
        memory.chat(rng.choice((0, 1)))
        fix.ask()


def _telling(memory: MemoryTalk, fact: Fact) -> Callable[[], None]:
    return lambda: memory.tell(fact)


def _asking(memory: MemoryTalk, fact: Fact) -> Callable[[], None]:
    return lambda: memory.ask(fact)


KINDS: Mapping[str, Callable[[MemoryTalk], None]] = {"correction": correction}

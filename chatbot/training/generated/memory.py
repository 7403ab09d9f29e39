"""Dialogues in which something is told, other things are talked about, and the thing is asked for.

Kinds: one fact, the facts that matter most, several facts, and two people who must not be mixed up. Corrections, things
never told and lists build on this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from chatbot.training.generated.asking import asked, framed
from chatbot.training.generated.grammar import fill, phrases, slots
from chatbot.training.generated.pools import draw, invented, pool
from chatbot.training.generated.smalltalk import SmallTalk
from chatbot.training.generated.talk import Talk

Fact = Mapping[str, tuple[str, ...]]

_GAPS = (0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12)
"""Exchanges between telling and asking."""
_KIND_WEIGHTS = {"question": 0.42, "noun": 0.38, "clause": 0.2}
_ANSWERED_BY = {"YES": "yes", "CAN": "can", "FORGOTTEN": "forgotten"}
"""Blocks of answers that fit a manner of asking; the others are answered plainly."""
_SAYS_IT_WAS_TOLD = re.compile(r"told|gave you|mentioned|did I (say|tell|give|mention)|talked about")
_PLAIN_QUESTION = re.compile(r"(what|which|who|whose|where|when|how|on|in|for|with|from|is|are|do|did|does)\b")
_GAP = re.compile(r"\{(\w+)\}")
_OF_A_THING = ("my ", "our ", "the ")
"""How clauses begin that are no clauses but name a thing."""
_SAME_PERSON = {"mother": "parent", "mum": "parent", "father": "parent", "dad": "parent", "partner": "spouse",
                "wife": "spouse", "husband": "spouse", "girlfriend": "spouse", "boyfriend": "spouse",
                "flatmate": "roommate", "grandma": "grandmother", "grandpa": "grandfather"}
_MIRRORED = {"my": "your", "i": "you", "i'm": "you're", "am": "are", "me": "you", "our": "your", "we": "you",
             "mine": "yours", "i've": "you've", "i'd": "you'd", "i was": "you were", "you": "I", "told you": "told me",
             "gave you": "gave me", "tell you": "tell me"}
_MIRROR = re.compile(r"\b(my|mine|i'm|i've|i'd|i was|i|am|me|our|we|(?:told|gave|tell) you|you)\b", re.IGNORECASE)
_UNITED = ({"origin", "country"}, {"home_city", "street"}, {"secret_word", "invented_word"}, {"home_city", "origin"},
           {"exam_day", "exam_subject"}, {"name", "surname"}, {"pet", "pet_kind"}, {"relative_name", "relative_who"},
           {"hobby", "instrument"}, {"language", "exam_subject"}, {"hobby", "language"})
"""Facts that answer the same questions, so that only one of each pair is in a dialogue."""
_AS_THEY_ARE = ("relative_age", "exam_day", "exam_subject", "surname", "teacher", "relative_who", "pet_kind")
"""Facts of which there is only one in a dialogue, or whose values are chosen with care."""


def mirrored(clause: str) -> str:
    """A clause about the speaker as the other one says it: "what my dog is called" -> "what your dog is called"."""
    return _MIRROR.sub(lambda match: _MIRRORED[match[1].lower()], clause)


def facts() -> dict[str, Fact]:
    """All kinds of facts by name."""
    return phrases("facts")


def things(fact: Fact) -> list[str]:
    """The noun phrases for what a fact tells: "my name", "the name I go by"."""
    return [clause for clause in fact["I"] if clause.startswith(_OF_A_THING)]


def renamed(fact: Fact, taken: set[str], suffix: str) -> Fact:
    """The fact with other values in the gaps ``taken``, so that it can stand beside a fact that has these."""
    def put(match: re.Match[str]) -> str:
        base = match[1].rstrip("0123456789")
        return f"{{{base}{suffix}{match[1][len(base):]}}}" if base in taken else match[0]

    changed = {mark: tuple(_GAP.sub(put, line) for line in lines) for mark, lines in fact.items()}
    key = fact["V"][0]
    return {**changed, "V": (key + suffix if key in taken else key,)}


def together(memory: MemoryTalk, names: Sequence[str], *present: Fact) -> list[Fact]:
    """Facts by name that can stand in one dialogue with each other and those ``present``; others are left out."""
    every = facts()
    inside = {name for name, fact in every.items() if any(fact is other for other in present)}
    taken = {slot for fact in present for mark in "TAQ" for line in fact[mark] for slot in slots(line)}
    found: list[Fact] = []
    for name in names:
        gaps = {slot for mark in "TAQ" for line in every[name][mark] for slot in slots(line)}
        if name in inside or any(name in pair and pair & inside for pair in _UNITED):
            continue
        if taken & gaps and (name in _AS_THEY_ARE or inside & {"surname", "teacher", "relative_who", "pet_kind"}):
            continue
        fact = memory.choose(name, renamed(every[name], taken & gaps, str(5 + len(found))))
        inside.add(name)
        taken |= gaps
        found.append(fact)
    return found


def _role(relation: str) -> str:
    """What stands for the same person: "twin sister" and "sister" may be one, "mum" and "mother" are."""
    last = relation.split()[-1]
    return _SAME_PERSON.get(last, last)


def _ages(relation: str) -> tuple[int, int]:
    """Youngest and oldest that somebody is likely to be."""
    if relation.startswith("grand"):
        return 58, 97
    if relation.endswith(("son", "daughter", "niece", "nephew")) or relation.startswith("little"):
        return 1, 30
    return 18, 75


class Question(NamedTuple):
    """A question of the user's."""

    text: str
    manner: str
    """As in ``asking.Asked``."""
    thing: str
    """The noun phrase or clause in it; empty for a plain question."""


class MemoryTalk:
    """Writes memory dialogues into a ``Talk``."""

    def __init__(self, talk: Talk, small_talk: SmallTalk) -> None:
        self.talk = talk
        self.rng = talk.rng
        self.small_talk = small_talk
        self.avoid: set[str] = set()

    # ---- telling -----------------------------------------------------------------------------------------------------

    def choose(self, name: str | None = None, variant: Fact | None = None) -> Fact:
        """A kind of fact, or its ``variant`` with other gaps; the words for it are kept out of the small talk."""
        name = name or self.rng.choice(list(facts()))
        fact = variant or facts()[name]
        values, key = self.talk.values, fact["V"][0]
        self.avoid |= set(fact["W"][0].split())
        for relation in {slot for line in fact["Q"] for slot in slots(line)}:
            if relation.startswith("relation") and relation not in values.known:
                self._settle_another(relation)
        if name == "relative_name" and self.rng.random() < 0.7:
            values[key] = invented(self.rng, "person")  # a made-up name is neither a man's nor a woman's
        if name == "relative_age":
            ages = self.rng.sample(range(*_ages(values["kin"])), 3)
            values[key], values[f"{key}9"], values[f"{key}8"] = map(str, ages)
        return fact

    def _settle_another(self, relation: str) -> None:
        """Draw somebody whom this dialogue does not have yet."""
        known = {_role(value) for key, value in self.talk.values.known.items() if key.startswith(("relation", "kin"))}
        self.talk.values[relation] = self.rng.choice([other for other in pool("relation") if _role(other) not in known])

    def settle(self) -> None:
        """Draw two relations that are two people, before any sentence asks for them."""
        values = self.talk.values
        values["relation"] = draw(self.rng, "relation")
        others = [other for other in pool("relation") if _role(other) != _role(values["relation"])]
        values["relation2"] = self.rng.choice(others)
        values["relation9"] = self.rng.choice(others)

    def tell(self, fact: Fact) -> None:
        """The user says it, sometimes with something else around it; Wren reacts."""
        self.talk.user(self.told(fact))
        self.talk.wren(self.rng.choice(fact["R"]))

    def told(self, fact: Fact) -> str:
        """A way of telling."""
        around, said, chance = phrases("memory")["around"], self.rng.choice(fact["T"]), self.rng.random()
        if chance < 0.08:
            return f"{self.rng.choice(around['BEFORE'])} {said}"
        return f"{said} {self.rng.choice(around['AFTER'])}" if chance < 0.16 else said

    def chat(self, exchanges: int) -> None:
        """Other talk that does not touch the facts."""
        self.small_talk.add(self.talk, exchanges, self.avoid)

    def gap(self) -> int:
        """A number of exchanges of other talk."""
        return self.rng.choice(_GAPS)

    # ---- asking ------------------------------------------------------------------------------------------------------

    def asked(self, fact: Fact, *, is_told: bool = True) -> Question:
        """A way of asking for the fact."""
        named = things(fact)
        clauses = [clause for clause in fact["I"] if clause not in named]
        kind = self.rng.choices(tuple(_KIND_WEIGHTS), tuple(_KIND_WEIGHTS.values()))[0]
        options = {"question": fact["Q"], "noun": named, "clause": clauses}[kind]
        if not is_told:
            options = [option for option in options if not _SAYS_IT_WAS_TOLD.search(option)]
        if not options:
            kind, options = "question", fact["Q"]
        thing = self.rng.choice(options)
        text, manner = asked(self.rng, thing, kind, is_told=is_told)
        return Question(text, manner, "" if kind == "question" else thing)

    def put(self, question: str) -> str:
        """A ready question, mostly in some frame that wants a plain answer; a request stays as it is."""
        plain = question.removesuffix("?")
        if not _PLAIN_QUESTION.match(plain):
            return question
        return framed(self.rng, plain, "question", is_told=True)

    def question(self, fact: Fact) -> str:
        """A way of asking that wants a plain answer."""
        while (question := self.asked(fact)).manner != "U":
            pass
        return question.text

    def answer(self, fact: Fact) -> str:
        """The plain answer."""
        return self.rng.choice(fact["A"])

    def ask(self, fact: Fact) -> None:
        """The user asks, Wren gives the right answer."""
        self.talk.values["a"] = fill(self.answer(fact), self.talk.values)
        question = self.asked(fact)
        self.talk.user(question.text)
        answers = _ANSWERED_BY.get(question.manner)
        self.talk.wren(self.rng.choice(phrases("memory")[answers]["B"]) if answers else "{a}")

    def thank(self, chance: float = 0.3) -> None:
        """Sometimes the user is pleased."""
        if self.rng.random() < chance:
            self.talk.exchange(phrases("memory")[self.rng.choice(("thanks", "thanks", "thank_you"))])


def one_fact(memory: MemoryTalk) -> None:
    """Told, talked about other things, asked."""
    memory.settle()
    if memory.rng.random() < 0.2:
        memory.chat(memory.rng.choice((1, 1, 2)))
    fact = memory.choose()
    memory.tell(fact)
    memory.chat(memory.gap())
    memory.ask(fact)
    memory.thank()
    if memory.rng.random() < 0.15:
        memory.chat(memory.rng.choice((0, 1, 2)))
        memory.ask(fact)


def name_or_pet(memory: MemoryTalk) -> None:
    """The facts that matter most, over all distances."""
    memory.settle()
    fact = memory.choose(memory.rng.choice(("name", "name", "name", "pet", "pet", "relative_name", "home_city")))
    memory.tell(fact)
    memory.chat(memory.gap())
    if "P" in fact and memory.rng.random() < 0.25:
        memory.talk.user(memory.rng.choice(("I'm back.", "so, here I am again.", "let's talk about something else.")))
        memory.talk.wren(memory.rng.choice(fact["P"]))
    memory.ask(fact)
    memory.thank()
    if memory.rng.random() < 0.25:
        memory.chat(memory.rng.choice((1, 2, 3)))
        memory.ask(fact)


_EASILY_MIXED_UP = ("name", "pet", "home_city", "relative_name", "relative_city", "surname", "street", "boat", "trip",
                    "job", "age", "country", "team", "secret_word", "colour", "food", "teacher", "dinner_guest",
                    "bus_line")
"""Names of one thing and another, among which the right one must be chosen by kind."""


def _tell_all(memory: MemoryTalk, told: Sequence[Fact]) -> None:
    """Tell the facts one after the other, some of them two to a message."""
    left = list(told)
    while left:
        if len(left) > 1 and memory.rng.random() < 0.25:
            first, second = left.pop(0), left.pop(0)
            both = memory.rng.choice((first, second))
            said = [memory.rng.choice(fact["T"]) for fact in (first, second)]
            memory.talk.user(memory.rng.choice(_JOINED).format(said[0].rstrip(".!"), said[1].rstrip(".!")))
            memory.talk.wren(memory.rng.choice(both["R"]))
        else:
            memory.tell(left.pop(0))
        memory.chat(memory.rng.choice((0, 0, 0, 1, 2)))


_JOINED = ("{}. {}.", "{}, and {}.", "{} and {}.", "{}. also, {}.", "{}. oh, and {}.", "{}. by the way, {}.",
           "two things: {}, and {}.", "{}. another thing, {}.", "{}; {}.")
"""Two facts in one message."""


def several_facts(memory: MemoryTalk) -> None:
    """Two to five facts of different kinds; some are asked for. Often they are small ones that are easily mixed up."""
    memory.settle()
    kinds = _EASILY_MIXED_UP if memory.rng.random() < 0.5 else tuple(facts())
    told = together(memory, memory.rng.sample(kinds, memory.rng.choice((2, 3, 3, 4, 5))))
    _tell_all(memory, told)
    memory.chat(memory.rng.choice((0, 1, 2, 4, 6)))
    for fact in memory.rng.sample(told, memory.rng.randint(1, len(told))):
        memory.ask(fact)
    memory.thank()


def two_people(memory: MemoryTalk) -> None:
    """Something about two people; the right one is asked for, by name or by the thing."""
    memory.settle()
    block = memory.rng.choice(list(phrases("two_people").values()))
    memory.avoid |= {"sister", "brother", "mother", "mum", "dad", "dog", "cat", "pet", "works", "lives", "live"}
    memory.talk.exchange(block, "T", "R")
    memory.chat(memory.gap())
    for user, wren in memory.rng.sample((("QX", "AX"), ("QY", "AY"), ("ZX", "BX"), ("ZY", "BY")),
                                        memory.rng.choice((1, 1, 2, 3))):
        memory.talk.user(memory.put(memory.rng.choice(block[user])))
        memory.talk.wren(memory.rng.choice(block[wren]))
    memory.thank()


KINDS: dict[str, Callable[[MemoryTalk], None]] = {
    "one_fact": one_fact, "name_or_pet": name_or_pet, "several_facts": several_facts, "two_people": two_people,
}

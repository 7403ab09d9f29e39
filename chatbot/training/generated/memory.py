"""Dialogues in which something is told, other things are talked about, and the thing is asked for.

Kinds: one fact, several facts, a correction, a thing never told, two people who must not be mixed up, a list that is
added to, chores in order, and Wren using a name by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from chatbot.training.generated.grammar import fill, phrases, slots
from chatbot.training.generated.pools import draw, invented, pool
from chatbot.training.generated.smalltalk import SmallTalk
from chatbot.training.generated.talk import Talk

Fact = Mapping[str, tuple[str, ...]]

_GAPS = (0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12)
"""Exchanges between telling and asking."""
_FRAMES = ("ask", "ask_thing", "ask_yes", "ask_can", "ask_please", "ask_forgotten")
_FRAME_WEIGHTS = (0.45, 0.2, 0.14, 0.07, 0.1, 0.04)
_ANSWERED_BY = {"ask_yes": "yes", "ask_can": "can", "ask_forgotten": "forgotten"}
"""Blocks of answers that fit a way of asking; the others are answered plainly."""
_OF_A_THING = ("my ", "our ", "the ")
"""How clauses begin that are no clauses but name a thing."""
_SAME_PERSON = {"mother": "parent", "mum": "parent", "father": "parent", "dad": "parent", "partner": "spouse",
                "wife": "spouse", "husband": "spouse", "girlfriend": "spouse", "boyfriend": "spouse",
                "flatmate": "roommate", "grandma": "grandmother", "grandpa": "grandfather"}
_MIRRORED = {"my": "your", "i": "you", "i'm": "you're", "am": "are", "me": "you", "our": "your", "we": "you"}
_MIRROR = re.compile(r"\b(my|i'm|i|am|me|our|we)\b", re.IGNORECASE)


def mirrored(clause: str) -> str:
    """A clause about the speaker as the other one says it: "what my dog is called" -> "what your dog is called"."""
    return _MIRROR.sub(lambda match: _MIRRORED[match[1].lower()], clause)


def facts() -> dict[str, Fact]:
    """All kinds of facts by name."""
    return phrases("facts")


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


class MemoryTalk:
    """Writes memory dialogues into a ``Talk``."""

    def __init__(self, talk: Talk, small_talk: SmallTalk) -> None:
        self.talk = talk
        self.rng = talk.rng
        self.small_talk = small_talk
        self.avoid: set[str] = set()

    # ---- telling -----------------------------------------------------------------------------------------------------

    def choose(self, name: str | None = None) -> Fact:
        """A kind of fact; the words that stand for it are kept out of the small talk."""
        fact = facts()[name or self.rng.choice(list(facts()))]
        self.avoid |= set(fact["W"][0].split())
        if "relation" in fact["N"][0] and self.rng.random() < 0.7:
            self.talk.values["person"] = invented(self.rng, "person")  # a made-up name is neither a man's nor a woman's
        if fact is facts()["relative_age"]:
            ages = self.rng.sample(range(*_ages(self.talk.values["kin"])), 2)
            self.talk.values["number_of_years"], self.talk.values["number_of_years9"] = map(str, ages)
        return fact

    def settle(self) -> None:
        """Draw two relations that are two people, before any sentence asks for them."""
        values = self.talk.values
        values["relation"] = draw(self.rng, "relation")
        others = [other for other in pool("relation") if _role(other) != _role(values["relation"])]
        values["relation2"] = self.rng.choice(others)
        values["relation9"] = self.rng.choice(others)

    def tell(self, fact: Fact) -> None:
        """The user says it, Wren reacts."""
        self.talk.exchange(fact, "T", "R")

    def tell_wrong_then_correct(self, fact: Fact, between: int) -> None:
        """The user says a wrong value first."""
        values, key = self.talk.values, fact["V"][0]
        right = values[key]
        wrong = values[f"{key}9"]
        values[key] = wrong
        self.tell(fact)
        self.chat(between)
        values[key], values[f"{key}9"] = right, wrong
        self.talk.exchange(fact, "C", "K")

    def chat(self, exchanges: int) -> None:
        """Other talk that does not touch the facts."""
        self.small_talk.add(self.talk, exchanges, self.avoid)

    def gap(self) -> int:
        """A number of exchanges of other talk."""
        return self.rng.choice(_GAPS)

    # ---- asking ------------------------------------------------------------------------------------------------------

    def ask(self, fact: Fact, is_corrected: bool = False) -> None:
        """The user asks, perhaps with a word about the correction; Wren gives the right answer."""
        self.talk.values["a"] = fill(self.rng.choice(fact["A"]), self.talk.values)
        frames = {"ask_corrected": 0.4, "ask": 0.6} if is_corrected and self.rng.random() < 0.7 else None
        frame, user = self._question(fact, phrases("memory"), frames)
        self.talk.user(user)
        answers = _ANSWERED_BY.get(frame)
        self.talk.wren(self.rng.choice(phrases("memory")[answers]["B"]) if answers else "{a}")

    def _question(self, fact: Fact, blocks: Mapping[str, Fact],
                  weights: Mapping[str, float] | None = None) -> tuple[str, str]:
        """A way of asking and its name."""
        weights = weights or dict(zip(_FRAMES, _FRAME_WEIGHTS, strict=True))
        frame = self.rng.choices(tuple(weights), tuple(weights.values()))[0]
        things = [clause for clause in fact["I"] if clause.startswith(_OF_A_THING)]
        if frame == "ask_thing" and not things:
            frame = "ask"
        user = self.rng.choice(blocks[frame]["U"])
        if "{p}" in user:
            return frame, user.replace("{p}", self.rng.choice(things))
        asked = self.rng.choice(fact["Q"] if "{q}" in user else fact["I"])
        if asked.startswith(_OF_A_THING):
            user = user.replace("remind me {i}", "remind me of {i}").replace("remind me again {i}", "remind me of {i}")
        return frame, user.replace("{q}", asked).replace("{i}", asked)

    def ask_untold(self, fact: Fact) -> None:
        """The user asks for what was never said, and Wren says so."""
        blocks, values = phrases("memory"), self.talk.values
        while True:
            frame, user = self._question(fact, blocks)
            if not re.search(r"told|again|bet|forg", user):
                break
        self.talk.user(user)
        values["n"] = fill(mirrored(self.rng.choice(fact["N"])), values)
        knows_not_yet = "know" in user
        self.talk.wren(self.rng.choice([line for line in blocks["unknown"]["B"]
                                        if knows_not_yet or not line.startswith("Not yet")]))

    def after_untold(self, fact: Fact) -> None:
        """The user was testing, or tells it now and asks again."""
        blocks = phrases("memory")
        if self.rng.random() < 0.4:
            self.talk.exchange(blocks["unknown_tested"])
            return
        self.talk.values["v"] = self.talk.values[fact["V"][0]]
        if self.rng.random() < 0.5:
            self.talk.exchange(fact, "T", "R")
        else:
            self.talk.exchange(blocks["unknown_told"])
        if self.rng.random() < 0.6:
            self.chat(self.rng.choice((0, 0, 1, 2, 3)))
            self.ask(fact)

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


def several_facts(memory: MemoryTalk) -> None:
    """Two to five facts of different kinds; some are asked for. Often they are small ones that are easily mixed up."""
    memory.settle()
    told: list[Fact] = []
    kinds = _EASILY_MIXED_UP if memory.rng.random() < 0.5 else tuple(facts())
    names = memory.rng.sample(kinds, memory.rng.choice((2, 3, 3, 4, 5)))
    taken: set[str] = set()
    for name in names:
        fact = facts()[name]
        gaps = {slot for line in (*fact["T"], *fact["A"]) for slot in slots(line)}
        if not taken & gaps:
            taken |= gaps
            told.append(memory.choose(name))
    for fact in told:
        memory.tell(fact)
        memory.chat(memory.rng.choice((0, 0, 0, 1, 2)))
    memory.chat(memory.rng.choice((0, 1, 2, 4, 6)))
    for fact in memory.rng.sample(told, memory.rng.randint(1, len(told))):
        memory.ask(fact)
    memory.thank()


def correction(memory: MemoryTalk) -> None:
    """A wrong value, put right; the right one is asked for."""
    memory.settle()
    fact = memory.choose()
    memory.tell_wrong_then_correct(fact, memory.rng.choice((0, 0, 0, 1, 2)))
    memory.chat(memory.gap())
    memory.ask(fact, is_corrected=True)
    memory.thank()


def never_told(memory: MemoryTalk) -> None:
    """Asked for what was not said, perhaps after something else was."""
    memory.settle()
    untold = memory.choose(memory.rng.choice([name for name in facts() if name not in ("pet_kind", "relative_who")]))
    if memory.rng.random() < 0.6:
        known = {slot for line in (*untold["T"], *untold["A"], *untold["Q"]) for slot in slots(line)}
        free = [fact for fact in facts().values()
                if not known & {slot for line in (*fact["T"], *fact["A"]) for slot in slots(line)}]
        memory.tell(memory.rng.choice(free))
    memory.chat(memory.rng.choice((0, 1, 1, 2, 3, 5)))
    if not memory.talk.turns:
        memory.small_talk.open(memory.talk)
    memory.ask_untold(untold)
    memory.after_untold(untold)


def near_miss(memory: MemoryTalk) -> None:
    """One pet or relative is known, another one is asked for."""
    memory.settle()
    values = memory.talk.values
    is_pet = memory.rng.random() < 0.5
    fact = memory.choose("pet" if is_pet else "relative_name")
    memory.tell(fact)
    memory.chat(memory.rng.choice((0, 1, 1, 2, 3, 5)))
    memory.talk.values["species2"] = memory.rng.choice([s for s in ("dog", "cat", "rabbit", "hamster", "parrot")
                                                        if s != values["species"]])
    other = "species2" if is_pet else "relation2"
    asked = memory.rng.choice((f"what's my {{{other}}} called?", f"do you remember my {{{other}}}'s name?",
                               f"and what's my {{{other}}}'s name?", f"what is the name of my {{{other}}}?"))
    memory.talk.user(asked)
    memory.talk.wren(memory.rng.choice(phrases("memory")["other_pet" if is_pet else "other_relative"]["B"]))
    if memory.rng.random() < 0.5:
        memory.talk.exchange(phrases("memory")["unknown_tested"])
    if memory.rng.random() < 0.4:
        memory.ask(fact)


def two_people(memory: MemoryTalk) -> None:
    """Something about two people; the right one is asked for, by name or by the thing."""
    memory.settle()
    block = memory.rng.choice(list(phrases("two_people").values()))
    memory.avoid |= {"sister", "brother", "mother", "mum", "dad", "dog", "cat", "pet", "works", "lives", "live"}
    memory.talk.exchange(block, "T", "R")
    memory.chat(memory.gap())
    for user, wren in memory.rng.sample((("QX", "AX"), ("QY", "AY"), ("ZX", "BX"), ("ZY", "BY")),
                                        memory.rng.choice((1, 1, 2, 3))):
        memory.talk.exchange(block, user, wren)
    memory.thank()


KINDS: dict[str, Callable[[MemoryTalk], None]] = {
    "one_fact": one_fact, "name_or_pet": name_or_pet, "several_facts": several_facts, "correction": correction,
    "never_told": never_told, "near_miss": near_miss, "two_people": two_people,
}

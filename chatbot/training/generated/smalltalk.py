"""The talk between: short exchanges that need nothing before them, and whole small dialogues given from outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from chatbot.training.corpus import Document
from chatbot.training.generated import knowledge, numbers, words
from chatbot.training.generated.grammar import phrases, slots
from chatbot.training.generated.talk import Talk

_WORD = re.compile(r"[a-z']+")
_PERSONAL = re.compile(r"\b(remember|name|called|again|told|said|list|bye|night|goodbye|dreams|off|see you|cya|gtg)\b",
                       re.IGNORECASE)
"""Dialogues with these are no filler: they recall, introduce or end something themselves."""

_SKILLS: tuple[Callable[[Talk], None], ...] = (
    numbers.one_sum, words.opposite, words.spelling, knowledge.calendar, knowledge.colour_of, knowledge.category,
    knowledge.fact, knowledge.fact, words.choosing, numbers.which_number)


class SmallTalk:
    """Adds a number of exchanges of other talk to a dialogue."""

    def __init__(self, dialogues: Iterable[Document] = ()) -> None:
        """``dialogues`` are ready dialogues in Wren's voice of which the suitable ones are used as a whole."""
        self._dialogues: dict[tuple[bool, int], list[tuple[tuple[str, ...], frozenset[str]]]] = {}
        for document in dialogues:
            if is_filler(document):
                self._keep(document.turns)

    def _keep(self, turns: tuple[str, ...]) -> None:
        """Keep a dialogue and its beginnings that end with a statement, by how its user types and by exchanges."""
        is_casual = turns[0][:1].islower()
        for end in range(2, len(turns) + 1, 2):
            if end == len(turns) or not turns[end - 1].endswith("?"):
                spoken = frozenset(_WORD.findall(" ".join(turns[:end]).lower()))
                self._dialogues.setdefault((is_casual, end // 2), []).append((turns[:end], spoken))

    def open(self, talk: Talk) -> None:
        """A greeting, for a dialogue that would begin with nothing."""
        block = phrases("everyday")[talk.rng.choice(("hello", "hello", "morning", "afternoon", "evening"))]
        talk.exchange(block)

    def add(self, talk: Talk, exchanges: int, avoid: set[str]) -> None:
        """Exactly ``exchanges`` exchanges that hold none of the words ``avoid``."""
        target = len(talk.turns) + 2 * exchanges
        while (left := (target - len(talk.turns)) // 2) > 0:
            if not self._given(talk, left, avoid):
                self._made(talk, left, avoid)

    def _given(self, talk: Talk, left: int, avoid: set[str]) -> bool:
        lengths = [key for key in self._dialogues if key[1] <= left and key[0] == talk.style.is_casual]
        if not lengths or talk.rng.random() < 0.45:
            return False
        for _ in range(6):
            turns, spoken = talk.rng.choice(self._dialogues[talk.rng.choice(lengths)])
            if avoid.isdisjoint(spoken) and id(turns) not in talk.used and turns[0] not in talk.turns:
                talk.used.add(id(turns))
                talk.given(turns)
                return True
        return False

    def _made(self, talk: Talk, left: int, avoid: set[str]) -> None:
        """One or two exchanges from phrases, or a small question of general knowledge."""
        before = len(talk.turns)
        for attempt in range(12):
            kept = dict(talk.values.known)
            self._one(talk, left)
            said = " ".join(talk.turns[before:]).lower()
            known = talk.values.known
            talk.values.known = kept
            if attempt == 11 or (avoid.isdisjoint(_WORD.findall(said)) and not _touches(said, kept, known)):
                return
            del talk.turns[before:]

    @staticmethod
    def _one(talk: Talk, left: int) -> None:
        chance = talk.rng.random()
        if chance < 0.3:
            skill = talk.rng.choice(_SKILLS)
            before = len(talk.turns)
            kept, talk.values.known = talk.values.known, {}
            skill(talk)
            talk.values.known = kept
            del talk.turns[before + 2:]
            return
        file = "filler" if chance < 0.8 else "self" if chance < 0.9 else "limits"
        block = talk.rng.choice([block for block in plain_blocks(file) if id(block) not in talk.used])
        talk.used.add(id(block))
        talk.topic(block, 0.4 if left > 1 else 0.0)


def _touches(said: str, kept: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Whether the small talk says a value that the dialogue has told."""
    return any(len(value) > 2 and value.lower() in said for key, value in kept.items() if key in known and key != "a")


def plain_blocks(file: str) -> Sequence[Mapping[str, tuple[str, ...]]]:
    """Blocks whose sentences have no gaps and open nothing heavy."""
    if file not in _PLAIN:
        _PLAIN[file] = [block for name, block in phrases(file).items()
                        if name not in _NOT_IN_BETWEEN
                        and not any(slots(line) for lines in block.values() for line in lines)]
    return _PLAIN[file]


_NOT_IN_BETWEEN = frozenset({"crisis", "emergency", "medical", "name", "memory", "yesterday", "last_time", "forget"})
_PLAIN: dict[str, list[Mapping[str, tuple[str, ...]]]] = {}


def is_filler(document: Document) -> bool:
    """Whether a dialogue can stand in the middle of another: short, alternating, recalling and ending nothing."""
    if not document.is_own_voice or len(document.turns) % 2 or not 2 <= len(document.turns) <= 8:
        return False
    if any(speaker != place % 2 for place, speaker in enumerate(document.speakers)):
        return False
    text = " ".join(document.turns)
    return not _PERSONAL.search(text) and not _GREETING.match(document.turns[0]) and not _I_AM.search(text)


_GREETING = re.compile(r"\s*(hi|hello|hey|good (morning|afternoon|evening|day)|morning|yo|sup|howdy|greetings)\b",
                       re.IGNORECASE)
_I_AM = re.compile(r"\b([Ii]'?m|[Ii] am|my (dog|cat|sister|brother|son|daughter|wife|husband)) [A-Z]")

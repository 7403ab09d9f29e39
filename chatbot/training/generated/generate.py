"""The mixture of generated dialogues: which kinds there are, how often each comes, and the stream of documents."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chatbot.core.errors import TrainingError
from chatbot.training.cards.reader import is_on_a_card
from chatbot.training.corpus import Document
from chatbot.training.generated import corrections, knowledge, lists, memory, numbers, untold, who_is_who, words
from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.rewording import ask
from chatbot.training.generated.smalltalk import SmallTalk
from chatbot.training.generated.talk import Talk

DEFAULT_SHARES: dict[str, float] = {
    "name_or_pet": 14, "one_fact": 14, "several_facts": 16, "correction": 15, "never_told": 24, "near_miss": 9,
    "two_people": 9, "shopping": 5, "chores": 2, "several_people": 4, "uses_name": 4,
    "who_is_who": 16, "about_me": 8, "self_after_telling": 20,
    "sums": 36, "counting": 3, "which_number": 1, "next_number": 1, "pets_in_all": 0.5,
    "opposite": 24, "spelling": 30, "repeating": 2, "choosing": 1, "preferring": 1.5,
    "calendar": 45, "colour_of": 5, "animal": 26, "category": 14, "odd_one_out": 1, "fact": 20,
    "quiz": 20, "self": 48, "limits": 4, "repair": 3, "everyday": 3, "whole_chat": 6,
}
"""Kinds of dialogue and how often each is drawn, relative to the others. Small questions are drawn often because they
are short: a dialogue of remembering has five to ten times their words."""

_LIGHT = ("sums", "opposite", "spelling", "calendar", "colour_of", "animal", "category", "fact", "which_number",
          "next_number", "repeating")


def _uses_name(talk: Talk, small_talk: SmallTalk) -> None:
    """Wren learns a name or a pet's name and comes back to it unasked."""
    telling = memory.MemoryTalk(talk, small_talk)
    telling.settle()
    fact = telling.choose(talk.rng.choice(("name", "name", "pet")))
    telling.tell(fact)
    telling.chat(talk.rng.choice((1, 2, 3, 5)))
    has_name = "person" in talk.values.known
    leaves = talk.rng.random() < 0.6
    if leaves:
        talk.user(talk.rng.choice(("bye!", "I have to go.", "good night.", "ok, talk later.", "that's all for today.",
                                   "I'm off to bed.", "gotta go, bye.")))
        talk.wren(talk.rng.choice(("Bye, {person}. Take care.", "Goodbye, {person}.", "See you, {person}.",
                                   "Take care, {person}. It was good to talk.") if has_name else
                                  ("Bye! Give {pet} a pat from me.", "Take care, and say hello to {pet}.",
                                   "Goodbye to you and {pet}.")))
    else:
        talk.user(talk.rng.choice(("I'm back.", "back again.", "ok, what now?", "so, what shall we talk about?",
                                   "ask me something.")))
        talk.wren(talk.rng.choice(("Tell me, {person}, what made you smile today?",
                                   "Well, {person}, how was your morning?",
                                   "Your turn, {person}. What's on your mind?") if has_name else
                                  ("Tell me more about {pet}. What does {pet} do all day?", "How is {pet} doing?",
                                   "Does {pet} know any tricks?")))


def _quiz(talk: Talk, small_talk: SmallTalk) -> None:
    """Several small questions in a row."""
    kinds = {**numbers.KINDS, **words.KINDS, **knowledge.KINDS}
    if talk.rng.random() < 0.4:
        talk.user(talk.rng.choice(("let's do a quiz.", "I'll ask you some questions.", "can I test you?",
                                   "let me see what you know.", "question time.")))
        talk.wren(talk.rng.choice(("Go ahead. I only know simple things.", "I'm ready.", "All right, ask away.",
                                   "Try me, but nothing too hard.")))
    for _ in range(talk.rng.randint(2, 5)):
        talk.values.known.clear()
        kinds[talk.rng.choice(_LIGHT)](talk)
    if talk.rng.random() < 0.3:
        talk.exchange(phrases("everyday")["thanks"])


def _from_phrases(file: str, most: int) -> Callable[[Talk, SmallTalk], None]:
    """Dialogues of one to ``most`` blocks of a phrase file."""
    def write(talk: Talk, small_talk: SmallTalk) -> None:
        blocks = list(phrases(file).items())
        for name, block in talk.rng.sample(blocks, talk.rng.randint(1, most)):
            talk.values.known.clear()
            if name in _NOT_REWORDED:
                talk.topic(block)
            else:
                ask(talk, block)
    return write


_NOT_REWORDED = frozenset({"crisis", "emergency"})
"""Blocks whose sentences are no questions to play with."""


def _self(talk: Talk, small_talk: SmallTalk) -> None:
    """One to four questions about Wren, sometimes after a greeting or in the middle of another chat."""
    chance = talk.rng.random()
    if chance < 0.3:
        small_talk.add(talk, talk.rng.choice((1, 1, 2)), set())
    elif chance < 0.5:
        small_talk.open(talk)
    _from_phrases("self", 4)(talk, small_talk)


def _everyday(talk: Talk, small_talk: SmallTalk) -> None:
    """Greeting, how are you, a little talk, thanks, goodbye."""
    blocks = phrases("everyday")
    opening = talk.rng.choice(("hello", "morning", "afternoon", "evening"))
    talk.exchange(blocks[opening])
    if opening == "hello" and talk.turns[-1].endswith(("are you?", "going?")):
        talk.exchange(blocks[talk.rng.choice(("good", "good", "bad"))])
    elif talk.rng.random() < 0.4:
        talk.exchange(blocks["how"])
    small_talk.add(talk, talk.rng.choice((0, 1, 1, 2)), set())
    if talk.rng.random() < 0.4:
        talk.exchange(blocks["thanks"])
    if talk.rng.random() < 0.5:
        talk.exchange(blocks["night" if opening == "evening" else "bye"])


def _whole_chat(talk: Talk, small_talk: SmallTalk) -> None:
    """A longer chat: greeting, name, a question about Wren, small talk, the name asked for, goodbye."""
    blocks = phrases("everyday")
    telling = memory.MemoryTalk(talk, small_talk)
    telling.settle()
    small_talk.open(talk)
    fact = telling.choose("name")
    telling.tell(fact)
    for step in talk.rng.sample(("self", "chat", "chat", "limits", "pet"), talk.rng.randint(2, 4)):
        if step == "chat":
            telling.chat(talk.rng.randint(1, 3))
        elif step == "pet":
            telling.tell(telling.choose("pet"))
        else:
            skipped = ("crisis", "emergency", "name", "unknown_fact", "big_sum", "weather")
            kept = [block for name, block in phrases(step).items() if name not in (*skipped, *_ABOUT_OTHERS)]
            ask(talk, talk.rng.choice(kept))
    if talk.rng.random() < 0.7:
        telling.ask(fact)
    if "pet" in talk.values.known and talk.rng.random() < 0.6:
        telling.ask(memory.facts()["pet"])
    if talk.rng.random() < 0.4:
        talk.exchange(blocks["bye"])


_ABOUT_OTHERS = frozenset({"call_things", "mail_things", "book_things", "city_fact", "person_fact", "news", "time",
                           "team_fact", "odd_word", "birthplace", "untold_neighbour"})
"""Blocks that name people or towns, which would be those that the user has told of."""


def _repair(talk: Talk, small_talk: SmallTalk) -> None:
    """Odd input by itself, or a complaint after an exchange that it can be about."""
    name, block = talk.rng.choice(list(phrases("repair").items()))
    if name in _NEEDS_CONTEXT or talk.rng.random() < 0.4:
        small_talk.add(talk, talk.rng.choice((1, 1, 2)), set())
    talk.topic(block)
    if talk.rng.random() < 0.4:
        small_talk.add(talk, talk.rng.choice((1, 1, 2)), set())


_NEEDS_CONTEXT = frozenset({"wrong", "not_asked", "repeat", "marks", "insult", "praise", "commands", "ok", "laugh"})


def _alone(write: Callable[[Talk], None]) -> Callable[[Talk, SmallTalk], None]:
    def run(talk: Talk, small_talk: SmallTalk) -> None:
        write(talk)
    return run


def _with_memory(write: Callable[[memory.MemoryTalk], None]) -> Callable[[Talk, SmallTalk], None]:
    def run(talk: Talk, small_talk: SmallTalk) -> None:
        write(memory.MemoryTalk(talk, small_talk))
    return run


WRITERS: dict[str, Callable[[Talk, SmallTalk], None]] = {
    **{name: _with_memory(write)
       for kinds in (memory.KINDS, corrections.KINDS, untold.KINDS, lists.KINDS, who_is_who.KINDS)
       for name, write in kinds.items()},
    **{name: _alone(write) for name, write in {**numbers.KINDS, **words.KINDS, **knowledge.KINDS}.items()},
    "uses_name": _uses_name, "quiz": _quiz, "self": _self, "limits": _from_phrases("limits", 3),
    "repair": _repair, "everyday": _everyday, "whole_chat": _whole_chat,
}


def generate(seed: int, count: int, kinds: Mapping[str, float] | None = None, *,
             small_talk: Iterable[Document] = ()) -> Iterator[Document]:
    """``count`` dialogues in Wren's voice; the same arguments give the same dialogues.

    ``kinds`` are relative shares by name (default ``DEFAULT_SHARES``). ``small_talk`` are ready dialogues of Wren's
    (the project's own, without the held-out ones), of which short ones stand between telling and asking.
    """
    shares = DEFAULT_SHARES if kinds is None else kinds
    unknown = sorted(set(shares) - set(WRITERS))
    if unknown or not any(share > 0 for share in shares.values()):
        raise TrainingError(f"There is no kind of generated dialogue called {unknown[0]!r}." if unknown else
                            "At least one kind of generated dialogue must have a share above 0.")
    names, weights = zip(*((name, share) for name, share in shares.items() if share > 0), strict=True)
    between = SmallTalk(small_talk)
    for number in range(count):
        yield _one(random.Random(seed * 1_000_003 + number), names, weights, between)


def _one(rng: random.Random, names: Sequence[str], weights: Sequence[float], between: SmallTalk) -> Document:
    """A dialogue that asks no question of the cards; one that does is thrown away."""
    while True:
        talk = Talk(rng)
        WRITERS[rng.choices(names, weights)[0]](talk, between)
        if not is_on_a_card(talk.turns[::2]):
            return talk.document()

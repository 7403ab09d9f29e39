"""Made-up people who chat, each in an own way: favourite words, spelling, marks, subjects. All follows from a seed.

The text is this module's own. What people say is put together from parts, so that no message says much of the next,
and who says it shows in how it is said.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_GREETINGS = ("hi", "hey", "hello", "morning", "yo", "hiya", "good evening", "oi", "heya", "howdy")
_YES = ("yes", "yeah", "yep", "sure", "of course", "totally", "indeed", "aye", "ok", "fine")
_NO = ("no", "nope", "nah", "not really", "never", "no way", "afraid not", "hardly", "no thanks", "not today")
_FILLERS = ("well", "so", "honestly", "anyway", "like", "you know", "basically", "actually", "right", "look")
_ENDS = ("", " :)", " haha", " lol", " xx", " :D", " mate", " dear", " you see", " i guess")
_MARKS = (".", "", "!", "...", "!!", ".", "", "~", ".", "")
_GOOD = ("good", "great", "lovely", "brilliant", "nice", "decent", "wonderful", "sweet", "splendid", "cool")
_BAD = ("bad", "awful", "rubbish", "terrible", "grim", "annoying", "dreadful", "sad", "poor", "meh")
_SUBJECTS = {
    "garden": ("the tomatoes", "my roses", "the shed", "the lawn", "some seeds", "the apple tree"),
    "football": ("the match", "our striker", "the second half", "the referee", "training", "the league table"),
    "cooking": ("a lentil soup", "the new oven", "my curry", "fresh bread", "an onion tart", "the pancakes"),
    "music": ("the new album", "my guitar", "choir practice", "that concert", "the bass line", "an old record"),
    "work": ("the meeting", "my boss", "the invoices", "the new office", "that deadline", "the night shift"),
    "trains": ("the late train", "the old station", "my ticket", "the signal box", "the ferry", "platform two"),
    "books": ("the last chapter", "that novel", "the library", "a ghost story", "the book club", "my notes"),
    "dogs": ("the long walk", "the vet", "a new lead", "the muddy paws", "the puppy class", "the old sofa"),
    "sewing": ("the blue fabric", "my machine", "a winter coat", "the pattern", "those buttons", "the hem"),
    "bikes": ("the flat tyre", "the hill", "my helmet", "the chain", "the canal path", "the race"),
}
_WHO = ("my sister", "the neighbour", "old Frank", "someone", "a friend", "the woman next door", "my cousin", "nobody",
        "the postman", "Aunt May", "my flatmate", "the new guy", "a stranger", "our teacher", "the whole team",
        "my dad")
_DID = ("forgot", "fixed", "talked about", "laughed at", "paid for", "broke", "found", "asked about", "carried", "hid",
        "cleaned", "painted", "dreamt of", "lost", "sold", "photographed", "borrowed", "complained about", "missed")
_WHERE = ("in the kitchen", "near the bridge", "at the market", "on the bus", "behind the school", "by the river",
          "in the rain", "upstairs", "at the station", "under the table", "in town", "at the corner shop", "at home",
          "on the stairs", "next to the bank", "in a cafe")
_WHEN = ("on saturday", "after lunch", "tonight", "last week", "at six", "when it rained", "this morning", "on monday",
         "before dinner", "at the weekend", "some time ago", "all day", "twice", "again", "for an hour", "in may")
_WHY = ("because the bus was late", "and then went home", "but it was too cold", "so i had to wait", "which is typical",
        "and spilled the tea", "although it was closed", "before anyone noticed", "and sang about it",
        "but kept quiet", "so we had soup", "and everybody clapped", "while the radio played", "and it cost ten pounds",
        "but the door was locked", "since there was no milk")
_SIZE = ("big", "small", "red", "new", "broken", "cheap", "heavy", "strange", "noisy", "lost", "cold", "famous")
_PARTNER = ("How was {s}?", "Did you see to {s}?", "What about {s}?", "Were you there {p}?", "I am tired today.",
            "Tell me about {s}.", "Was that {p}?", "Is everything all right?", "What did you do today?",
            "I had soup for lunch.", "My sister says hello.", "It rained all day here.", "Did {w} come {p}?")
_NAMES = ("Ada", "Bruno", "Chidi", "Dora", "Emil", "Farah", "Gus", "Hana", "Ivo", "Jun")


@dataclass(frozen=True)
class Person:
    """Habits: each is a choice among words, or how often something is done."""

    name: str
    greeting: str
    yes: str
    no: str
    filler: str
    end: str
    mark: str
    good: str
    bad: str
    subjects: tuple[str, str]
    is_lower: bool
    shortens: bool
    filler_share: float
    end_share: float
    pet: str


def make_people(count: int = 10, seed: int = 1) -> list[Person]:
    """``count`` people (10 at most) who share no two habits of the same kind by design."""
    rng = random.Random(seed)
    columns = [rng.sample(words, 10) for words in (_GREETINGS, _YES, _NO, _FILLERS, _ENDS, _MARKS, _GOOD, _BAD)]
    subjects = rng.sample(sorted(_SUBJECTS), 10)
    pets = rng.sample(("Biscuit", "Moss", "Pickle", "Turnip", "Waffle", "Comet", "Olive", "Rusty", "Pepper", "Dot"), 10)
    return [Person(_NAMES[i], *(column[i] for column in columns), (subjects[i], subjects[(i + 1) % 10]),
                   rng.random() < 0.5, rng.random() < 0.4, rng.uniform(0.2, 0.6), rng.uniform(0.3, 0.8), pets[i])
            for i in range(count)]


def say(person: Person, rng: random.Random) -> str:
    """One message of ``person``."""
    thing = rng.choice(_SUBJECTS[person.subjects[rng.random() < 0.3]])
    who, did, where = rng.choice(_WHO), rng.choice(_DID), rng.choice(_WHERE)
    when, why, size = rng.choice(_WHEN), rng.choice(_WHY), rng.choice(_SIZE)
    text = rng.choice((
        f"{person.yes}, {who} {did} {thing} {when}", f"{who} {did} {thing} {where} {why}",
        f"{person.no}, it was {where} {when}", f"i {did} {thing} {when} {why}",
        f"that is {person.good}, {who} {did} it",
        f"{thing} was {person.good} {when}", f"{thing} was {person.bad} {where} {why}",
        f"{person.pet} {did} a {size} thing {where} {when}", f"do you like {thing}, the {size} one {where}?",
        f"{person.greeting} you, {who} {did} {thing}", f"what a {person.bad} day, i {did} a {size} box {where}",
        f"{person.pet} was {where} {when} {why}"))
    if rng.random() < person.filler_share:
        text = f"{person.filler}, {text}"
    if person.shortens:
        text = text.replace("you", "u").replace("about", "abt").replace("and", "&")
    if not text.endswith("?"):
        text += person.mark
    if rng.random() < person.end_share:
        text += person.end
    return text if person.is_lower else text[:1].upper() + text[1:]


def partner_says(rng: random.Random) -> str:
    """One message of whoever they talk to."""
    things = _SUBJECTS[rng.choice(sorted(_SUBJECTS))]
    return rng.choice(_PARTNER).format(s=rng.choice(things), p=rng.choice(_WHEN), w=rng.choice(_WHO))


def write_log(person: Person, messages: int, target: Path, seed: int = 1) -> Path:
    """A WhatsApp export of ``messages`` messages between ``person`` and Robin; about half are the person's."""
    rng = random.Random(f"{person.name} {seed}")
    now = datetime(2024, 1, 3, 18, 0)
    lines = []
    while len(lines) < messages:
        now += timedelta(hours=rng.choice((9, 14, 26, 40)))
        for _ in range(rng.randint(6, 24)):
            now += timedelta(minutes=rng.randint(1, 9))
            is_own = rng.random() < 0.5
            text = say(person, rng) if is_own else partner_says(rng)
            lines.append(f"{now:%d/%m/%Y, %H:%M} - {person.name if is_own else 'Robin'}: {text}")
    target.write_text("\n".join(lines[:messages]) + "\n", encoding="utf-8")
    return target

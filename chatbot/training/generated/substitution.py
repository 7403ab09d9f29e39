"""Other names in a ready dialogue: people, pets and towns are swapped, only where nothing else hangs on them.

A name is swapped if Wren uses it as a name (a greeting, "called ...", "you're ..."), writes it with a capital every
time, and the dialogue neither spells, explains nor plays with it. A town is swapped if the dialogue says nothing about
where it lies.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from chatbot.training.corpus import Document
from chatbot.training.generated.pools import draw, invented, pool
from chatbot.training.generated.talk import SOURCE

_CAPITALISED = r"([A-Z][^\W\d_]{2,14})"
_INTRODUCED = re.compile(
    r"\b(?:i'?m|i am|it'?s|its me|this is|my name is|my name's|name is|name's|called|named|call me|"
    r"(?:my|our) (?:sister|brother|friend|best friend|cousin|aunt|auntie|uncle|neighbour|neighbor|boss|teacher|"
    r"flatmate|roommate|girlfriend|boyfriend|gf|bf|"
    r"wife|husband|daughter|son|niece|nephew|colleague|coach|partner|baby|grandson|granddaughter)) ([^\W\d_]{3,15})\b",
    re.IGNORECASE)
_GREETED = re.compile(rf"\b(?:[Hh]i|[Hh]ello|[Hh]ey|[Bb]ye|[Gg]oodbye|meet you|hello to),? {_CAPITALISED}\b"
                      r"(?=[.,!?]|$| and )")
_PET_USES = re.compile(rf"\b(?:dog|cat|puppy|kitten|rabbit|hamster|parrot|horse|goat)(?: is)?(?: called| named|,)? "
                       rf"{_CAPITALISED}\b")
_SPELLED = re.compile(r"\b\w-\w-\w|\b\w, \w, \w\b|\b(spell\w*|rhym\w*|letters?|initials?|capital of|the word for|"
                      r"surname|last name)\b", re.IGNORECASE)
_PLAYED_WITH = re.compile(
    r"\b(short for|shorter|nickname|named after|suits?|fits?|fitting|means?|meaning|sounds?|pun|typ\w+|names?|"
    r"pronounce\w*|languages?|word|called that)\b", re.IGNORECASE)
_PLAIN_NAMING = re.compile(r"\b(your|'s|the|my) (?:\w+ )?name (is|was)\b|\bname's\b|\bby name\b|\bnames are\b",
                           re.IGNORECASE)
_ORIGIN = re.compile(r"(ish|ese|ian|ean|can|tch|ench|erman|eek|wiss|zech|hai|uslim|indu|ewish)$")
_TITLE = r"\b(?:Mr|Mrs|Ms|Miss|Dr|Saint|San|New|Aunt|Auntie|Uncle|King|Queen|Captain|Lake|Mount)\.?"
_PLACE_TALK = re.compile(
    r"\b(river|coast|sea|seaside|beach|island|lake|mountains?|capital|language|north\w*|south\w*|east\w*|west\w*|weather|"
    r"country|famous|flight|fly|flew|border|time zone|hours|port|harbour|old town|bridge|tower|snow|desert|rain\w*|hot|"
    r"cold|warm|sun\w*|food|dish|team|bank|university|accent|old|town|city|busy|"
    r"people|england|britain|america|netherlands|holland|usa|russia)\b", re.IGNORECASE)
_GENDERED = re.compile(r"\b(he|she|him|her|his|hers|boy|girl|man|woman|mr|mrs|ms)\b", re.IGNORECASE)


def vary(document: Document, seed: int) -> Document | None:
    """``document`` with other names of people, pets and towns; None where none can be swapped safely.

    The same arguments give the same result.
    """
    rng = random.Random(f"{seed}\n{document.turns}")
    swaps = {name: _replacement(rng, kind, document) for name, kind in safe_names(document).items()}
    if not swaps:
        return None
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, swaps)) + r")\b", re.IGNORECASE)
    by_lower = {name.lower(): new for name, new in swaps.items()}
    turns = tuple(pattern.sub(lambda match: _in_case_of(match[0], by_lower[match[0].lower()]), turn)
                  for turn in document.turns)
    return replace(document, turns=turns, source=SOURCE)


def _in_case_of(old: str, new: str) -> str:
    return new.lower() if old.islower() else new.upper() if old.isupper() else new


def safe_names(document: Document) -> dict[str, str]:
    """Names of the dialogue that may be swapped, with their kind (``person``, ``pet`` or ``city``)."""
    text = "\n".join(document.turns)
    said_by_wren = "\n".join(t for t, speaker in zip(document.turns, document.speakers, strict=True) if speaker == 1)
    if not document.is_own_voice or _SPELLED.search(text):
        return {}
    capitalised = set(re.findall(rf"\b{_CAPITALISED}\b", said_by_wren))
    introduced = {name.lower() for name in _INTRODUCED.findall(text)}
    found = {name: "person" for name in sorted(capitalised) if name.lower() in introduced}
    found |= dict.fromkeys(_GREETED.findall(said_by_wren), "person")
    found |= {name: "pet" for name in _PET_USES.findall(text) if name in capitalised}
    cities = set(pool("city")) & capitalised
    if _mentions_place(text, cities):
        found = {name: kind for name, kind in found.items() if name not in pool("city")}
    else:
        found |= dict.fromkeys(cities, "city")
    return {name: kind for name, kind in found.items() if _is_safe(name, text, said_by_wren)}


def _mentions_place(text: str, cities: set[str]) -> bool:
    """Whether the dialogue says something about a place that would be false of another one."""
    return (len(cities) > 1 or bool(_PLACE_TALK.search(text))
            or any(re.search(rf"\b{re.escape(country)}", text) for country in pool("country")))


def _is_safe(name: str, text: str, said_by_wren: str) -> bool:
    if name in pool("not_names") or _ORIGIN.search(name) or name in pool("country") or name in pool("language"):
        return False
    is_also_a_word = re.search(rf"\b{name.lower()}\b", said_by_wren) is not None
    is_longer_name = re.search(rf"\b{name} [A-Z]|(?<=[a-z,] )[A-Z][a-z]+ {name}\b|{_TITLE} {name}\b",
                               said_by_wren) is not None
    has_other_forms = re.search(rf"\b{name}(?!s\b|'s\b)[a-z]+", text, re.IGNORECASE) is not None
    is_played_with = any(_PLAYED_WITH.search(_PLAIN_NAMING.sub("", line))
                         for line in said_by_wren.split("\n") if name in line)
    is_sentence_start_only = re.search(rf"[\w,;'\"] {name}\b", said_by_wren) is None
    return not (is_played_with or is_sentence_start_only or is_also_a_word or is_longer_name or has_other_forms)


def _replacement(rng: random.Random, kind: str, document: Document) -> str:
    """A new name that the dialogue does not hold. Where somebody is "he" or "she", a made-up one, which fits both."""
    text = "\n".join(document.turns)
    is_gendered = kind == "person" and _GENDERED.search(text) is not None
    while True:
        name = invented(rng, kind) if is_gendered else draw(rng, kind)
        if " " not in name and name.lower() not in text.lower():
            return name

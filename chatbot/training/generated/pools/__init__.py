"""Pools of values that generated dialogues draw from: names, towns, dishes and so on, one text file each.

A file holds comma-separated values; lines that begin with ``#`` are remarks. ``reserved.txt`` lists what only the
question cards may use.
"""

from __future__ import annotations

import random
import re
from functools import cache
from importlib import resources

INVENTED_POOLS = {"person": 0.5, "city": 0.45, "pet": 0.4, "surname": 1.0, "boat": 1.0, "street": 1.0, "secret": 1.0}
"""How often a value is made of syllables instead, so that it can be copied but not remembered from training."""

NUMBER_POOLS = {"number_of_years": (5, 96), "number": (2, 99), "big": (113, 99_999), "hour": (1, 12),
                "shoe_size": (34, 47)}
"""Pools of whole numbers in figures, lowest and highest."""

_ONSETS = ("b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "y", "z", "br", "ch", "dr",
           "fl", "gr", "kr", "pl", "qu", "sh", "sk", "st", "tr", "th", "vl", "zh", "")
_VOWELS = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "a", "e", "i", "o", "ai", "ei", "ia", "io", "oo", "ou")
_CODAS = ("", "", "", "", "", "", "", "", "l", "m", "n", "r", "s", "t", "k", "x", "nd", "rk", "lt",
          "sh", "th", "ll", "nn", "rn", "st")
_ENDINGS = {"person": ("a", "o", "i", "en", "is", "el", "ara", "in", "us", "ek", "ane", "iya", "or", ""),
            "city": ("ton", "burg", "ville", "ford", "by", "stad", "ovo", "aga", "mouth", "ham", "ia", "grad",
                     "port", ""),
            "pet": ("y", "o", "ie", "kin", "bo", "le", "ster", "pop", "i", "us", ""),
            "surname": ("son", "ski", "ov", "ez", "man", "er", "ini", "wicz", "sen", "dottir", "idis", "aard", "ley")}

_RUDE = re.compile(r"sh?it|fuck|cunt|dick|cock|slut|whore|nig|fag|rape|nazi|ch(u|oo)ti?y")
"""What no made-up name may hold."""


@cache
def pool(name: str) -> tuple[str, ...]:
    """The values of ``pools/<name>.txt``, in order; a value listed twice is drawn twice as often."""
    text = (resources.files(__name__) / f"{name}.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(value for line in lines for part in line.split(",") if (value := part.strip()))


@cache
def reserved() -> frozenset[str]:
    """Values of the question cards, in lower case."""
    return frozenset(value.lower() for value in pool("reserved"))


@cache
def _reserved_and_unlucky() -> frozenset[str]:
    return reserved() | set(pool("unlucky"))


def invented(rng: random.Random, kind: str) -> str:
    """A pronounceable made-up name of two to four syllables, in the manner of ``kind``."""
    while True:
        syllables = rng.choice((1, 1, 2, 2, 3) if kind in _ENDINGS else (2, 2, 3))
        stem = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))
        name = stem + (rng.choice(_ENDINGS[kind]) if kind in _ENDINGS else "")
        if 3 <= len(name) <= 10 and name not in _reserved_and_unlucky() and not _RUDE.search(name):
            return name.capitalize()


def draw(rng: random.Random, name: str) -> str:
    """One value of a pool, or a made-up one where the pool allows it."""
    if name in NUMBER_POOLS:
        return str(rng.randint(*NUMBER_POOLS[name]))
    if name == "mash":
        return "".join(rng.choices("asdfghjklqwertyuiop;", k=rng.randint(4, 12)))
    if name in INVENTED_POOLS and rng.random() < INVENTED_POOLS[name]:
        return invented(rng, name)
    return rng.choice(pool(name))

"""Finds what looks like a postal address: a street with a number, or a postal code. Western and East Asian habits."""

from __future__ import annotations

import re
from collections.abc import Iterator

_AFTER_NAME = ("street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "drive", "dr", "court", "ct", "boulevard",
               "blvd", "square", "sq", "terrace", "close", "way", "crescent", "parkway", "pkwy", "highway", "hwy")
"""221 Baker Street."""
_BEFORE_NAME = ("rue", "avenue", "av.", "boulevard", "bd", "bd.", "place", "chemin", "impasse", "allée", "calle", "c/",
                "avenida", "avda", "avda.", "plaza", "paseo", "via", "viale", "piazza", "corso", "rua", "travessa",
                "largo", "ulica", "ul.", "улица", "ул.", "проспект", "пр.", "strada", "str.", "calea")
"""Calle Mayor 5."""
_FRENCH = ("rue", "avenue", "boulevard", "place", "chemin", "impasse", "allée")
"""12 rue de la Paix."""
_ENDINGS = ("straße", "strasse", "str.", "gasse", "weg", "platz", "allee", "ring", "damm", "ufer", "steig", "straat",
            "laan", "plein", "gatan", "gata", "vägen", "vegen", "veien", "katu", "tie", "utca", "caddesi", "sokak")
"""Hauptstraße 12, Lange Gasse 7."""


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in words) + ")"


_STREET = re.compile(
    rf"\b\d{{1,5}}[a-z]?,? (?:[A-Z][\w'.-]* ){{1,4}}{_any(_AFTER_NAME)}\b\.?"
    rf"|\b{_any(_BEFORE_NAME)} (?:[\w'’.-]+ ){{0,4}}[\w'’.-]+,? ?(?:n[º°.]? ?)?\d{{1,5}}(?: ?[a-z])?\b"
    rf"|\b\d{{1,4}}(?: ?(?:bis|ter))?,? {_any(_FRENCH)} (?:(?:de|du|des|la|le|les|d['’]|l['’]) ?)*[\w'’-]{{2,30}}"
    rf"|\b[\w-]{{2,30}}{_any(_ENDINGS)} \d{{1,4}}(?: ?[a-z])?\b"
    rf"|\b[\w-]{{2,30}} {_any(_ENDINGS)}\.? \d{{1,4}}(?: ?[a-z])?\b", re.IGNORECASE)
_CODE = re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} \d{5}(?:-\d{4})?)\b"
                   r"|\b\d{1,4}(?:番地|丁目|号楼|号|號)")
_HINT_WORDS = frozenset(word.strip(".") for word in _AFTER_NAME + _BEFORE_NAME)
_HINT_ENDINGS = tuple(ending.strip(".") for ending in _ENDINGS)


def address_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand in ``text``."""
    # The pattern is slow, and nearly every text with a number in it has no word that a street is called by.
    if any(word.strip(".,;:!?()") in _HINT_WORDS or word.rstrip(".,;:!?()").endswith(_HINT_ENDINGS)
           for word in text.casefold().split()):
        yield from (match.span() for match in _STREET.finditer(text))
    yield from (match.span() for match in _CODE.finditer(text))

"""How a person types: as taught at school, in lower case without full stops, or in a hurry with typing mistakes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

_SHORT_FORMS = {"you": "u", "your": "ur", "are": "r", "please": "pls", "because": "cos", "really": "rly",
                "favourite": "fav", "okay": "ok", "tomorrow": "tmrw", "what's": "whats", "thanks": "thx",
                "don't know": "dunno", "going to": "gonna", "want to": "wanna", "remember": "rember"}
_SHORT = re.compile(r"\b(" + "|".join(map(re.escape, _SHORT_FORMS)) + r")\b")
_AMERICAN = {"favourite": "favorite", "colour": "color", "grey": "gray", "mum": "mom", "neighbour": "neighbor",
             "maths": "math", "film": "movie"}
_BRITISH = re.compile(r"\b(" + "|".join(_AMERICAN) + r")(s?)\b", re.IGNORECASE)
_SENTENCE_START = re.compile(r"^[^\W\d_]|(?<=[^.][.!?] )[^\W\d_]")
_PLAIN_WORD = re.compile(r"\b[a-z]{4,}\b")


class Style:
    """One person's way of typing, drawn once for a dialogue."""

    def __init__(self, rng: random.Random) -> None:
        chance = rng.random()
        self._rng = rng
        self.is_casual = chance >= 0.35
        self.is_sloppy = chance >= 0.82
        self.drops_apostrophes = self.is_casual and rng.random() < 0.6
        self.drops_question_marks = self.is_casual and rng.random() < 0.55
        self.lowers_names = self.is_casual and rng.random() < 0.3
        self.is_american = rng.random() < 0.25

    def typed(self, parts: Iterable[tuple[str, bool]]) -> str:
        """The text as this person types it. Parts are (text, is a value); values keep their spelling."""
        pieces = [value if is_value else self._literal(value) for value, is_value in parts]
        text = " ".join("".join(pieces).split())
        if self.is_casual:
            text = self._without_stop(text)
            return text.lower() if self.lowers_names else text
        return sentence_case(text)

    def _literal(self, text: str) -> str:
        if self.is_american:
            text = _BRITISH.sub(lambda match: self._american(match), text)
        if not self.is_casual:
            return text
        text = text.lower()
        if self.is_sloppy:
            text = self._with_typos(text)
        return text.replace("'", "") if self.drops_apostrophes else text

    @staticmethod
    def _american(match: re.Match[str]) -> str:
        word = _AMERICAN[match[1].lower()]
        return (word.capitalize() if match[1][0].isupper() else word) + match[2]

    def _with_typos(self, text: str) -> str:
        rng = self._rng
        text = _SHORT.sub(lambda match: _SHORT_FORMS[match[1]] if rng.random() < 0.5 else match[1], text)
        if rng.random() < 0.1:
            words = list(_PLAIN_WORD.finditer(text))
            if words:
                word = rng.choice(words)
                return text[:word.start()] + mistyped(rng, word[0]) + text[word.end():]
        return text

    def _without_stop(self, text: str) -> str:
        if len(text) > 1 and text.endswith(".") and not text.endswith(".."):
            text = text[:-1]
        if len(text) > 1 and text.endswith("?") and self.drops_question_marks:
            text = text[:-1]
        return text


def sentence_case(text: str) -> str:
    """``text`` with single blanks and a capital letter at the beginning of each sentence."""
    text = " ".join(text.split())
    return _SENTENCE_START.sub(lambda match: match[0].upper(), text)


def mistyped(rng: random.Random, word: str) -> str:
    """``word`` with two letters swapped, one dropped or one doubled; the first letter stays."""
    place = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2:]
    if kind == 1:
        return word[:place] + word[place + 1:]
    return word[:place] + word[place] + word[place:]

"""Ways of asking: a thing, a clause or a plain question is put into one of many frames of ``phrases/asking.txt``.

"the capital of Italy" becomes "any idea what the capital of Italy is?" or "I'm cooking now. Remind me of the capital
of Italy." A frame keeps the gaps and choices of what it is given, so the result is a sentence for ``Talk.user``.
"""

from __future__ import annotations

import random
import re
from functools import cache
from typing import NamedTuple

from chatbot.training.generated.grammar import phrases

KINDS = {"noun": "{p}", "clause": "{i}", "question": "{q}"}
"""What can be asked, with its place in a frame: "my name", "what I'm called", "what am I called"."""

_MANNERS = ("U", "YES", "CAN", "FORGOTTEN")
_MANNER_WEIGHTS = (0.68, 0.18, 0.12, 0.02)
_PLAIN = {"noun": ("what is {p}?", "what's {p}?", "what was {p}?", "what is {p}?"), "question": ("{q}?",)}
_PLAIN_SHARE = 0.2
"""How often a question is asked as it is, because that is still what most people do."""
_BEFORE, _OPENING, _CLOSING = 0.07, 0.12, 0.06
_HAS_PAUSE = re.compile(r"[,:?.!=-] ?\S|[,:=.!]$")
_OPENS_ITSELF = re.compile(r"(so|ok|okay|hey|wait|and|now|hmm?|well|um|uh|erm|oh|btw|but|by the way|then|sorry|yo|dear|"
                           r"right|listen|look|please|Wren|say|come on|next|anyway|quick|random|excuse me)\b")


class Asked(NamedTuple):
    """A question in a frame."""

    text: str
    """The sentence, with the gaps of what it asks for."""
    manner: str
    """``U`` (answer plainly), ``YES`` ("do you know ...?"), ``CAN`` ("could you ...?"), ``FORGOTTEN``."""


@cache
def frames(kind: str, manner: str, is_told: bool = False) -> tuple[str, ...]:
    """All frames of a kind; with ``is_told`` also those that say that the answer was told before."""
    blocks = phrases("asking")
    told = blocks[f"{kind}_told"].get(manner, ()) if is_told else ()
    return blocks[kind].get(manner, ()) + told


def asked(rng: random.Random, thing: str, kind: str = "noun", *, is_told: bool = False) -> Asked:
    """``thing`` asked for in some frame, sometimes with other words before and after it.

    ``kind`` is ``noun`` ("my name"), ``clause`` ("what I'm called") or ``question`` ("what am I called", without its
    mark). ``is_told`` allows frames such as "what did I say ... was?", for what the user told before.
    """
    if kind in _PLAIN and rng.random() < _PLAIN_SHARE:
        return Asked(_surrounded(rng, rng.choice(_PLAIN[kind]), KINDS[kind]).replace(KINDS[kind], thing), "U")
    ways = {manner: found for manner in _MANNERS if (found := frames(kind, manner, is_told))}
    weights = [_MANNER_WEIGHTS[_MANNERS.index(manner)] for manner in ways]
    manner = rng.choices(tuple(ways), weights)[0]
    frame = _surrounded(rng, rng.choice(ways[manner]), KINDS[kind])
    return Asked(frame.replace(KINDS[kind], thing), manner)


def framed(rng: random.Random, thing: str, kind: str = "noun", *, is_told: bool = False) -> str:
    """The sentence of ``asked`` where a plain answer fits; it is in no "do you" or "could you" frame."""
    while True:
        question = asked(rng, thing, kind, is_told=is_told)
        if question.manner == "U":
            return question.text


def _surrounded(rng: random.Random, frame: str, place: str) -> str:
    """The frame with a small word before it, a polite one after it, or a sentence of something else first."""
    blocks = phrases("asking")
    begins_with_thing = frame.startswith(place) and place == "{p}"
    if rng.random() < _CLOSING and not _HAS_PAUSE.search(frame[:-1]) and frame.endswith("?"):
        frame = f"{frame[:-1]}, {rng.choice(blocks['closing']['U'])}{frame[-1]}"
    if rng.random() < _BEFORE:
        return f"{rng.choice(blocks['before']['U'])} {frame}"
    if rng.random() < _OPENING and not begins_with_thing and not _OPENS_ITSELF.match(frame):
        return f"{rng.choice(blocks['opening']['U'])} {frame}"
    return frame

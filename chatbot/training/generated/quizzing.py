"""Small questions with one right answer, each asked in very many ways: openly, as a request, to be confirmed, as a
choice of two, and again for the next thing ("and a duck?").

A block of ``phrases/skills.txt`` gives the wordings: ``U`` whole sentences, ``C`` clauses ("what the opposite of tall
is"), ``N`` things ("the opposite of tall"), ``I`` requests ("say the opposite of tall"), ``F`` short questions that
follow another; ``B`` the answers. ``YN`` asks whether {o} is right (``YES`` and ``NO`` answer), ``OR`` whether
{first} or {second} is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from chatbot.training.generated.asking import asked
from chatbot.training.generated.grammar import phrases
from chatbot.training.generated.talk import Talk

Block = Mapping[str, Sequence[str]]
_FORMS = {"U": 0.4, "C": 0.22, "N": 0.2, "I": 0.18}
_FRAMED, _LED, _TAILED = 0.15, 0.22, 0.1
_CONFIRMED, _CHOSEN, _FOLLOWED = 0.13, 0.1, 0.22

_NOT_FOR_WREN = re.compile(r"let's \{i\}|I (should|have to|was told to) \{i\}")
"""Frames in which others than Wren do it: nobody has to "give me" anything there."""


def question(rng: random.Random, block: Block) -> str:
    """One way to ask openly what ``block`` asks; its gaps are still to be filled."""
    forms = [form for form in _FORMS if form in block]
    form = rng.choices(forms, [_FORMS[form] for form in forms])[0]
    wording = rng.choice(block[form])
    if form == "C":
        return asked(rng, wording, "clause").text
    if form == "N":
        return asked(rng, wording, "noun").text
    if form == "I":
        return request(rng, wording)
    return surrounded(rng, wording)


def request(rng: random.Random, wording: str) -> str:
    """A request ("spell tree") in a frame: an order, a plea, a question."""
    frames = phrases("skill_frames")["request"]["U"]
    if " me" in " ".join(wording.split()[:2]):
        frames = tuple(frame for frame in frames if not _NOT_FOR_WREN.search(frame))
    if rng.random() < 0.2:
        frames = frames[:5]
    return rng.choice(frames).replace("{i}", wording)


def surrounded(rng: random.Random, sentence: str) -> str:
    """``sentence`` with something said before or after it now and then, or inside a frame for plain questions."""
    is_question = sentence.endswith("?") and not sentence.endswith(("??", "=?"))
    is_short = is_question and not any(mark in sentence[:-1] for mark in ".?!:")
    if is_short and rng.random() < _FRAMED:
        return asked(rng, sentence[:-1], "question").text
    if is_short and rng.random() < _TAILED:
        sentence = rng.choice(phrases("skill_frames")["tail"]["U"]).replace("{q}", sentence[:-1])
    if rng.random() < _LED and not sentence.startswith("["):
        sentence = rng.choice(phrases("skill_frames")["lead"]["U"]).replace("{q}", sentence)
    return sentence


def quiz(talk: Talk, block: Block, draw: Callable[[], None], wrong: Callable[[], str] | None = None) -> None:
    """One question of ``block`` with its answer, and sometimes the same about other things.

    ``draw`` sets the values of a question, its answer as {y}; ``wrong`` gives an answer that is not right.
    """
    rng = talk.rng
    draw()
    chance = rng.random()
    if wrong and chance < _CONFIRMED and "YN" in block:
        confirm(talk, block, talk.values["y"], wrong())
        return
    if wrong and chance < _CONFIRMED + _CHOSEN and "OR" in block:
        choose(talk, block, talk.values["y"], wrong())
    else:
        talk.user(question(rng, block))
        talk.wren(rng.choice(block["B"]))
    while "F" in block and rng.random() < _FOLLOWED:
        draw()
        talk.user(rng.choice(block["F"]))
        talk.wren(rng.choice(block["B"]))


def confirm(talk: Talk, block: Block, right: str, wrong: str) -> None:
    """Whether an answer is right; as often as not it is."""
    is_right = talk.rng.random() < 0.5
    talk.values["o"] = right if is_right else wrong
    talk.user(surrounded(talk.rng, talk.rng.choice(block["YN"])))
    talk.wren(talk.rng.choice(block["YES" if is_right else "NO"]))


def choose(talk: Talk, block: Block, right: str, wrong: str) -> None:
    """The right answer and a wrong one to choose from."""
    talk.values["first"], talk.values["second"] = talk.rng.sample((right, wrong), 2)
    talk.user(surrounded(talk.rng, talk.rng.choice(block["OR"])))
    talk.wren(talk.rng.choice(block["B"]))

"""Frames for questions: enough of them, well formed, and faithful to what they ask for."""

from __future__ import annotations

import random
import re

import pytest

from chatbot.training.generated.asking import KINDS, asked, framed, frames
from chatbot.training.generated.grammar import Values, fill, parse, phrases

THINGS = {"noun": "the capital of Italy", "clause": "where {person} lives", "question": "how old [is|was] {person}"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_frame_holds_its_place_once_and_ends_like_a_sentence(kind: str) -> None:
    for manner in ("U", "YES", "CAN", "FORGOTTEN"):
        for frame in frames(kind, manner, is_told=True):
            parse(frame)
            assert frame.count(KINDS[kind]) == 1 and frame.count("{") == 1, frame
            assert not re.search(r"[{][^}]*$|  | [,?!]|,,|\?\.|\.\?(?!$)|,\.", frame), frame


def test_there_are_many_frames() -> None:
    assert len(set(frames("noun", "U"))) > 150
    assert len(set(frames("noun", "U", is_told=True))) > len(set(frames("noun", "U"))) + 50
    assert all(len(set(frames(kind, "U"))) > 50 for kind in KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("is_told", [False, True])
def test_what_is_asked_for_stands_in_the_question(kind: str, is_told: bool) -> None:
    seen = set()
    for seed in range(300):
        question = asked(random.Random(seed), THINGS[kind], kind, is_told=is_told)
        assert THINGS[kind] in question.text
        assert "{q}" not in question.text and "{p}" not in question.text and "{i}" not in question.text
        seen.add(fill(question.text, Values(random.Random(1))))
    assert len(seen) > 130


def test_what_was_not_told_is_not_asked_for_as_if_it_had_been() -> None:
    told = re.compile(r"told|did I say|mentioned|still (know|remember)", re.IGNORECASE)
    for kind, thing in THINGS.items():
        assert not any(told.search(asked(random.Random(seed), thing, kind).text) for seed in range(400))


def test_plainly_framed_questions_want_no_yes_first() -> None:
    with_yes = {frame.split("{p}")[0] for frame in frames("noun", "YES") if not frame.startswith("{p}")}
    for seed in range(300):
        assert not any(framed(random.Random(seed), "the sea").startswith(f"{start}the sea") for start in with_yes)


def test_the_same_seed_asks_the_same() -> None:
    assert asked(random.Random(4), "the sea") == asked(random.Random(4), "the sea")


def test_sentences_before_the_question_are_whole_and_ask_for_nothing_told() -> None:
    before = phrases("asking")["before"]["U"]
    assert len(before) > 50 and all(line.endswith((".", "?")) for line in before)

"""The stream of generated dialogues: the same for a seed, well formed, and free of what the cards ask."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest

from chatbot.core.errors import TrainingError
from chatbot.training.corpus import Document
from chatbot.training.generated import DEFAULT_SHARES, generate
from chatbot.training.generated.generate import WRITERS
from chatbot.training.generated.numbers import as_word, is_reserved_sum
from chatbot.training.generated.pools import reserved
from chatbot.training.generated.smalltalk import is_filler

MANY = list(generate(11, 2500))


def own(*turns: str) -> Document:
    """A dialogue in Wren's voice."""
    return Document("wren", "wren", turns, tuple(n % 2 for n in range(len(turns))), is_own_voice=True)


def test_the_same_seed_gives_the_same_dialogues_and_another_one_others() -> None:
    assert list(generate(5, 50)) == list(generate(5, 50))
    assert list(generate(5, 50)) != list(generate(6, 50))
    assert list(generate(5, 80))[:50] == list(generate(5, 50))


def test_dialogues_are_in_wrens_voice_and_alternate() -> None:
    for document in MANY:
        assert (document.source, document.group, document.is_own_voice) == ("generated", "generated", True)
        assert document.speakers == tuple(n % 2 for n in range(len(document.turns)))
        assert len(document.turns) >= 2 and len(document.turns) % 2 == 0


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_every_kind_writes_clean_text(kind: str) -> None:
    for document in generate(3, 100, {kind: 1}):
        for turn in document.turns:
            assert turn == turn.strip() and turn
            assert not re.search(r"[{}\[\]|]|  | [,?!]|,,|\?\.|\.\?|,\.", turn), turn
        for turn in document.turns[1::2]:
            assert not re.match(r"[a-z]", turn), turn
            assert not re.search(r"\b[Aa] (?!euro)[aei][a-z]", turn), turn


def test_every_kind_is_in_the_default_mixture() -> None:
    assert set(DEFAULT_SHARES) == set(WRITERS)


def test_most_dialogues_differ() -> None:
    assert len({document.turns for document in MANY}) > 0.95 * len(MANY)


def test_users_type_in_several_ways() -> None:
    openings = [document.turns[0] for document in MANY]
    casual = sum(opening[0].islower() for opening in openings) / len(openings)
    assert 0.5 < casual < 0.75


def test_values_of_the_cards_are_never_said() -> None:
    words = {value for value in reserved() if " " not in value}
    said = {word for document in MANY for turn in document.turns for word in re.findall(r"\w+", turn.lower())}
    assert not words & said


NUMBER = {as_word(n): n for n in range(100)} | {str(n): n for n in range(100)}
SUM = re.compile(r"(\d+|[a-z-]+?) ?(plus|\+|minus|(?<=[\d ])-) ?(\d+|[a-z-]+)(?: ?=)? ?\??$")


def test_sums_are_right_and_leave_out_those_of_the_cards() -> None:
    checked = 0
    for document in generate(4, 1400, {"sums": 1}):
        for question, answer in zip(document.turns[::2], document.turns[1::2], strict=True):
            match = SUM.search(question.lower().replace("=", "").strip())
            if not match or "take" in question.lower() or match[1] not in NUMBER or match[3] not in NUMBER:
                continue
            first, second = NUMBER[match[1]], NUMBER[match[3]]
            is_sum = match[2] in ("plus", "+")
            result = first + second if is_sum else first - second
            said = [word for word in re.findall(r"\d+|[a-z]+(?:-[a-z]+)?", answer.lower()) if word in NUMBER]
            assert NUMBER[said[-1]] == result, (question, answer)
            assert not is_reserved_sum(first, second) if is_sum else not is_reserved_sum(result, second)
            checked += 1
    assert checked > 600


def test_spelling_is_right() -> None:
    checked = 0
    for document in generate(4, 400, {"spelling": 1}):
        match = re.fullmatch(r"(?:.*? is (?:spelled|written) |You spell it |It's |.*?: )?((?:\w(?:-|, ))+\w)\.",
                             document.turns[1])
        if not match:
            continue
        letters = re.sub(r"[^\w]", "", match[1]).lower()
        assert letters in re.sub(r"[^\w]", "", document.turns[0]).lower()
        checked += 1
    assert checked > 250


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def test_days_follow_each_other() -> None:
    checked = 0
    for document in generate(9, 1600, {"calendar": 1}):
        question, answer = document.turns[0].lower(), document.turns[1].lower()
        match = re.search(rf"\b(after|before) ({'|'.join(DAYS)})", question)
        if not match or "two" in question:
            continue
        step = 1 if match[1] == "after" else -1
        expected = DAYS[(DAYS.index(match[2]) + step) % 7]
        assert expected in answer and not [d for d in DAYS if d in answer and d not in (expected, match[2])]
        checked += 1
    assert checked > 200


@pytest.mark.parametrize(("asked", "step"), [
    (r"if (\w+day) is tomorrow|tomorrow is (\w+day)|tomorrow will be (\w+day)", -1),
    (r"yesterday was (\w+day)", 1),
])
def test_today_follows_from_yesterday_and_tomorrow(asked: str, step: int) -> None:
    checked = 0
    for document in generate(10, 1200, {"calendar": 1}):
        match = re.search(asked, document.turns[0].lower())
        day = next(filter(None, match.groups()), "") if match else ""
        if day in DAYS and "today" in document.turns[0].lower():
            assert DAYS[(DAYS.index(day) + step) % 7] in document.turns[1].lower(), document.turns
            checked += 1
    assert checked > 15


def test_given_small_talk_is_used_whole_and_only_if_it_fits() -> None:
    fitting = own("how deep is the sea", "Very deep in places.", "how deep", "Eleven kilometres at the deepest.")
    recalling = own("what was my name", "You never told me your name.")
    said = [turn for document in generate(2, 400, {"one_fact": 1}, small_talk=[fitting, recalling])
            for turn in document.turns]
    assert "Very deep in places." in said and "Eleven kilometres at the deepest." in said
    assert "You never told me your name." not in said
    for before, after in pairwise(said):
        if after == "Eleven kilometres at the deepest.":
            assert before == "how deep"


@pytest.mark.parametrize(("turns", "expected"), [
    (("is space cold", "Yes, very."), True),
    (("hi", "Hello!"), False),
    (("I'm Omar and I like tea", "Good to meet you."), False),
    (("is space cold", "Yes.", "ok"), False),
    (("bye", "See you."), False),
])
def test_what_can_stand_between(turns: tuple[str, ...], expected: bool) -> None:
    assert is_filler(own(*turns)) is expected


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(TrainingError, match="no kind of generated dialogue called 'poems'"):
        next(generate(1, 1, {"poems": 1}))
    with pytest.raises(TrainingError, match="At least one kind"):
        next(generate(1, 1, {"sums": 0}))


@pytest.mark.benchmark
def test_it_is_fast_enough() -> None:
    started = time.perf_counter()
    list(generate(8, 1000))
    assert time.perf_counter() - started < 4  # a quarter of what was measured when it was written


def test_nobody_says_the_same_small_talk_twice() -> None:
    for document in generate(12, 400, {"name_or_pet": 1}):
        asked = [turn.lower() for turn in document.turns[::2] if "yawn" in turn or "storm" in turn or "coin" in turn]
        assert len(asked) == len(set(asked)), document.turns

"""Ranking rules on candidates made by hand."""

from __future__ import annotations

import pytest

from chatbot.engine.ranking import (REPETITION_PENALTY, UNFINISHED_PENALTY, Candidate, longest_common_run, ordered,
                                    repeats_earlier, repeats_itself, score)


def candidate(text: str, log: float = -2.0, blank: float = 0.0, is_finished: bool = True) -> Candidate:
    return Candidate(text, log, blank, is_finished)


@pytest.mark.parametrize(("a", "b", "length"), [
    ("", "", 0), ("a b c", "x a b y", 2), ("a b a b c", "b a b c", 4), ("a b", "b a", 1), ("a", "", 0),
])
def test_longest_common_run(a: str, b: str, length: int) -> None:
    assert longest_common_run(a.split(), b.split()) == length


@pytest.mark.parametrize(("text", "expected"), [
    ("I like it. I like it.", True), ("I like tea and I like the sea.", False), ("no no no no", True),
    ("no no no", False), ("", False), ("One two THREE, one: two three!", True),
])
def test_repeats_itself(text: str, expected: bool) -> None:
    assert repeats_itself(text) is expected


@pytest.mark.parametrize(("text", "earlier", "expected"), [
    ("Yes.", ["yes!"], True),
    ("Yes, I do.", ["No, I do."], False),  # a shared run of two words is ordinary
    ("That sounds like a good idea.", ["That sounds like a lot."], True),  # four of six words
    ("That sounds like a wonderful evening to me.", ["That sounds like a lot."], False),  # four of eight
    ("Tea is nice.", ["Coffee.", "tea is NICE"], True),
    ("Tea is nice.", [], False), ("", ["anything"], False), ("...", ["..."], False),
])
def test_repeats_earlier(text: str, earlier: list[str], expected: bool) -> None:
    assert repeats_earlier(text, earlier) is expected


def test_the_score_by_hand() -> None:
    assert score(candidate("I like tea."), 0.3, []) == pytest.approx(-2.0)
    assert score(candidate("I like tea.", -2.0, -3.0), 0.3, []) == pytest.approx(-2.0 + 0.9)
    assert score(candidate("I like", is_finished=False), 0.0, []) == pytest.approx(-2.0 - UNFINISHED_PENALTY)
    assert score(candidate("I like tea."), 0.0, ["I like tea!"]) == pytest.approx(-2.0 - REPETITION_PENALTY)
    assert score(candidate(" "), 0.0, []) < score(candidate("I like tea."), 0.0, ["I like tea!"])


def test_relevance_prefers_what_fits_only_here() -> None:
    generic, fitting = candidate("I do not know.", -1.5, -1.5), candidate("Paris is in France.", -1.8, -5.0)
    assert ordered([generic, fitting], 0.0, []) == [0, 1]
    assert ordered([generic, fitting], 0.3, []) == [1, 0]


def test_of_equals_the_first_is_taken() -> None:
    assert ordered([candidate("a b"), candidate("c d"), candidate("e f")], 0.3, []) == [0, 1, 2]


def test_a_repeating_candidate_wins_only_if_all_repeat() -> None:
    repeating, unlikely = candidate("Yes.", -0.1), candidate("Of course not.", -3.9)
    assert ordered([repeating, unlikely], 0.0, ["Yes."])[0] == 1
    assert ordered([repeating, candidate("No.", -0.2)], 0.0, ["Yes.", "No."])[0] == 0

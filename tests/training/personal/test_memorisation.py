"""The longest run of words that replies share with a log, and which of them the person really repeats."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.engine.ranking import longest_common_run, words
from chatbot.training.personal.memorisation import longest_runs

LOG = ("Well, we met at the old bridge and had some tea there.", "see you on monday at six",
       "See you on Monday, at six!", "my aunt keeps nine bees in a wooden box")


def test_a_run_from_one_message_is_copied() -> None:
    found = longest_runs(["i think my aunt keeps nine bees, does she?"], LOG)
    assert (found.longest_run, found.longest_copied_run, found.copied_text) == (5, 5, "my aunt keeps nine bees")


def test_a_run_the_person_repeats_is_not_copied() -> None:
    found = longest_runs(["ok, see you on monday at six"], LOG)
    assert (found.longest_run, found.longest_copied_run) == (6, 0)


def test_runs_do_not_cross_messages_and_short_ones_are_not_looked_for() -> None:
    assert longest_runs(["tea there see you on"], LOG).longest_run == 3
    assert longest_runs(["the bridge", "hello there"], LOG).longest_run == 0
    assert longest_runs([], LOG).replies == 0


def test_a_run_is_found_at_the_very_end_and_as_a_whole() -> None:
    assert longest_runs([LOG[0]], LOG).longest_copied_run == 12
    assert longest_runs(["x y z nine bees in a wooden box"], LOG).longest_copied_run == 6


@settings(max_examples=60)
@given(st.integers(0, 2**31))
def test_the_longest_run_is_that_of_the_slow_way(seed: int) -> None:
    rng = random.Random(seed)
    def text() -> str:
        return " ".join(rng.choice("abcde") for _ in range(rng.randint(0, 12)))
    log, replies = [text() for _ in range(6)], [text() for _ in range(3)]
    slow = max((longest_common_run(words(r), words(m)) for r in replies for m in log), default=0)
    assert longest_runs(replies, log).longest_run == (slow if slow >= 3 else 0)

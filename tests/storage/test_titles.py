"""Automatic and tidy titles."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.storage.titles import MAX_TITLE_CHARACTERS, numbered_title, tidy_title, title_from


@pytest.mark.parametrize(("text", "title"), [
    ("Hello", "Hello"),
    ("one two three four five six", "one two three four five six"),
    ("one two three four five six seven", "one two three four five six…"),
    ("extraordinarily complicated considerations everywhere", "extraordinarily complicated…"),
    ("first line\nsecond line", "first line second line"),
    ("  spaces   and\ttabs ", "spaces and tabs"),
    ("", ""), ("   \n", ""), ("\u200b\u200d", ""), ("\u202e", ""),
    ("🙂", "🙂"),
    ("今天天气很好我们去公园吧", "今天天气很好我们去公园吧"),
    ("字" * 60, "字" * 39 + "…"),
    ("x" * 60, "x" * 39 + "…"),
    ("abc\u202edef", "abcdef"),
    ("שלום עולם", "שלום עולם"),
])
def test_title_from(text: str, title: str) -> None:
    assert title_from(text) == title


def test_a_cut_never_falls_inside_a_character() -> None:
    family = "👨\u200d👩\u200d👧"
    title = title_from("x" * 36 + family + "y" * 20)
    assert title == "x" * 36 + "…"
    assert title_from("x" * 38 + "e\u0301" + "y" * 9) == "x" * 38 + "…"


@given(st.text())
def test_titles_are_short_single_lines(text: str) -> None:
    title = title_from(text)
    assert len(title) <= 41
    assert title == title.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in title)
    assert len(tidy_title(text * 50)) <= MAX_TITLE_CHARACTERS


def test_numbered_titles_count_up() -> None:
    assert numbered_title("Trip", {"Trip"}) == "Trip (2)"
    assert numbered_title("Trip", {"Trip", "Trip (2)"}) == "Trip (3)"
    assert numbered_title("Trip (2)", {"Trip", "Trip (2)"}) == "Trip (3)"

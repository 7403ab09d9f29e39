"""What counts as a right answer to a generated question."""

from __future__ import annotations

import pytest

from chatbot.training.generated.grammar import parse
from chatbot.training.refining.checking import Admits, Family, HoldsWords, Lines, Spells, letters, versions, words


@pytest.mark.parametrize(("text", "expected"), [
    ("It's Twenty-one.", ["it", "s", "21"]), ("a well-known dog", ["a", "well", "known", "dog"]),
    ("SEVEN and 8", ["7", "and", "8"]), ("", []), ("Zo\u00eb's \u2019til", ["zo\u00eb", "s", "til"]),
])
def test_words_are_compared_without_case_and_numbers_as_digits(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("C-A-T", "cat"), ("It's m, o, n, d, a, y.", "monday"), ("Cat is written C A T.", "cat"), ("I am a cat", ""),
    ("F, A, R and C, A, T, S", "cats"), ("", ""),
])
def test_the_longest_row_of_letters_is_what_is_spelled(text: str, expected: str) -> None:
    assert letters(text) == expected


def test_a_reply_must_hold_everything_needed_and_nothing_barred() -> None:
    check = HoldsWords(frozenset({"max", "7"}), frozenset({"no"}))
    assert check.is_right("Your dog Max is seven.")
    assert not check.is_right("Your dog is seven.")
    assert not check.is_right("No, Max is 7.")


def test_spelling_is_right_in_any_style_but_only_in_this_order() -> None:
    check = Spells("house")
    assert check.is_right("H-O-U-S-E.") and check.is_right("House is spelled h, o, u, s, e.")
    assert not check.is_right("H-O-S-U-E.") and not check.is_right("house")


@pytest.mark.parametrize(("reply", "expected"), [
    ("You haven\u2019t told me your name yet.", True), ("I don't know. You never said.", True),
    ("You told me your dog's name, but not your cat's.", True), ("Your name is Ines.", False), ("No harm done.", False),
    ("I don't like rain.", False),
])
def test_admitting_ignorance_is_more_than_saying_no(reply: str, expected: bool) -> None:
    assert Admits().is_right(reply) is expected


def test_all_versions_of_a_template_are_known_with_gaps_left_empty() -> None:
    assert set(versions(parse("[Hi|Hello[ there|]], {person}."))) == {"Hi, .", "Hello there, .", "Hello, ."}


@pytest.fixture(scope="module")
def lines() -> Lines:
    return Lines(("self", "limits"))


def test_a_line_of_the_same_family_is_right_and_of_another_wrong(lines: Lines) -> None:
    check = lines.check("My name is Wren.")
    assert check is not None and Family("self", "name", "B") in check.families
    assert check.is_right("I'm called Wren.") and check.is_right("You can call me Wren.")
    assert not check.is_right("I was made, not born, so there's no birthday and no star sign.")
    assert not check.is_right("Your dog is called Max.") and not check.is_right("")


def test_only_whole_lines_are_families(lines: Lines) -> None:
    assert lines.check("The train to Porto leaves at nine tonight.") is None

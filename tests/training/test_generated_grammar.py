"""Sentences with gaps, pools of values, and ways of typing."""

from __future__ import annotations

import random

import pytest

from chatbot.core.errors import TrainingError
from chatbot.training.generated.grammar import Values, fill, parse, phrases, says_an, slots, table
from chatbot.training.generated.pools import draw, invented, pool, reserved
from chatbot.training.generated.style import Style, mistyped, sentence_case

POOLS = ("person", "city", "pet", "food", "drink", "job", "hobby", "colour", "book", "film", "car", "subject",
         "language", "instrument", "species", "thing", "hiding_place", "errand", "grocery", "word", "relation",
         "kin", "country", "day", "month", "clock_time", "flavour", "team", "small_number", "meal", "meeting",
         "numbered", "bought", "owned", "siblings", "kind_of_team", "craft", "allergen", "assistant", "company",
         "body_part", "feeling", "ailment", "law_matter", "investment", "event")


def values(seed: int = 0) -> Values:
    return Values(random.Random(seed))


def test_a_gap_keeps_its_value() -> None:
    said = values()
    assert fill("{person} and {person}", said) == " and ".join([said["person"]] * 2)


def test_numbered_gaps_differ() -> None:
    for seed in range(200):
        said = values(seed)
        assert said["day"] != said["day2"] != said["day3"] != said["day"]


def test_choices_may_nest_and_be_empty() -> None:
    seen = {fill("a[b|c[d|]|]", values(seed)) for seed in range(60)}
    assert seen == {"ab", "acd", "ac", "a"}


@pytest.mark.parametrize("text", ["[a|b", "a]", "[[a]"])
def test_open_brackets_are_refused(text: str) -> None:
    with pytest.raises(TrainingError, match="bracket"):
        parse(text)


@pytest.mark.parametrize(("word", "expected"), [("electrician", True), ("nurse", False), ("umbrella", True),
                                                ("ukulele", False), ("old Beetle", True), ("8", True)])
def test_the_article_before_a_value(word: str, expected: bool) -> None:
    assert says_an(word) is expected


def test_articles_are_put_right_before_values_only() -> None:
    said = values()
    said["job"] = "electrician"
    assert fill("I'm a {job}, not a idol.", said) == "I'm an electrician, not a idol."


def test_all_phrases_can_be_parsed_and_their_gaps_filled() -> None:
    own = {"k", "list", "extra", "dropped", "asked", "persons", "q", "i", "p", "a", "n", "v", "big", "hour", "mash",
           "surname",
           "secret", "street", "boat", "number", "number_of_years", "shoe_size"}
    for file in ("facts", "memory", "two_people", "self", "limits", "repair", "everyday", "filler"):
        for block in phrases(file).values():
            for line in (line for mark, lines in block.items() if mark not in "VW" for line in lines):
                parse(line)
                assert {slot.rstrip("0123456789") for slot in slots(line)} <= own | set(POOLS), line


def test_all_small_questions_can_be_parsed() -> None:
    for name, block in phrases("skills").items():
        assert "U" in block and len(block) >= 2, name
        for line in (line for lines in block.values() for line in lines):
            parse(line)


@pytest.mark.parametrize("name", POOLS)
def test_pools_hold_no_value_of_the_cards(name: str) -> None:
    listed = pool(name)
    assert listed and all(value == value.strip() and value for value in listed)
    assert not {value.lower() for value in listed} & reserved()


def test_pools_are_wide() -> None:
    assert len(set(pool("person"))) > 650 and len(set(pool("city"))) > 350
    assert len(set(pool("pet"))) > 200 and len(set(pool("food"))) > 130 and len(set(pool("job"))) > 110


def test_invented_names_are_many_and_never_those_of_the_cards() -> None:
    rng = random.Random(2)
    names = [invented(rng, "person") for _ in range(3000)]
    assert len(set(names)) > 2500
    assert all(name[0].isupper() and 3 <= len(name) <= 10 for name in names)
    assert not {name.lower() for name in names} & reserved()


def test_about_half_of_the_names_are_invented() -> None:
    rng = random.Random(3)
    known = set(pool("person"))
    share = sum(draw(rng, "person") not in known for _ in range(2000)) / 2000
    assert 0.4 < share < 0.6


def style(**flags: bool) -> Style:
    made = Style(random.Random(1))
    for name in ("is_casual", "is_sloppy", "drops_apostrophes", "drops_question_marks", "lowers_names", "is_american"):
        setattr(made, name, flags.get(name, False))
    return made


PARTS = [("I'm ", False), ("Zofia", True), (", what's my favourite colour?", False)]


@pytest.mark.parametrize(("flags", "expected"), [
    ((), "I'm Zofia, what's my favourite colour?"),
    (("is_casual",), "i'm Zofia, what's my favourite colour?"),
    (("is_casual", "drops_apostrophes", "drops_question_marks"), "im Zofia, whats my favourite colour"),
    (("is_casual", "lowers_names", "is_american"), "i'm zofia, what's my favorite color?"),
])
def test_ways_of_typing(flags: tuple[str, ...], expected: str) -> None:
    assert style(**dict.fromkeys(flags, True)).typed(PARTS) == expected


def test_a_mistyped_word_keeps_its_first_letter_and_is_close() -> None:
    rng = random.Random(4)
    for _ in range(200):
        typed = mistyped(rng, "favourite")
        assert typed[0] == "f" and abs(len(typed) - 9) <= 1


def test_sentences_begin_with_capitals() -> None:
    assert sentence_case("yes. cat food,  you said! ok... fine") == "Yes. Cat food, you said! Ok... fine"


def test_tables_are_regular() -> None:
    for name, width in (("colours", 3), ("opposites", 2), ("animals", 6), ("categories", 2), ("simple_facts", 2)):
        assert {len(row) for row in table(name)} == {width}

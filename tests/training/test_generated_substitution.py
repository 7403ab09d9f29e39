"""Names swapped inside ready dialogues: consistently, or not at all."""

from __future__ import annotations

import pytest

from chatbot.training.corpus import Document
from chatbot.training.generated import vary


def own(*turns: str) -> Document:
    return Document("wren", "wren", turns, tuple(n % 2 for n in range(len(turns))), is_own_voice=True)


NAMED = own("hi im imani", "Hi Imani, nice to meet you. How's your day?", "good. what's my name", "You're Imani.")


def test_a_name_is_swapped_everywhere_in_the_case_it_was_typed() -> None:
    varied = vary(NAMED, 1)
    assert varied is not None
    new = varied.turns[3].removeprefix("You're ").removesuffix(".")
    assert new != "Imani" and new[0].isupper()
    assert varied.turns == (f"hi im {new.lower()}", f"Hi {new}, nice to meet you. How's your day?",
                            "good. what's my name", f"You're {new}.")
    assert varied.speakers == NAMED.speakers and varied.is_own_voice and varied.source == "generated"


def test_the_same_seed_gives_the_same_names() -> None:
    assert vary(NAMED, 1) == vary(NAMED, 1)
    assert len({vary(NAMED, seed).turns for seed in range(20)}) > 15


def test_pets_are_swapped() -> None:
    varied = vary(own("my dog Biscuit chewed my shoe", "Oh no, Biscuit! A good shoe?", "yes. who was it",
                      "It was Biscuit."), 3)
    assert varied is not None and "Biscuit" not in " ".join(varied.turns)


def test_two_names_stay_two() -> None:
    varied = vary(own("my sister Noor and my brother Sami are here", "Say hello to Noor and hello to Sami.",
                      "who is my brother", "Your brother is Sami, and Noor is your sister."), 5)
    assert varied is not None
    words = varied.turns[3].removesuffix(".").replace(",", "").split()
    brother, sister = words[3], words[5]
    assert brother != sister
    assert varied.turns[0] == f"my sister {sister} and my brother {brother} are here"


@pytest.mark.parametrize("turns", [
    ("im priya", "Hi Priya, nice to meet you.", "spell it", "P-R-I-Y-A."),
    ("im rose", "Hi Rose, nice to meet you. A rose is a flower."),
    ("im irish", "Oh, so you're Irish, nice to meet you, Irish friend."),
    ("we have a cat called Pepperoni", "What a fun name, Pepperoni. Hello to Pepperoni."),
    ("i live in porto", "Porto is in Portugal, by a river."),
    ("how are you", "Fine, thanks."),
])
def test_nothing_is_swapped_where_more_hangs_on_it(turns: tuple[str, ...]) -> None:
    assert vary(own(*turns), 1) is None


def test_other_speakers_dialogues_are_left_alone() -> None:
    people = Document("x", "chat", NAMED.turns, NAMED.speakers, is_own_voice=False)
    assert vary(people, 1) is None

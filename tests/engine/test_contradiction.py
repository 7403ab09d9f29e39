"""Replies that take back what they say, and honest ones that must pass."""

from __future__ import annotations

import pytest

from chatbot.engine.contradiction import contradicts_itself
from chatbot.engine.ranking import Candidate, ordered


@pytest.mark.parametrize("reply", [
    "You haven't told me about a cat, only about Pepper, your cat.",
    "I don't know of a cat. Your cat is Pepper, that much I know.",
    "You haven't mentioned a cat, only your cat Pepper.",
    "I only know about Pepper, your cat. You haven't told me about a cat.",
    "You told me about your dog Max, but not about a dog.",
    "Pepper. You haven't told me what your cat is called.",
    "Pepper. You said Pepper first, but corrected it.",
    "It's Milo, not Milo.",
    "I don't know your sister's name. Your sister is Rome.",
])
def test_a_reply_that_takes_back_what_it_says_is_found(reply: str) -> None:
    assert contradicts_itself(reply)


@pytest.mark.parametrize("reply", [
    "", "...", "Pepper.", "Your cat is called Pepper.", "I don't know. You haven't told me.",
    "You never told me about a dog. I know only Oscar, the newt.",
    "I know Gosara, but that's your nan. You haven't told me who your uncle is.",
    "You haven't told me about your brother, only about Nio, your penfriend.",
    "No, you never told me your street.", "Sorry, I don't know your sister's name.",
    "I don't know your son's name. Zondel is your best mate.",
    "Growing orchids. You said playing chess first, but corrected it.", "46, not 38.",
    "Got it, Feltidis and not Vluaard.",
    "I can't taste it, but I like the word. What do you like about it?", "Not today. Maybe tomorrow.",
    "I never eat, I'm a program. What about you?", "I don't have a clock. Look at the corner of your screen.",
    "Understood. Stootley, not Shijouez.", "I don't know the date, I have no calendar.",
])
def test_an_honest_reply_passes(reply: str) -> None:
    assert not contradicts_itself(reply)


def test_the_ranking_prefers_a_less_likely_reply_without_a_contradiction() -> None:
    texts = ("You haven't mentioned a cat, only your cat Pepper.", "Your cat is called Pepper.")
    candidates = [Candidate(text, log, 0.0, True) for text, log in zip(texts, (-0.2, -0.9), strict=True)]
    assert ordered(candidates, 0.0, ()) == [1, 0]

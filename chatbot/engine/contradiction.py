"""Replies that take back what they say in the same breath: "You never told me about a cat, only about your cat Pepper."

A small model puts such halves together, and a reader sees at once that they do not fit. What is looked for is narrow,
so that honest replies pass: a clause that denies being told about a thing while another clause talks of the same thing,
an answer of a word or two before such a denial, and a value that is said to be corrected and given all the same.
"""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[.,;:!?]+\s+|[.,;:!?]+$|\s+(?=(?:only|but)\b)", re.IGNORECASE)
_DENIAL = re.compile(r"\b(?:haven't|have not|hasn't|never|didn't|did not|don't|do not|can't) (?:yet )?"
                     r"(?:told|tell|said|say|mentioned|mention|know|heard|remember)\b|^(?:but )?not\b", re.IGNORECASE)
_TOLD = re.compile(r"\b(?:haven't|have not|never|didn't|did not) (?:told|tell|said|say|mentioned|mention)\b",
                   re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]\s+")
_CORRECTED = re.compile(r"\bfirst\b|^(?:and |but )?not\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_GENERAL = frozenset(re.findall(r"\S+", """
    a about all an and any anything are as at be been but by call called can can't corrected did didn't do don't ever
    first for from had has have haven't he heard her him his hm how i i'm idea if in is it it's its know me mentioned
    much my name named names never no not of oh on only or other others remember said say she so sorry still tell that
    that's the their them then there they this to told us very was we were what what's when where which who who's whose
    will with yes yet you you've your"""))
"""Words that do not say what a clause is about."""


def contradicts_itself(reply: str) -> bool:
    """Whether one half of ``reply`` takes back the other."""
    clauses = [clause.strip() for clause in _CLAUSE.split(reply) if clause.strip()]
    for marks in (_DENIAL, _CORRECTED):
        marked = [clause for clause in clauses if marks.search(clause)]
        if _content(marked) & _content([clause for clause in clauses if clause not in marked]):
            return True
    answer, *others = _SENTENCE.split(reply, maxsplit=1)
    return (len(_WORD.findall(answer)) <= 2 and bool(_content([answer]))
            and any(_DENIAL.match(clause) or _TOLD.search(clause) for clause in others))


def _content(clauses: list[str]) -> set[str]:
    """The words that say what a clause is about, without an "s" of the possessive or the plural."""
    words = {word.lower().replace("’", "'") for clause in clauses for word in _WORD.findall(clause)}
    return {word.removesuffix("'s").removesuffix("s") for word in words - _GENERAL} - _GENERAL

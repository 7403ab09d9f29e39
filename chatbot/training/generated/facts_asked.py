"""Plain facts from ``tables/simple_facts.txt``, asked in the wordings of the table and in frames around them.

Capitals and "how many are in one" are read out of the table, so that they can also be asked backwards, as a choice
of two or to be confirmed.
"""

from __future__ import annotations

import random
import re
from functools import cache

from chatbot.training.generated.asking import asked
from chatbot.training.generated.grammar import phrases, table
from chatbot.training.generated.quizzing import Block, quiz, request, surrounded
from chatbot.training.generated.talk import Talk

_REQUEST = re.compile(r"(count|name|tell(?! me:)|say|list|give|explain|choose|put) ", re.IGNORECASE)
_TELL = re.compile(r"(?:tell me|say) (?=how|what|which|where|when|who)")
_CAPITAL_SHARE, _AMOUNT_SHARE = 0.18, 0.17


def fact(talk: Talk) -> None:
    """A plain question, in one of very many wordings, with a plain answer."""
    chance = talk.rng.random()
    if chance < _CAPITAL_SHARE:
        _capital(talk)
    elif chance < _CAPITAL_SHARE + _AMOUNT_SHARE:
        _amount(talk)
    else:
        questions, answers = talk.rng.choice(table("simple_facts"))
        talk.user(_wording(talk.rng, talk.rng.choice(questions.split("; "))))
        talk.wren(talk.rng.choice(answers.split(" / ")))


def _wording(rng: random.Random, question: str) -> str:
    """The question in a frame; a request never ends with a question mark."""
    clause, thing = clause_of(question), _WHAT_IS_THE.match(question)
    if _REQUEST.match(question) and not clause:
        text = request(rng, question)
    elif clause and rng.random() < 0.5:
        text = asked(rng, clause, "clause").text
    elif thing and rng.random() < 0.4:
        text = asked(rng, thing[1], "noun").text
    elif not _REQUEST.match(question) and rng.random() < 0.3:
        text = asked(rng, question, "question").text
    else:
        text = surrounded(rng, question + ("." if _REQUEST.match(question) else "?"))
    return f"{text.rstrip('?')}." if _REQUEST.match(text) and text.endswith("?") else text


_WHAT_IS_THE = re.compile(r"what(?:'s| is) (the (?!.* (?:called|made|if|when)\b).+)")
_AS_IT_IS = re.compile(r"who (?!is|are|do|does|did|can)\w+|which is|which (?!material)\w+ (?!do|does|did|can)\w+"
                       r"|what happens|how many \w+ (are|make) ")
_SUBJECT_FIRST = ((re.compile(r"(what|where|when|how|which \w+|what \w+) do (\w+ .+)"), r"\1 \2"),
                  (re.compile(r"what is (.+?) (made of|called)"), r"what \1 is \2"),
                  (re.compile(r"can (\w+) (\w+)"), r"if \1 can \2"),
                  (re.compile(r"(.+?) does (.+) have"), r"\1 \2 has"),
                  (re.compile(r"(what|where|how) does (.+) do"), r"\1 \2 does"),
                  (re.compile(r"(what|where|how) does (.+) (mean|become|eat|live|rise|set|taste|need|make)"),
                   r"\1 \2 \3s"))


@cache
def clause_of(question: str) -> str:
    """``question`` as a part of another sentence ("where the sun rises"), or "" if that is not so simple."""
    if told := _TELL.match(question):
        return question[told.end():]
    if thing := _WHAT_IS_THE.fullmatch(question):
        return f"what {thing[1]} is"
    if _AS_IT_IS.match(question):
        return question
    for pattern, order in _SUBJECT_FIRST:
        if found := pattern.fullmatch(question):
            return found.expand(order)
    return ""


@cache
def capitals() -> tuple[tuple[str, str], ...]:
    """(country, capital) of all countries in the table."""
    found = ((re.match(r"what is the capital of ([^;]+)", questions), answers) for questions, answers
             in table("simple_facts"))
    return tuple((match[1], answers.split(".")[0]) for match, answers in found if match)


@cache
def amounts() -> tuple[tuple[str, str, str, bool], ...]:
    """(things, of what, how many, whether they are "in" it), as in ("days", "a week", "seven", True)."""
    rows = []
    for questions, answers in table("simple_facts"):
        match = re.search(r"how many (\w+) does ((?:a|an|the|half) [^;]+?) have(?:;|$)", questions)
        number = answers.split(".")[0]
        if match and re.fullmatch(r"\d+|[A-Z][a-z-]+|An? \w+", number):
            rows.append((match[1], match[2], number[0].lower() + number[1:], f"{match[1]} are in" in questions))
    return tuple(rows)


_ONLY_INSIDE = re.compile(r"in \{x\}|\{things\} of|make|consists|to \{x\}|=|is how many|is that")


@cache
def _amount_block(is_inside: bool) -> Block:
    """The wordings for what something holds, or only those for what it has (a dog has legs, they are not in it)."""
    block = phrases("skills")["how_many"]
    return block if is_inside else {mark: tuple(line for line in lines if not _ONLY_INSIDE.search(line))
                                    for mark, lines in block.items()}


def _amount(talk: Talk) -> None:
    rng, values = talk.rng, talk.values
    is_inside = rng.random() < 0.6
    rows = [row for row in amounts() if row[3] == is_inside] or list(amounts())

    def draw() -> None:
        values["things"], values["x"], values["y"], _ = rng.choice(rows)

    quiz(talk, _amount_block(is_inside), draw,
         lambda: rng.choice([row[2] for row in rows if row[2] != values["y"]]))


def _capital(talk: Talk) -> None:
    rng, values = talk.rng, talk.values

    def draw() -> None:
        values["x"], values["y"] = country, _ = rng.choice(capitals())
        values["own"] = f"{country}'" if country.endswith("s") else f"{country}'s"

    name = "capital_of_what" if rng.random() < 0.25 else "capital"
    quiz(talk, phrases("skills")[name], draw, lambda: rng.choice([c for _, c in capitals() if c != values["y"]]))

"""Sentences with gaps: ``{pool}`` takes a value, ``[this|that]`` a choice.

``{person}`` draws from the pool ``person`` and keeps the value for the rest of the dialogue; ``{person2}`` is another
one of the same pool. Values that a dialogue sets itself (``{sum}``) are used as they are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from chatbot.core.errors import TrainingError
from chatbot.training.generated.pools import draw

_PIECE = re.compile(r"\{(\w+)\}|([\[\]|])")


class Slot:
    """A gap named ``key`` that is filled from ``pool`` (the key without its trailing digits)."""

    __slots__ = ("key", "pool")

    def __init__(self, key: str) -> None:
        self.key = key
        self.pool = key.rstrip("0123456789")


class Choice:
    """Alternatives of which one is taken."""

    __slots__ = ("options",)

    def __init__(self, options: list[Template]) -> None:
        self.options = options


Template = tuple["str | Slot | Choice", ...]


@cache
def parse(text: str) -> Template:
    """The parts of a sentence with gaps. ``TrainingError`` if a bracket is not closed."""
    options = _options(iter(_tokens(text)), text, is_inside=False)
    return options[0]


def _tokens(text: str) -> Iterator[str | Slot]:
    position = 0
    for match in _PIECE.finditer(text):
        if match.start() > position:
            yield text[position:match.start()]
        yield Slot(match[1]) if match[1] else match[2]
        position = match.end()
    if position < len(text):
        yield text[position:]


def _options(tokens: Iterator[str | Slot], text: str, *, is_inside: bool) -> list[Template]:
    options: list[list[str | Slot | Choice]] = [[]]
    for token in tokens:
        if token == "[":
            options[-1].append(Choice(_options(tokens, text, is_inside=True)))
        elif token == "|" and is_inside:
            options.append([])
        elif token == "]":
            if not is_inside:
                raise TrainingError(f"The phrase {text!r} closes a bracket that was never opened.")
            return [tuple(option) for option in options]
        else:
            options[-1].append(token)
    if is_inside:
        raise TrainingError(f"The phrase {text!r} has an open bracket.")
    return [tuple(option) for option in options]


class Values:
    """The values of one dialogue, drawn when first asked for."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.known: dict[str, str] = {}

    def __setitem__(self, key: str, value: str) -> None:
        self.known[key] = value

    def __getitem__(self, key: str) -> str:
        if key not in self.known:
            self.known[key] = self._fresh(key.rstrip("0123456789"))
        return self.known[key]

    def _fresh(self, pool: str) -> str:
        """A value that this dialogue does not use yet, so that two people never share a name by chance."""
        taken = {value.lower() for value in self.known.values()}
        for _ in range(20):
            value = draw(self.rng, pool)
            if value.lower() not in taken:
                break
        return value


def expand(template: Template, values: Values) -> Iterator[tuple[str, bool]]:
    """(text, whether it is a value) of each part of one way to say ``template``."""
    for part in template:
        if isinstance(part, str):
            yield part, False
        elif isinstance(part, Slot):
            yield values[part.key], True
        else:
            yield from expand(values.rng.choice(part.options), values)


def spoken(text: str, values: Values) -> list[tuple[str, bool]]:
    """The parts of one way to say ``text``; "a" before a value becomes "an" where it is said so."""
    parts = list(expand(parse(text), values))
    for place in range(len(parts) - 1):
        before, after = parts[place][0], parts[place + 1][0]
        if parts[place + 1][1] and (before in ("a ", "A ") or before.endswith((" a ", "\"a "))) and says_an(after):
            parts[place] = (before[:-1] + "n ", False)
    return parts


_AN = ("uncle", "umbrella", "under", "up", "8", "11", "18")
_NO_AN = ("eu", "ewe", "one")


def says_an(word: str) -> bool:
    """Whether "an" goes before ``word``."""
    word = word.lower()
    return word.startswith(_AN) or (word[:1] in "aeio" and not word.startswith(_NO_AN))


def fill(text: str, values: Values) -> str:
    """One way to say ``text``."""
    return "".join(part for part, _ in spoken(text, values))


def slots(text: str) -> set[str]:
    """Names of all gaps in ``text``."""
    return {match[1] for match in _PIECE.finditer(text) if match[1]}


@cache
def table(file: str) -> tuple[tuple[str, ...], ...]:
    """``tables/<file>.txt``: one row a line, cells between ``|``."""
    text = (resources.files("chatbot.training.generated") / "tables" / f"{file}.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split("|")) for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def phrases(file: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """``phrases/<file>.txt`` as {block: {mark: lines}}.

    ``== name`` begins a block; every other line is ``MARK: sentence`` (``U`` for the user, ``B`` for Wren, and what
    else the generator of the file asks for). Lines that begin with ``#`` are remarks.
    """
    text = (resources.files("chatbot.training.generated") / "phrases" / f"{file}.txt").read_text(encoding="utf-8")
    blocks: dict[str, dict[str, list[str]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            block = blocks.setdefault(line[3:].strip(), {})
            continue
        mark, colon, sentence = line.partition(": ")
        if not colon or not blocks:
            raise TrainingError(f"phrases/{file}.txt, line {number}: expected 'MARK: sentence', not {line[:40]!r}.")
        block.setdefault(mark, []).append(sentence.strip())
    return {name: {mark: tuple(lines) for mark, lines in block.items()} for name, block in blocks.items()}

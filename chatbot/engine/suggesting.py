"""The next words of the user's own message, while it is typed: half a word is completed, and some more may follow.

The typed text is read up to its last whole word, and what was read is kept, so that the next key costs a few steps
only. From there the likeliest words that agree with the typed letters are taken, as long as the model is sure of them.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from chatbot.core.replies import Suggestion, SuggestionRequest, Turn
from chatbot.engine.piece_index import PieceIndex
from chatbot.engine.reply import Prompt, Stopped, clock, feed
from chatbot.engine.state import HiddenState
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer, normalise

SURE = 0.7
"""A suggestion is made from this probability on. With wren-en-s two of three suggestions are right then, there is one
at every seventh place of held-out messages, and taking the right ones saves 13 % of the key presses; at 0.5 half of
them would be wrong to save 18 % (``tests/benchmarks/bench_suggestions.py``)."""
LEAST_CHARACTERS = 3
"""A shorter suggestion saves nothing over typing it."""
MOST_WORDS, MOST_CHARACTERS = 4, 60
TYPED_CHARACTERS = 2000
"""Of a longer text only about the last so many characters are read."""
CONTEXT_TOKENS = 512
"""Of a conversation without a saved state only about the last so many tokens are read."""
_READ_TOKENS = 32
"""Tokens read between two looks at the clock."""
_CUT_CHARACTERS = 500
"""The beginning that is left out of a long text grows by so much at a time, so that what was read stays of use."""
_LONGEST_WORD = 32
_BRANCHES = 2
_SMALL_SHARE = 0.02


class OutOfTime(Exception):
    """The budget of a request is used up."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """When work on a request has to end: at its stop flag or its deadline (seconds of ``clock``)."""

    stop: threading.Event = field(default_factory=threading.Event)
    deadline: float = float("inf")

    def check(self) -> None:
        """Raise ``Stopped`` or ``OutOfTime`` if it is over."""
        if self.stop.is_set():
            raise Stopped
        if clock() >= self.deadline:
            raise OutOfTime


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed text: the tokens of all that is whole, and the letters (with the blank before them) that may not be."""

    tokens: tuple[int, ...]
    letters: str


def split_typed(tokenizer: Tokenizer, text: str) -> Typed | None:
    """Where a text may be gone on with; None where nothing can be said: it is blank, or a line has just begun.

    No token reaches over the edge of a word or from letters to punctuation, so what stands before the last letters is
    read the same whatever they become.
    """
    text = _end_of(text)
    whole = normalise(text)
    after = normalise(text + "|")[len(whole):-1]
    if not whole or "\n" in after:
        return None
    tokens = tokenizer.encode(whole)
    if after:
        return Typed(tuple(tokens), " ")
    letters = ""
    while tokens and not letters.startswith(" ") and _is_letters(tokenizer.piece(tokens[-1]), letters):
        letters = tokenizer.piece(tokens.pop()) + letters
    return Typed(tuple(tokens), letters) if len(letters) <= _LONGEST_WORD else None


def _is_letters(piece: str, after: str) -> bool:
    """A piece of a word: letters and digits, or the blank alone before some. (A byte is written ``<0x..>``.)"""
    return piece.removeprefix(" ").isalnum() or (piece == " " and after != "")


def _end_of(text: str) -> str:
    """The end of a long text, from the beginning of a word if there is one."""
    surplus = len(text) - TYPED_CHARACTERS
    if surplus <= 0:
        return text
    text = text[-(-surplus // _CUT_CHARACTERS) * _CUT_CHARACTERS:]
    first, _, rest = text.partition(" ")
    return rest if len(first) < _CUT_CHARACTERS and rest else text


class Reading:
    """A state and the tokens it was fed since ``start``: reading on from there costs the new tokens only."""

    def __init__(self, network: StepNetwork, start: HiddenState) -> None:
        self._network = network
        self._start = start
        self._forget()

    def _forget(self) -> None:
        self._tokens: list[int] = []
        self._state, self._hidden = self._start.clone(), None

    def reach(self, tokens: Sequence[int], allowance: Allowance) -> Prompt:
        """The place after ``tokens`` (at least one); what was read is kept even if the allowance ends on the way."""
        wanted = list(tokens)
        if wanted[:len(self._tokens)] != self._tokens:
            self._forget()
        while len(self._tokens) < len(wanted):
            allowance.check()
            part = wanted[len(self._tokens):][:_READ_TOKENS]
            self._hidden = feed(self._network, part, self._state)
            self._tokens += part
        assert self._hidden is not None
        return Prompt(self._state, self._hidden)


@dataclass(slots=True)
class _Way:
    """One way to write the typed letters as tokens: where it stands, how likely it is, which letters are left."""

    prompt: Prompt
    chance: float
    left: str


class Suggester:
    """Goes on with the user's message. Remembers what it read last; that changes no answer, only its time."""

    def __init__(self, network: StepNetwork, tokenizer: Tokenizer, restored: Callable[[bytes | None], HiddenState],
                 encode_turn: Callable[[Turn], list[int]], user_token: int) -> None:
        """``restored`` makes a state of saved bytes, ``encode_turn`` the tokens of an earlier turn; ``user_token``
        begins the user's own."""
        self._network = network
        self._tokenizer = tokenizer
        self._restored = restored
        self._encode_turn = encode_turn
        self._user_token = user_token
        self._index = PieceIndex(tokenizer)
        self._key: tuple[bytes | None, tuple[Turn, ...]] | None = None

    def suggestion(self, request: SuggestionRequest) -> Suggestion:
        """See ``core.protocols.Engine``. Bad saved states raise ``ModelError``."""
        best = Suggestion(request.job_id, request.text)
        allowance = Allowance(request.stop, clock() + request.budget_ms / 1000)
        try:
            for text, chance in self.candidates(request.state, request.turns, request.text, allowance, SURE):
                if len(text.strip()) >= LEAST_CHARACTERS:
                    best = Suggestion(request.job_id, request.text, text, chance)
        except OutOfTime:
            pass  # what is sure by now is as sure as before
        except Stopped:
            return Suggestion(request.job_id, request.text)
        return best

    def candidates(self, state: bytes | None, turns: tuple[Turn, ...], text: str, allowance: Allowance,
                   least_chance: float) -> Iterator[tuple[str, float]]:
        """Continuations that end with a whole word, each longer than the one before, with their probabilities."""
        typed = split_typed(self._tokenizer, text)
        if typed is None:
            return
        begun = self._begun(self._read(state, turns, typed.tokens, allowance), typed.letters, allowance)
        if begun is None:
            return
        way, token = begun
        yield from self._whole_words(way, token, allowance, least_chance)

    # -- reading
    def _read(self, state: bytes | None, turns: tuple[Turn, ...], tokens: Sequence[int],
              allowance: Allowance) -> Prompt:
        if self._key != (state, turns):
            self._open(state, turns)
        earlier = self._earlier.reach(self._earlier_tokens, allowance)
        if self._own is None:
            self._own = Reading(self._network, earlier.state)
        return self._own.reach(tokens, allowance) if tokens else earlier

    def _open(self, state: bytes | None, turns: tuple[Turn, ...]) -> None:
        """Another place of a conversation: after ``turns``, which follow what ``state`` remembers."""
        tokens: list[int] = []
        for number in range(len(turns) - 1, -1, -1):
            tokens = self._encode_turn(turns[number]) + tokens
            if len(tokens) >= CONTEXT_TOKENS and number:
                state = None  # it remembers what came before the turns that are left out
                break
        self._earlier = Reading(self._network, self._restored(state))
        self._earlier_tokens = [*tokens, self._user_token]
        self._own: Reading | None = None
        self._key = (state, turns)

    # -- the typed letters
    def _begun(self, prompt: Prompt, letters: str, allowance: Allowance) -> tuple[_Way, int] | None:
        """The likeliest way to write ``letters`` and the token that reaches their end or beyond it.

        The way's chance is its share of all ways that agree with the letters. Ways too unlikely to be followed count
        among them as a whole, so the share is rather too small than too large.
        """
        ways, total, best = [_Way(prompt, 1.0, letters)], 0.0, None
        while ways:
            further: list[tuple[float, _Way, int]] = []
            for way in ways:
                chances = self._chances(way.prompt)
                found = self._index.covering(way.left)
                if len(found):
                    among = chances[found]
                    total += way.chance * (float(among.sum()) if way.left else 1.0)
                    token = int(found[among.argmax()])
                    if best is None or way.chance * float(chances[token]) > best[0].chance:
                        best = _Way(way.prompt, way.chance * float(chances[token]), way.left), token
                further += [(way.chance * float(chances[each]), way, each)
                            for each in self._index.beginning(way.left)]
            followed = heapq.nlargest(_BRANCHES, further, key=_chance)
            followed = [item for item in followed if item[0] > _SMALL_SHARE * total]
            total += sum(map(_chance, further)) - sum(map(_chance, followed))
            ways = [_Way(self._after(way.prompt, token, allowance), chance, way.left[len(self._index.texts[token]):])
                    for chance, way, token in followed]
        if best is None or total <= 0.0:
            return None
        way, token = best
        way.chance /= total
        return way, token

    # -- the words
    def _whole_words(self, way: _Way, token: int, allowance: Allowance,
                     least_chance: float) -> Iterator[tuple[str, float]]:
        text, chance, prompt = self._index.texts[token][len(way.left):], way.chance, way.prompt
        while chance >= least_chance:
            prompt = self._after(prompt, token, allowance)
            chances = self._chances(prompt)
            whole = chance * (1.0 - float(chances @ self._index.inside_word))
            if whole >= least_chance and _ends_with_word(text):
                yield text, whole
            token = int(chances.argmax())
            text += self._index.texts[token]
            if not self._index.is_text[token] or len(text.split()) > MOST_WORDS or len(text) > MOST_CHARACTERS:
                return  # the turn or its line ends here, or a character begins that has no token of its own
            chance *= float(chances[token])

    def _chances(self, prompt: Prompt) -> Tensor:
        """Next-token probabilities [vocabulary]."""
        return self._network.distribution(prompt.hidden, prompt.state)[0].exp()

    def _after(self, prompt: Prompt, token: int, allowance: Allowance) -> Prompt:
        allowance.check()
        state = prompt.state.clone()
        return Prompt(state, self._network.advance(torch.tensor([[token]]), state)[-1])


def _chance(item: tuple[float, _Way, int]) -> float:
    return item[0]


def _ends_with_word(text: str) -> bool:
    return not text[-1:].isspace() and any(character.isalnum() for character in text.rpartition(" ")[2])

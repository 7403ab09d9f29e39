"""Copied names are finished: which tokens must follow, and what a real engine writes."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from chatbot.core.messages import Role
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import NEUTRAL, LiveSampling
from chatbot.engine.reply import Writer
from chatbot.engine.whole_words import LONGEST, WholeWords, WordPieces
from tests.engine.tiny import tiny_engine

TOKENIZER = tiny_engine().tokenizer
PIECES = WordPieces(TOKENIZER)
NAME = "Vobrázumik"
"""No piece of the tiny vocabulary holds more than a few letters of it, and two are not in it at all."""


def tokens(text: str) -> list[int]:
    return TOKENIZER.encode(text)


def test_the_words_of_a_text_are_its_words_in_pieces() -> None:
    found = [TOKENIZER.decode(word).strip() for word in PIECES.words(tokens(f"my cat {NAME} likes fish, you know"))]
    assert found == ["my", "cat", NAME, "likes", "fish", "you", "know"]


def test_a_word_does_not_go_on_over_the_end_of_a_turn() -> None:
    name = name_pieces()
    words = list(PIECES.words([*name[:2], -1, *name[2:]]))
    assert words[0] == tuple(name[:2])


def name_pieces() -> list[int]:
    """The pieces of the name after a blank."""
    return tokens(f"is {NAME}")[len(tokens("is")):]


def enough() -> int:
    """How many pieces of the name have two pieces and three letters."""
    name = name_pieces()
    return next(n for n in range(2, len(name)) if sum(PIECES.letters[token] for token in name[:n]) >= 3)


def test_a_name_must_go_on_once_enough_of_it_is_written() -> None:
    whole, name, before = WholeWords(PIECES, tokens(f"my cat is called {NAME} today")), name_pieces(), tokens("that is")
    for written in range(len(name)):
        expected = [name[written]] if written >= enough() else []
        assert whole.only([*before, *name[:written]]) == expected
    assert whole.only([*before, *name]) == []


def test_a_beginning_that_was_a_word_itself_may_end() -> None:
    name, begun = name_pieces(), name_pieces()[:enough()]
    assert WholeWords(PIECES, [*name, -1]).only(begun) == [name[enough()]]
    assert WholeWords(PIECES, [*name, -1, *begun, -1]).only(begun) == []


def test_two_names_with_one_beginning_leave_a_choice() -> None:
    name, begun = name_pieces(), name_pieces()[:enough()]
    whole = WholeWords(PIECES, [*name, -1, *begun, name[-1]])
    assert name[enough()] != name[-1]
    assert whole.only(begun) == sorted({name[enough()], name[-1]})


def test_a_whole_name_gets_no_more_letters_but_an_ending() -> None:
    name = name_pieces()[:enough() + 2]
    more = next(token for token in range(TOKENIZER.size) if TOKENIZER.piece(token).isalpha()
                and not TOKENIZER.is_byte[token] and TOKENIZER.piece(token) not in ("s", "es", "ed", "ing", "ly"))
    plural, blank = tokens("bs")[-1], next(token for token in range(TOKENIZER.size) if PIECES.starts[token])
    assert TOKENIZER.piece(plural) == "s"
    never = WholeWords(PIECES, name).never(name)
    assert never is not None and bool(never[more]) and not never[plural] and not never[blank]
    assert WholeWords(PIECES, name).never(name[:-1]) is None, "the name must go on there"
    longer = WholeWords(PIECES, [*name, -1, *name, more]).never(name)
    assert longer is not None and not longer[more], "a longer word was there as well"
    kept = WholeWords(PIECES, name).kept(torch.zeros(1, TOKENIZER.size), [name])
    assert bool(torch.isneginf(kept[0, more])) and float(kept[0].exp().sum()) == pytest.approx(1.0)


def test_noise_is_not_repeated_to_the_end() -> None:
    noise = [name_pieces()[0], *[name_pieces()[1]] * (LONGEST + 5)]
    assert WholeWords(PIECES, noise).only(noise[:6]) == []
    assert WholeWords(PIECES, noise[:LONGEST]).only(noise[:6]) == [noise[6]]


def test_only_bound_rows_are_changed_and_normalised() -> None:
    name = name_pieces()
    whole = WholeWords(PIECES, name)
    logs = torch.log_softmax(torch.randn(3, TOKENIZER.size, generator=torch.Generator().manual_seed(1)), dim=-1)
    kept = whole.kept(logs, [tokens("is"), name[:enough()], []])
    assert torch.equal(kept[0], logs[0]) and torch.equal(kept[2], logs[2])
    assert kept[1, name[enough()]] == 0.0 and bool(torch.isneginf(kept[1]).sum() == TOKENIZER.size - 1)
    assert whole.kept(logs, [[], [], []]) is logs


class Bound(WholeWords):
    """Says what must follow, whatever was written."""

    def __init__(self, token: int) -> None:
        self.token = token

    def only(self, written: Sequence[int]) -> list[int]:
        return [self.token]

    def never(self, written: Sequence[int]) -> None:
        return None


@pytest.mark.parametrize("candidates", [1, 4])
def test_the_setting_decides_and_temperature_zero_obeys(candidates: int, monkeypatch: pytest.MonkeyPatch) -> None:
    token = name_pieces()[1]
    monkeypatch.setattr(Writer, "_words_of", lambda self, state: Bound(token))
    for temperature in (0.0, 1.0):
        sampling = replace(NEUTRAL, temperature=temperature, min_tokens=5, max_tokens=5, seed=3, candidates=candidates)
        free, bound = (reply(replace(sampling, whole_names=value)) for value in (0, 1))
        assert bound.text == TOKENIZER.decode([token] * 5).strip() or bound.text == TOKENIZER.decode([token] * 5)
        assert free.text != bound.text
        assert free.statistics.score is None or math.isfinite(free.statistics.score)


def reply(sampling) -> ReplyEnd:
    request = ReplyRequest(1, "tiny", (Turn(Role.USER, "hello there"),), LiveSampling(sampling),
                           stop=threading.Event())
    *_, end = tiny_engine().reply(request)
    assert isinstance(end, ReplyEnd)
    return end


def test_the_tokens_of_a_state_are_those_that_were_fed() -> None:
    engine = tiny_engine()
    text = f"my cat is called {NAME}"
    from chatbot.engine.state import HiddenState
    state = HiddenState.from_bytes(engine.state_after(None, [Turn(Role.USER, text)]), engine._network.architecture,
                                   engine._weights)
    recent = [token for token in state.recent_tokens() if token >= 0]
    fed = tokens(text)
    assert recent == fed[-len(recent):] and len(recent) >= min(len(fed), state.followers.shape[1]) - 3

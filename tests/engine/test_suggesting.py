"""Suggestions: whole words the model is sure of, after letters that may be half a word, at the cost of a few steps."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from chatbot.core.errors import ModelError
from chatbot.core.messages import Role
from chatbot.core.replies import Suggestion, SuggestionRequest, Turn
from chatbot.engine import suggesting
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.piece_index import PieceIndex
from chatbot.engine.reply import Stopped
from chatbot.engine.roles import BOT, END, END_OF_TURN, USER
from chatbot.engine.suggesting import (CONTEXT_TOKENS, MOST_CHARACTERS, MOST_WORDS, SURE, TYPED_CHARACTERS,
                                       Allowance, OutOfTime, Suggester, split_typed)
from tests.engine.tiny import tiny_engine, tiny_tokenizer

EARLIER = (Turn(Role.USER, "do you like the sea?", 1), Turn(Role.BOT, "yes, i like the sea.", 2))
SENTENCE = "my name is Priya. i have a parrot called Judith, do you like the garden in winter?"


@dataclass
class Told:
    """The state of a ``SureNetwork``: all it was fed."""

    tokens: list[int]

    def clone(self) -> Told:
        return Told(list(self.tokens))


class SureNetwork:
    """Knows one message by heart: its next token has the probability ``sure``, all others share the rest."""

    def __init__(self, message: str = SENTENCE, sure: float = 0.97) -> None:
        self.tokenizer = tiny_tokenizer()
        self.message = [*self.tokenizer.encode(message), self.tokenizer.role(END_OF_TURN)]
        self.sure = sure
        self.fed = 0
        self.calls = 0

    def advance(self, tokens: Tensor, state: Told) -> Tensor:
        state.tokens += tokens[:, 0].tolist()
        self.fed += len(tokens)
        self.calls += 1
        return torch.zeros(len(tokens), 1, 1)

    def distribution(self, hidden: Tensor, state: Told) -> Tensor:
        size = self.tokenizer.size
        own = state.tokens[len(state.tokens) - state.tokens[::-1].index(self.tokenizer.role(USER)):]
        if own != self.message[:len(own)] or len(own) == len(self.message):
            return torch.full((1, size), 1 / size).log()
        chances = torch.full((1, size), (1 - self.sure) / (size - 1))
        chances[0, self.message[len(own)]] = self.sure
        return chances.log()

    def suggester(self) -> Suggester:
        tokenizer = self.tokenizer
        return Suggester(self, tokenizer, lambda state: Told([tokenizer.role(END)]),  # type: ignore[arg-type]
                         lambda turn: [tokenizer.role(BOT), *tokenizer.encode(turn.text)], tokenizer.role(USER))


def asked(text: str, turns: Sequence[Turn] = EARLIER, **more: object) -> SuggestionRequest:
    return SuggestionRequest(9, "tiny", tuple(turns), text, **{"budget_ms": 60_000.0, **more})  # type: ignore[arg-type]


def suggested(network: SureNetwork, text: str) -> str:
    found = network.suggester().suggestion(asked(text))
    assert (found.job_id, found.typed) == (9, text)
    return found.text


# ---- what is suggested ----

@pytest.mark.parametrize(("typed", "text"), [
    ("my ", "name is Priya. i"),
    ("my", " name is Priya. i"),
    ("my name is Pr", "iya. i have a"),
    ("my name is Priya", ". i have a"),
    ("my name is Priya. i have a par", "rot called Judith, do"),
    ("my name is Priya. i have a parrot called Judith, do you like the garden i", "n winter?"),
    ("my name is Priya. i have a parrot called Judith,", " do you like the"),
])
def test_half_words_are_completed_and_up_to_four_words_follow(typed: str, text: str) -> None:
    assert suggested(SureNetwork(), typed) == text


def test_every_place_of_a_message_gives_what_comes_next() -> None:
    """Wherever one stops typing, what is suggested are the next letters of the message and ends with a whole word."""
    network = SureNetwork(sure=0.999)
    suggester, places = network.suggester(), 0
    for end in range(1, len(SENTENCE)):
        text = suggester.suggestion(asked(SENTENCE[:end])).text
        if text:
            places += 1
            rest = SENTENCE[end:]
            assert rest.startswith(text), SENTENCE[:end]
            assert not rest[len(text):][:1].isalnum(), "whole words only"
            assert 1 <= len(text.split()) <= MOST_WORDS and len(text.strip()) >= 3
    assert places > 0.8 * len(SENTENCE)


def test_an_unsure_model_suggests_nothing() -> None:
    assert suggested(SureNetwork(sure=0.3), "my name is ") == ""
    found = tiny_engine().suggestion(asked("do you like "))
    assert found == Suggestion(9, "do you like "), "random weights are sure of nothing"


def test_fewer_words_are_suggested_by_a_model_that_is_less_sure() -> None:
    lengths = [len(suggested(SureNetwork(sure=sure), "my ").split()) for sure in (0.72, 0.85, 0.9, 0.99)]
    assert lengths == sorted(lengths) and lengths[0] < lengths[-1] == MOST_WORDS


def test_other_letters_than_the_model_expects_end_the_suggestion() -> None:
    network = SureNetwork()
    assert suggested(network, "my name is Pri") and not suggested(network, "my name is Prx")
    assert not suggested(network, "your name is Pr"), "the model does not know this message"


def test_the_turn_is_never_ended_and_nothing_follows_its_end() -> None:
    network = SureNetwork("i like tea")
    assert suggested(network, "i li") == "ke tea"
    assert suggested(network, "i like tea") == ""


@pytest.mark.parametrize("message", ["i like the 👋 sea and the sun", "i like the\nsea and the sun",
                                     "i like the 海 sea and the sun"])
def test_a_suggestion_stops_before_what_is_no_whole_character_or_another_line(message: str) -> None:
    assert suggested(SureNetwork(message), "i ") == "like the"


def test_after_an_emoji_one_can_go_on() -> None:
    network = SureNetwork("i like 👋hello kim and the sun")
    assert suggested(network, "i like 👋he").startswith("llo kim and")
    assert suggested(network, "i like 👋").startswith("hello kim and")


@pytest.mark.parametrize("text", ["", "  ", "\n", "\t\n ", "hello\n", "hello \n ", "\u200b", "x" * 100])
def test_nothing_is_suggested_where_there_is_nothing_to_go_on_from(text: str) -> None:
    network = SureNetwork()
    assert suggested(network, text) == "" and network.calls == 0


def test_short_leftovers_are_not_worth_a_suggestion() -> None:
    network = SureNetwork("the garden")
    assert suggested(network, "the gard") == "" and suggested(network, "the gar") == "den"


# ---- the real network ----

def plainly(engine: LanguageEngine, turns: Sequence[Turn], own: Sequence[int]) -> tuple[Tensor, object]:
    """Next-token probabilities after feeding one token after the other, and the state."""
    tokenizer, network = engine.tokenizer, engine._network
    ids = [tokenizer.role(END)]
    for turn in turns:
        ids += [tokenizer.role(BOT if turn.role == Role.BOT else USER), *tokenizer.encode(turn.text),
                tokenizer.role(END_OF_TURN)]
    state = network.blank_state()
    for token in [*ids, tokenizer.role(USER), *own]:
        hidden = network.advance(torch.tensor([[token]]), state)
    return network.distribution(hidden[-1], state)[0].exp(), state


def ways(engine: LanguageEngine, own: list[int], letters: str, index: PieceIndex) -> Iterator[tuple[float, list[int]]]:
    """Every way to write ``letters`` and its probability, by plain stepping."""
    chances, _ = plainly(engine, EARLIER, own)
    for token in index.covering(letters).tolist():
        yield float(chances[token]), [token]
    for token in index.beginning(letters):
        for chance, tokens in ways(engine, [*own, token], letters[len(index.texts[token]):], index):
            yield float(chances[token]) * chance, [token, *tokens]


@torch.inference_mode()
@pytest.mark.parametrize("text", ["do you li", "i have a par", "the ", "my name is Ju", "no"])
def test_the_probability_agrees_with_plain_stepping(text: str) -> None:
    engine = tiny_engine()
    index, tokenizer = PieceIndex(engine.tokenizer), engine.tokenizer
    typed = split_typed(tokenizer, text)
    assert typed is not None
    found = list(ways(engine, list(typed.tokens), typed.letters, index))
    best, tokens = max(found)
    chance = best / sum(chance for chance, _ in found)
    expected, written = [], "".join(index.texts[token] for token in tokens)[len(typed.letters):]
    tokens = [*typed.tokens, *tokens]
    while len(expected) < 2 and len(written.split()) <= MOST_WORDS and len(written) <= MOST_CHARACTERS:
        chances, _ = plainly(engine, EARLIER, tokens)
        if not written.endswith(" ") and any(map(str.isalnum, written.rpartition(" ")[2])):
            expected.append((written, chance * (1 - float(chances @ index.inside_word))))
        token = int(chances.argmax())
        if not index.is_text[token]:
            break
        written, chance = written + index.texts[token], chance * float(chances[token])
        tokens.append(token)
    got = list(engine.suggester.candidates(None, EARLIER, text, Allowance(), 0.0))[:len(expected)]
    assert [words for words, _ in got] == [words for words, _ in expected]
    for (_, mine), (_, plain) in zip(got, expected, strict=True):
        assert mine <= plain * 1.001, "ways that were not followed count against it"
        assert mine >= plain * 0.9


@torch.inference_mode()
def test_what_was_read_before_changes_no_answer() -> None:
    engine = tiny_engine()
    texts = [SENTENCE[:end] for end in (20, 21, 22, 40, 10, 11, 40, 39, 1)]
    kept = [list(engine.suggester.candidates(None, EARLIER, text, Allowance(), 0.0)) for text in texts]
    for text, before in zip(texts, kept, strict=True):
        fresh = Suggester(engine._network, engine.tokenizer, engine._restored, engine._turn_tokens,
                          engine.tokenizer.role(USER))
        again = list(fresh.candidates(None, EARLIER, text, Allowance(), 0.0))
        assert [words for words, _ in before] == [words for words, _ in again]
        assert [chance for _, chance in before] == pytest.approx([chance for _, chance in again], rel=1e-3)


@torch.inference_mode()
def test_a_saved_state_gives_what_the_turns_give() -> None:
    engine = tiny_engine()
    state = engine.state_after(None, EARLIER)
    a = list(engine.suggester.candidates(state, (), "i li", Allowance(), 0.0))
    b = list(engine.suggester.candidates(None, EARLIER, "i li", Allowance(), 0.0))
    other = list(engine.suggester.candidates(None, (), "i li", Allowance(), 0.0))
    assert a and [words for words, _ in a] == [words for words, _ in b]
    assert [chance for _, chance in a] == pytest.approx([chance for _, chance in b], rel=1e-3)
    assert [chance for _, chance in a] != pytest.approx([chance for _, chance in other], rel=1e-3)


def test_a_damaged_state_is_told() -> None:
    with pytest.raises(ModelError, match="read again from the text"):
        tiny_engine().suggestion(asked("i like ", state=b"rubbish"))
    assert tiny_engine().suggestion(asked("i like ")).typed == "i like ", "and the engine goes on"


# ---- the cost ----

def test_a_key_costs_a_few_steps_however_long_the_message_is() -> None:
    network = SureNetwork(" ".join([SENTENCE] * 6))
    suggester, text = network.suggester(), " ".join([SENTENCE] * 5) + " my na"
    suggester.suggestion(asked(text))
    before = network.fed
    assert suggester.suggestion(asked(text + "m")).text
    assert network.fed - before <= 14
    assert before > 150


def test_a_megabyte_is_read_from_its_end() -> None:
    network = SureNetwork()
    text = "the cat likes tea. " * 55_007
    assert len(text) > 1_000_000
    suggester = network.suggester()
    list(suggester.candidates(None, EARLIER, text, Allowance(), 0.0))
    assert network.fed < TYPED_CHARACTERS
    before = network.fed
    list(suggester.candidates(None, EARLIER, text + "the cat ", Allowance(), 0.0))
    assert network.fed - before < 30, "the part that is left out grows by jumps, not with every key"
    typed = split_typed(network.tokenizer, text)
    assert typed is not None and network.tokenizer.starts_word(typed.tokens[0])
    assert split_typed(network.tokenizer, "x" * 1_000_000) is None


def test_of_a_long_talk_without_a_saved_state_the_last_turns_are_read() -> None:
    network = SureNetwork()
    turns = [Turn(Role.BOT, "the garden in winter, not the sea! " * 4)] * 200
    assert network.suggester().suggestion(asked("my ", turns)).text
    assert network.fed < CONTEXT_TOKENS + 200


def test_reading_goes_on_where_the_time_ran_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    class Slow(SureNetwork):
        def advance(self, tokens: Tensor, state: Told) -> Tensor:
            now[0] += 0.01
            return super().advance(tokens, state)

    monkeypatch.setattr(suggesting, "clock", lambda: now[0])
    network = Slow(" ".join([SENTENCE] * 6))
    suggester, request = network.suggester(), asked(" ".join([SENTENCE] * 5) + " my na", budget_ms=65.0)
    answers = [suggester.suggestion(request).text for _ in range(12)]
    assert answers[0] == "" and answers[-1].startswith("me"), "the rest is read with the next keys"
    assert now[0] <= 12 * 0.075


def test_what_is_sure_when_the_time_runs_out_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    network = SureNetwork()
    suggester = network.suggester()
    whole = suggester.suggestion(asked("my name is ")).text
    steps = [0]

    def clock() -> float:
        steps[0] += 1
        return 0.0 if steps[0] < 8 else 1.0

    monkeypatch.setattr(suggesting, "clock", clock)
    part = suggester.suggestion(asked("my name is ", budget_ms=500.0)).text
    assert part and whole.startswith(part) and part != whole


def test_the_stop_flag_ends_it_at_the_next_step() -> None:
    class Stopping(threading.Event):
        looks = 0

        def is_set(self) -> bool:
            self.looks += 1
            return self.looks > 3

    network, stop = SureNetwork(), Stopping()
    assert network.suggester().suggestion(asked("my name is ", stop=stop)) == Suggestion(9, "my name is ")
    assert network.calls == 3 and stop.looks == 4


def test_the_allowance_says_why_it_is_over() -> None:
    stop = threading.Event()
    Allowance(stop).check()
    with pytest.raises(OutOfTime):
        Allowance(stop, 0.0).check()
    stop.set()
    with pytest.raises(Stopped):
        Allowance(stop).check()


# ---- splitting and finding ----

@given(st.text(max_size=60))
def test_splitting_never_fails_and_loses_nothing(text: str) -> None:
    tokenizer = tiny_tokenizer()
    typed = split_typed(tokenizer, text)
    if typed is not None and typed.letters not in ("", " "):
        assert list(typed.tokens) == tokenizer.encode(text)[:len(typed.tokens)]
        assert tokenizer.decode([*typed.tokens]).removeprefix(" ") + typed.letters != ""
        whole = "".join(tokenizer.piece(token) for token in tokenizer.encode(text)[len(typed.tokens):])
        assert whole == typed.letters and typed.letters.strip().isalnum()


@given(st.text("adeklmnoprstu '.é👋", min_size=1, max_size=30))
def test_any_typed_text_gets_an_honest_answer(text: str) -> None:
    found = tiny_engine().suggestion(replace(asked(text, ()), budget_ms=30.0))
    assert found.typed == text and "\ufffd" not in found.text
    assert not found.text or SURE <= found.chance <= 1.0001


def test_the_index_finds_what_a_search_through_all_tokens_finds() -> None:
    tokenizer = tiny_tokenizer()
    index = PieceIndex(tokenizer)
    for letters in (" p", " pa", "ing", " ", "", "x", " Judith", "zzz"):
        expected = {token for token in range(tokenizer.size)
                    if index.is_text[token] and tokenizer.piece(token).startswith(letters)}
        assert set(index.covering(letters).tolist()) == expected
        beginning = {token for token in range(tokenizer.size) if index.is_text[token]
                     and letters.startswith(tokenizer.piece(token)) and len(tokenizer.piece(token)) < len(letters)}
        assert set(index.beginning(letters)) == beginning
    assert not any(index.is_text[token] for token in range(tokenizer.size)
                   if tokenizer.is_special[token] or tokenizer.is_byte[token])

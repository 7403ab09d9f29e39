"""Replies of a small real engine: streamed, repeatable, stoppable, and with states that go on exactly."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from chatbot.core.errors import ModelError
from chatbot.core.messages import Role
from chatbot.core.replies import DistributionRequest, EndReason, ReplyEnd, ReplyPiece, ReplyRequest, Turn
from chatbot.core.sampling import NEUTRAL, LiveSampling, Sampling
from chatbot.engine.language_engine import LONGEST_TURN_TOKENS, LanguageEngine
from chatbot.engine.reply import FEED_TOKENS, Drawn, Prompt
from chatbot.engine.roles import BOT, END, END_OF_TURN, USER
from chatbot.engine.state import HiddenState
from chatbot.engine.tokenizer import Detokenizer
from tests.engine.tiny import tiny_engine

HELLO = (Turn(Role.USER, "do you like the sea?"),)


def request(sampling: Sampling, turns: Sequence[Turn] = HELLO, **more: object) -> ReplyRequest:
    return ReplyRequest(7, "tiny", tuple(turns), LiveSampling(sampling), **more)  # type: ignore[arg-type]


def written(sampling: Sampling, turns: Sequence[Turn] = HELLO, **more: object) -> tuple[list[str], ReplyEnd]:
    *pieces, end = tiny_engine().reply(request(sampling, turns, **more))
    assert isinstance(end, ReplyEnd) and all(isinstance(piece, ReplyPiece) for piece in pieces)
    assert {piece.job_id for piece in pieces} <= {7} and end.job_id == 7
    return [piece.text for piece in pieces], end


ONE = replace(NEUTRAL, seed=5, min_tokens=8, max_tokens=30)
MANY = replace(ONE, candidates=6, relevance=0.3)


@pytest.mark.parametrize("sampling", [ONE, MANY, Sampling(seed=3), replace(ONE, temperature=0.0)])
def test_the_pieces_are_the_whole_text(sampling: Sampling) -> None:
    pieces, end = written(sampling)
    assert "".join(pieces) == end.text and all(pieces)
    assert end.statistics.tokens >= 4


@pytest.mark.parametrize("sampling", [ONE, MANY])
def test_the_same_seed_gives_the_same_text_and_another_seed_another(sampling: Sampling) -> None:
    first, again = written(sampling)[1], written(sampling)[1]
    assert first.text == again.text and first.statistics.seed == sampling.seed
    assert len({written(replace(sampling, seed=seed))[1].text for seed in range(6)}) > 1


def test_a_drawn_seed_is_told_and_repeats_the_reply() -> None:
    _, end = written(replace(MANY, seed=-1))
    assert end.statistics.seed >= 0
    assert written(replace(MANY, seed=end.statistics.seed))[1].text == end.text


def greedy_by_hand(begun: str, count: int) -> str:
    """Feed, take the likeliest allowed token, feed it."""
    engine = tiny_engine()
    tokenizer, network = engine.tokenizer, engine._network
    ids = [tokenizer.role(END), tokenizer.role(USER), *tokenizer.encode(HELLO[0].text), tokenizer.role(END_OF_TURN),
           tokenizer.role(BOT), *tokenizer.encode(begun)]
    never = torch.tensor([t for t in range(tokenizer.size) if tokenizer.is_special[t]])
    state, taken = network.blank_state(), []
    with torch.inference_mode():
        for token in ids:
            hidden = network.advance(torch.tensor([[token]]), state)
        for _ in range(count):
            logs = network.distribution(hidden[-1], state)[0].index_fill(0, never, -torch.inf)
            taken.append(int(logs.argmax()))
            hidden = network.advance(torch.tensor([[taken[-1]]]), state)
    detokenizer = Detokenizer(tokenizer, continues_text=bool(begun))
    return "".join(detokenizer.add(token) for token in taken) + detokenizer.finish()


@pytest.mark.parametrize("begun", ["", "yes, i like", "the cat of"])
def test_temperature_zero_takes_the_likeliest_token_every_time(begun: str) -> None:
    pieces, end = written(replace(ONE, temperature=0.0, min_tokens=10, max_tokens=10), written=begun)
    assert end.text == "".join(pieces) == greedy_by_hand(begun, 10)


@pytest.fixture
def _likely_nul(monkeypatch: pytest.MonkeyPatch) -> None:
    """<0x00>, which the store would not keep, is by far the likeliest token."""
    network, tokenizer = tiny_engine()._network, tiny_engine().tokenizer
    likelier = torch.zeros(tokenizer.size)
    likelier[tokenizer.is_control_character.index(True)] = 50.0
    distribution = type(network).distribution
    monkeypatch.setattr(type(network), "distribution", lambda *given: distribution(*given) + likelier)


@pytest.mark.usefixtures("_likely_nul")
@pytest.mark.parametrize("sampling", [ONE, MANY])
def test_no_reply_has_a_control_character_however_likely_it_is(sampling: Sampling) -> None:
    _, end = written(replace(sampling, min_tokens=20, max_tokens=40))
    assert end.statistics.tokens >= 20 and "\0" not in end.text


@pytest.mark.usefixtures("_likely_nul")
def test_no_completion_is_a_control_character() -> None:
    words = [word for word, _ in tiny_engine().complete("the", 20)]
    assert words and not any("\0" in word for word in words)


def test_the_best_of_many_scores_higher_than_the_best_of_two() -> None:
    assert written(ONE)[1].statistics.score is None, "nothing was ranked"
    scores = [written(replace(ONE, candidates=16, relevance=0.0, seed=seed))[1].statistics.score for seed in range(5)]
    few = [written(replace(ONE, candidates=2, relevance=0.0, seed=seed))[1].statistics.score for seed in range(5)]
    assert sum(scores) > sum(few)  # type: ignore[arg-type]


@pytest.mark.parametrize("sampling", [ONE, MANY])
def test_lengths_are_kept(sampling: Sampling) -> None:
    assert written(replace(sampling, min_tokens=0, max_tokens=3))[1].statistics.tokens <= 3
    _, end = written(replace(sampling, min_tokens=40, max_tokens=40))
    assert end.statistics.tokens == 40 and end.reason is EndReason.MAX_TOKENS


@pytest.mark.parametrize("sampling", [ONE, MANY])
def test_a_reply_stopped_before_it_begins_is_empty(sampling: Sampling) -> None:
    stop = threading.Event()
    stop.set()
    pieces, end = written(sampling, stop=stop)
    assert (pieces, end.text, end.reason) == ([], "", EndReason.STOPPED)
    assert end.statistics.tokens == 0


def test_a_reply_stopped_in_the_middle_keeps_what_was_written() -> None:
    stop = threading.Event()
    whole = written(replace(ONE, min_tokens=30))[1].text
    stream = tiny_engine().reply(request(replace(ONE, min_tokens=30), stop=stop))
    text = "".join(next(stream).text for _ in range(4))  # type: ignore[union-attr]
    stop.set()
    *rest, end = stream
    assert isinstance(end, ReplyEnd) and end.reason is EndReason.STOPPED
    assert end.text == text + "".join(piece.text for piece in rest)  # type: ignore[union-attr]
    assert whole.startswith(end.text) and 0 < len(end.text) < len(whole)


class StopAfter(threading.Event):
    """Sets itself after it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def test_candidates_stopped_in_the_middle_give_the_best_so_far() -> None:
    pieces, end = written(replace(MANY, min_tokens=30), stop=StopAfter(9))
    assert end.reason is EndReason.STOPPED and 0 < end.statistics.tokens < 30
    assert "".join(pieces) == end.text


def test_reading_a_long_text_can_be_stopped() -> None:
    stop = StopAfter(3)
    pieces, end = written(ONE, (Turn(Role.USER, "the sea and the sun " * 2000, 1),), stop=stop)
    assert (pieces, end.reason) == ([], EndReason.STOPPED)
    assert stop.looks >= -2, "it looks at the flag once for every part that is fed"
    assert LONGEST_TURN_TOKENS > 4 * FEED_TOKENS


def test_a_slider_moved_while_writing_counts_from_the_next_token() -> None:
    live = LiveSampling(replace(ONE, min_tokens=30))
    stream = tiny_engine().reply(replace(request(ONE), sampling=live))
    before = [next(stream).text for _ in range(3)]  # type: ignore[union-attr]
    live.value = replace(live.value, max_tokens=6)
    *_, end = stream
    assert isinstance(end, ReplyEnd) and end.text.startswith("".join(before))
    assert end.statistics.tokens <= 6 and end.reason is EndReason.MAX_TOKENS


def test_states_are_given_for_every_named_message_the_reply_last() -> None:
    turns = (Turn(Role.USER, "hello", 11), Turn(Role.BOT, "yes", None), Turn(Role.USER, "do you?", 13))
    _, end = written(MANY, turns, reply_message_id=14)
    assert [message_id for message_id, _ in end.states] == [11, 13, 14]
    engine = tiny_engine()
    assert end.states[0][1] == engine.state_after(None, turns[:1])
    assert end.states[1][1] == engine.state_after(None, turns)


@pytest.mark.parametrize("sampling", [ONE, MANY])
def test_going_on_from_a_saved_state_equals_reading_everything_again(sampling: Sampling) -> None:
    turns = (Turn(Role.USER, "my name is kim.", 1), Turn(Role.BOT, "hello kim.", 2), Turn(Role.USER, "who am i?", 3))
    engine = tiny_engine()
    saved = engine.state_after(None, turns[:2])
    assert written(sampling, turns[2:], state=saved)[1].text == written(sampling, turns)[1].text


def test_the_state_after_a_reply_is_the_state_after_its_tokens() -> None:
    engine = tiny_engine()
    tokens = engine.tokenizer.encode("yes, i like the sea")
    after = engine.state_after(None, (*HELLO, Turn(Role.BOT, "yes, i like the sea")))
    prompt = engine._prompt(None, HELLO, "", None, None)
    with torch.inference_mode():
        data = engine._state_after_reply(prompt.state, tokens)
    a, b = (HiddenState.from_bytes(each, engine._network.architecture) for each in (data, after))
    assert a.count == b.count and torch.equal(a.followers, b.followers)
    assert torch.allclose(a.cells[1][0], b.cells[1][0], atol=1e-5), "equal but for the order of sums"
    assert written(ONE, reply_message_id=2)[1].states[-1][0] == 2


def test_a_damaged_state_is_told_before_anything_is_written() -> None:
    with pytest.raises(ModelError, match="read again from the text"):
        next(iter(tiny_engine().reply(request(ONE, state=b"rubbish"))))


def test_a_long_message_is_read_from_its_end() -> None:
    engine: LanguageEngine = tiny_engine()
    tail = "the cat " * (LONGEST_TURN_TOKENS // 2)
    ids = engine.tokenizer.encode("my name is kim. " + tail)
    assert len(ids) > LONGEST_TURN_TOKENS
    whole = engine.state_after(None, (Turn(Role.USER, "my name is kim. " + tail),))
    assert whole == engine.state_after(None, (Turn(Role.USER, "my name is zoe. " + tail),))


def test_the_distribution_is_what_a_reply_draws_from() -> None:
    engine = tiny_engine()
    sampling = replace(NEUTRAL, top_k=5)
    found = engine.distribution(DistributionRequest(1, "tiny", HELLO, sampling, count=400))
    assert sum(chance.shaped for chance in found.chances) == pytest.approx(1.0, abs=1e-4)
    assert sum(chance.base for chance in found.chances) == pytest.approx(1.0, abs=1e-3)
    assert sum(chance.shaped > 0 for chance in found.chances) == 5
    kept = sum(chance.base for chance in found.chances if chance.shaped > 0)
    assert found.cut == pytest.approx(1.0 - kept, abs=1e-4)
    assert found.entropy_bits < found.base_entropy_bits


def test_relevance_counts_the_end_that_was_drawn() -> None:
    """A reply may end with the end of the turn or of the conversation; either is scored as what it was."""
    engine = tiny_engine()
    writer, network, tokenizer = engine._writer, engine._network, engine.tokenizer
    ids = tokenizer.encode("the sea")
    for name in (END_OF_TURN, END):
        row = Drawn(list(ids), -1.0, tokenizer.role(name))
        expected, state = [], network.blank_state()
        with torch.inference_mode():
            for token in (tokenizer.role(END), tokenizer.role(BOT)):
                hidden = network.advance(torch.tensor([[token]]), state)
            for token in (*ids, tokenizer.role(name)):
                expected.append(float(network.distribution(hidden[-1], state)[0, token]))
                hidden = network.advance(torch.tensor([[token]]), state)
            got = writer._mean_log_probabilities([row], writer._blank)[0]
        assert row.is_finished and got == pytest.approx(sum(expected) / len(expected), abs=1e-3), name


def test_texts_without_speakers_are_scored_generated_and_completed() -> None:
    engine = tiny_engine()
    a, b = engine.score(["the cat", "the cat of kim"])
    assert a.log_probability < 0 and a.words == 3 and a.tokens == len(engine.tokenizer.encode("the cat")) + 1
    assert b.log_probability < a.log_probability
    words = engine.complete("the", 5)
    assert len(words) == 5 and sorted((chance for _, chance in words), reverse=True) == [c for _, c in words]
    assert all(0 < chance <= 1 for _, chance in words) and sum(chance for _, chance in words) <= 1.0001
    text = "".join(engine.generate("the cat", ONE, threading.Event(), 4))
    assert text == "".join(engine.generate("the cat", ONE, threading.Event(), 4)) != ""


def test_in_a_conversation_relevance_is_measured_against_the_last_message_alone(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """The contrast is the answered message without what was said before it, however the engine got to know it."""
    engine, seen = tiny_engine(), []
    rank = engine._writer.rank

    def spy(drawn: object, sampling: Sampling, earlier: object, out_of_context: Prompt | None = None) -> object:
        seen.append(out_of_context)
        return rank(drawn, sampling, earlier, out_of_context)  # type: ignore[arg-type]

    monkeypatch.setattr(engine._writer, "rank", spy)
    sampling = replace(Sampling(), candidates=4, relevance=0.3, max_tokens=8, seed=3)
    told, asked = (Turn(Role.USER, "the cat of kim", 1), Turn(Role.BOT, "ok", 2)), Turn(Role.USER, "the sea", 3)
    [*_, whole] = engine.reply(request(sampling, (*told, asked)))
    state = dict([*engine.reply(request(sampling, (*told, asked)))][-1].states)[3]
    [*_, resumed] = engine.reply(request(sampling, (), state=state, answers="the sea", earlier_replies=("ok",)))
    assert resumed.text == whole.text and resumed.statistics.score == pytest.approx(whole.statistics.score, abs=1e-5)
    expected = engine._prompt(None, (asked,), "", None, None)
    for prompt in seen:
        assert prompt.state.recent_tokens() == expected.state.recent_tokens()
        assert prompt.state.count == expected.state.count
    seen.clear()
    list(engine.reply(request(sampling, (asked,))))
    list(engine.reply(request(sampling, (), state=state, answers="the sea")))
    list(engine.reply(request(replace(sampling, relevance=0.0), (*told, asked))))
    assert seen == [None, None, None], "the first message, or no relevance wanted: nothing is read again"

"""The engine as window and terminal know it: turns in, pieces of a reply out, states as bytes."""

from __future__ import annotations

import math
import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch

from chatbot.core.errors import ModelError
from chatbot.core.messages import ReplyStatistics, Role
from chatbot.core.replies import (Distribution, DistributionRequest, EndReason, ModelSummary, ReplyEnd, ReplyPiece,
                                  ReplyRequest, Suggestion, SuggestionRequest, TokenChance, Turn)
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.reply import Prompt, Stopped, Writer, clock, feed, pieces
from chatbot.engine.roles import BOT, END, END_OF_TURN, TEXT, USER
from chatbot.engine.sampling import shaped
from chatbot.engine.state import HiddenState
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.suggesting import Suggester
from chatbot.engine.tokenizer import Detokenizer, Tokenizer

LONGEST_TURN_TOKENS = 4096
"""Of a longer message only the end is read; a state of some kilobytes holds no more of it anyway."""
_ANSWERED_TOKENS = 160
"""Of the message that is answered, when it is read once more without the conversation."""
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class LineScore:
    """How likely a line of text is: nats (negative), its tokens, and its words and punctuation marks."""

    text: str
    log_probability: float
    tokens: int
    words: int


class LanguageEngine:
    """A loaded model that writes replies. One owner thread; every call is independent of the ones before."""

    def __init__(self, network: StepNetwork, tokenizer: Tokenizer, summary: ModelSummary,
                 roles: Mapping[str, str] | None = None, weights: str = "") -> None:
        """``roles``: the role tokens of ``user`` and ``bot`` where they are not the usual ones; ``weights``: what saved
        states are marked with, so that they are never given to other weights."""
        names = {"user": USER, "bot": BOT, **(roles or {})}
        self._network = network
        self._weights = weights
        self.tokenizer = tokenizer
        self._end, self._end_of_turn = tokenizer.role(END), tokenizer.role(END_OF_TURN)
        self._roles = {Role.USER: tokenizer.role(names["user"]), Role.BOT: tokenizer.role(names["bot"])}
        self._start = network.blank_state()
        with torch.inference_mode():
            feed(network, [self._end], self._start)
        self._silent = [t for t in range(tokenizer.size)
                        if tokenizer.is_special[t] or tokenizer.is_control_character[t]]
        forbidden = [t for t in self._silent if t not in (self._end, self._end_of_turn)]
        with torch.inference_mode():
            state = self._start.clone()
            blank = Prompt(state, feed(network, [self._roles[Role.BOT]], state))
        self._writer = Writer(network, tokenizer, blank, (self._end_of_turn, self._end), forbidden)
        self._forbidden = forbidden
        self._summary = replace(summary, kernel=network.kernel, state_bytes=len(self._start.to_bytes(self._weights)))

    @property
    def summary(self) -> ModelSummary:
        """What the window shows about this model."""
        return self._summary

    @property
    def kernel(self) -> str:
        """``int8`` or ``float32``."""
        return self._network.kernel

    # -- chat

    @torch.inference_mode()
    def reply(self, request: ReplyRequest) -> Iterator[ReplyPiece | ReplyEnd]:
        """See ``core.protocols.Engine``. Bad saved states raise ``ModelError`` before anything is written."""
        start, sampling = clock(), request.sampling.value
        seed = sampling.seed if sampling.seed >= 0 else secrets.randbelow(2**31)
        states: list[tuple[int, bytes]] = []
        try:
            prompt = self._prompt(request.state, request.turns, request.written, states, request.stop)
        except Stopped:
            yield self._end_of(request, "", EndReason.STOPPED, 0, start, None, seed, None, [])
            return
        written = self.tokenizer.encode(request.written) if request.written else []
        if sampling.candidates > 1 and sampling.temperature > 0:
            source = self._ranked(prompt, request, seed, written)
        else:
            source = self._streamed(prompt, request, seed, written)
        text, tokens, first = "", [], None
        reason, score = EndReason.END_OF_TURN, None
        for item in source:
            if isinstance(item, tuple):
                reason, score, tokens = item
                continue
            first = first if first is not None else clock() - start
            text += item
            yield ReplyPiece(request.job_id, item)
        if request.reply_message_id is not None:
            states.append((request.reply_message_id, self._state_after_reply(prompt.state, tokens)))
        yield self._end_of(request, text, reason, len(tokens), start, first, seed, score, states)

    def _prompt(self, state: bytes | None, turns: Sequence[Turn], written: str,
                states: list[tuple[int, bytes]] | None, stop: threading.Event | None) -> Prompt:
        """Feed ``turns`` and the beginning of the bot's turn; states after turns that name a message are added."""
        hidden_state = self._restored(state)
        for turn in turns:
            self._feed_turn(turn, hidden_state, stop)
            if states is not None and turn.message_id is not None:
                states.append((turn.message_id, hidden_state.to_bytes(self._weights)))
        begun = [self._roles[Role.BOT], *(self.tokenizer.encode(written) if written else [])]
        return Prompt(hidden_state, feed(self._network, begun, hidden_state, stop))

    def _restored(self, state: bytes | None) -> HiddenState:
        if state is None:
            return self._start.clone()
        return HiddenState.from_bytes(state, self._network.architecture, self._weights)

    def _feed_turn(self, turn: Turn, state: HiddenState, stop: threading.Event | None) -> None:
        feed(self._network, self._turn_tokens(turn), state, stop)

    def _turn_tokens(self, turn: Turn, longest: int = LONGEST_TURN_TOKENS) -> list[int]:
        tokens = self.tokenizer.encode(turn.text)[-longest:]
        return [self._roles[turn.role], *tokens, self._end_of_turn]

    def _state_after_reply(self, state: HiddenState, tokens: Sequence[int]) -> bytes:
        after = state.clone()
        feed(self._network, [*tokens, self._end_of_turn], after)
        return after.to_bytes(self._weights)

    def _streamed(self, prompt: Prompt, request: ReplyRequest, seed: int,
                  written: Sequence[int]) -> Iterator[str | tuple[EndReason, float | None, list[int]]]:
        detokenizer = Detokenizer(self.tokenizer, continues_text=bool(request.written))
        stream = self._writer.one(prompt, request.sampling, request.stop, seed, written)
        tokens: list[int] = []
        while True:
            try:
                token = next(stream)
            except StopIteration as end:
                reason = end.value
                break
            tokens.append(token)
            if text := detokenizer.add(token):
                yield text
        if text := detokenizer.finish():
            yield text
        yield reason, None, tokens

    def _ranked(self, prompt: Prompt, request: ReplyRequest, seed: int,
                written: Sequence[int]) -> Iterator[str | tuple[EndReason, float | None, list[int]]]:
        drawn = self._writer.many(prompt, request.sampling, request.stop, seed, written)
        number, score = self._writer.rank(drawn, request.sampling.value, request.earlier_replies,
                                          self._out_of_context(request, written))
        chosen = drawn[number]
        yield from pieces(self.tokenizer, chosen.tokens, continues_text=bool(request.written))
        reason = (EndReason.END_OF_TURN if chosen.is_finished else
                  EndReason.STOPPED if request.stop.is_set() else EndReason.MAX_TOKENS)
        yield reason, score, chosen.tokens

    def _out_of_context(self, request: ReplyRequest, written: Sequence[int]) -> Prompt | None:
        """Where the reply would begin if the message it answers were the whole conversation; None if it is."""
        has_before = len(request.turns) > 1 or (request.state is not None and bool(request.earlier_replies))
        answered = request.answered
        if not has_before or answered is None or not request.sampling.value.relevance or request.stop.is_set():
            return None
        state = self._start.clone()
        begun = [self._roles[Role.BOT], *written]
        return Prompt(state, feed(self._network, [*self._turn_tokens(answered, _ANSWERED_TOKENS), *begun], state))

    def _end_of(self, request: ReplyRequest, text: str, reason: EndReason, tokens: int, start: float,
                first: float | None, seed: int, score: float | None, states: list[tuple[int, bytes]]) -> ReplyEnd:
        seconds = clock() - start
        sampling = request.sampling.value
        statistics = ReplyStatistics(tokens=tokens, seconds=seconds, candidates=sampling.candidates, seed=seed,
                                     first_token_seconds=seconds if first is None else first,
                                     tokens_per_second=tokens / seconds if seconds > 0 else 0.0,
                                     temperature=sampling.temperature, score=score)
        return ReplyEnd(request.job_id, text, reason, statistics, tuple(states))

    @torch.inference_mode()
    def drafts(self, turns: Sequence[Turn], sampling: Sampling, seed: int) -> list[str]:
        """All ``sampling.candidates`` replies that are drawn after ``turns``, in the order drawn, none ranked away."""
        prompt = self._prompt(None, turns, "", None, None)
        drawn = self._writer.many(prompt, LiveSampling(sampling), threading.Event(), seed)
        return [self.tokenizer.decode(row.tokens) for row in drawn]

    @torch.inference_mode()
    def state_after(self, state: bytes | None, turns: Sequence[Turn]) -> bytes:
        """The state after ``turns``, ready to be saved."""
        hidden_state = self._restored(state)
        for turn in turns:
            self._feed_turn(turn, hidden_state, None)
        return hidden_state.to_bytes(self._weights)

    @torch.inference_mode()
    def distribution(self, request: DistributionRequest) -> Distribution:
        """The likeliest next tokens of the bot's turn, before and after ``request.sampling``."""
        prompt = self._prompt(request.state, request.turns, request.written, None, None)
        history = self.tokenizer.encode(request.written) if request.written else []
        logs = self._network.distribution(prompt.hidden, prompt.state)
        base = logs[0].exp()
        is_early = len(history) < request.sampling.min_tokens
        forbidden = [*self._forbidden, self._end, self._end_of_turn] if is_early else self._forbidden
        after = shaped(logs, request.sampling, [history], forbidden)[0]
        count = min(request.count, base.shape[0])
        places = (base + after).topk(count).indices.tolist()
        chances = tuple(TokenChance(self._shown(t), float(base[t]), float(after[t])) for t in places)
        return Distribution(request.job_id, chances, max(0.0, 1.0 - sum(c.shaped for c in chances)),
                            _entropy_bits(after), _entropy_bits(base), float(base[after == 0].sum()))

    @torch.inference_mode()
    def suggestion(self, request: SuggestionRequest) -> Suggestion:
        """See ``core.protocols.Engine``. Bad saved states raise ``ModelError``."""
        return self.suggester.suggestion(request)

    @cached_property
    def suggester(self) -> Suggester:
        """What goes on with the user's own messages; made when it is wanted for the first time."""
        return Suggester(self._network, self.tokenizer, self._restored, self._turn_tokens, self._roles[Role.USER])

    def _shown(self, token: int) -> str:
        return "⏎" if token in (self._end_of_turn, self._end) else self.tokenizer.piece(token)

    # -- text without speakers

    @torch.inference_mode()
    def complete(self, text: str, count: int = 10) -> list[tuple[str, float]]:
        """The likeliest next words after ``text``, likeliest first.

        A word is built from its first token by taking the likeliest further tokens until one begins a new word; its
        probability is the product of those of its tokens and of the word ending there.
        """
        state = self._start.clone()
        hidden = feed(self._network, [self.tokenizer.role(TEXT), *self.tokenizer.encode(text)], state)
        chances = self._network.distribution(hidden, state)[0].exp()
        chances[self._silent] = 0.0
        words: dict[str, float] = {}
        for token in chances.topk(min(3 * count, len(chances))).indices.tolist():
            word, chance = self._finished_word(token, float(chances[token]), state)
            words[word] = words.get(word, 0.0) + chance
        return sorted(words.items(), key=lambda item: -item[1])[:count]

    def _finished_word(self, token: int, chance: float, state: HiddenState) -> tuple[str, float]:
        tokens, state = [token], state.clone()
        for _ in range(8):
            hidden = self._network.advance(torch.tensor([[tokens[-1]]]), state)[-1]
            following = self._network.distribution(hidden, state)[0].exp()
            inside = torch.tensor(self._inside_word())
            inner = following * inside
            best = int(inner.argmax())
            if float(inner[best]) < 1.0 - float(inner.sum()):
                return self.tokenizer.decode(tokens).strip(), chance * (1.0 - float(inner.sum()))
            chance *= float(inner[best])
            tokens.append(best)
        return self.tokenizer.decode(tokens).strip(), chance

    def _inside_word(self) -> list[bool]:
        """Tokens that go on with the word before them."""
        if not hasattr(self, "_inside"):
            self._inside = [not self.tokenizer.starts_word(t) and not self.tokenizer.is_special[t]
                            and self.tokenizer.piece(t)[:1].isalnum() for t in range(self.tokenizer.size)]
        return self._inside

    @torch.inference_mode()
    def score(self, lines: Iterable[str]) -> Iterator[LineScore]:
        """Every line alone, as prose: the nats of its tokens and of its end."""
        for line in lines:
            tokens = self.tokenizer.encode(line)
            ids = torch.tensor([self.tokenizer.role(TEXT), *tokens, self._end]).unsqueeze(1)
            state, nats = self._start.clone(), 0.0
            for start in range(0, len(ids) - 1, 128):
                nats += float(self._network.score(ids[start:start + 128][:len(ids) - 1 - start],
                                                  ids[start + 1:start + 129], state).double().sum())
            yield LineScore(line, nats, len(tokens) + 1, len(_WORD.findall(line)) + 1)

    @torch.inference_mode()
    def generate(self, prompt: str, sampling: Sampling, stop: threading.Event, seed: int) -> Iterator[str]:
        """Prose that goes on from ``prompt``, piece by piece."""
        state = self._start.clone()
        begun = self.tokenizer.encode(prompt)
        hidden = feed(self._network, [self.tokenizer.role(TEXT), *begun], state, stop)
        detokenizer = Detokenizer(self.tokenizer, continues_text=bool(begun))
        for token in self._writer.one(Prompt(state, hidden), LiveSampling(sampling), stop, seed, begun):
            if text := detokenizer.add(token):
                yield text
        if text := detokenizer.finish():
            yield text

    def token_count(self, text: str) -> int:
        """How many tokens ``text`` is."""
        return len(self.tokenizer.encode(text))


def _entropy_bits(probabilities: torch.Tensor) -> float:
    positive = probabilities[probabilities > 0]
    return float(-(positive * positive.log()).sum() / math.log(2))


def check_fits(tokenizer: Tokenizer, vocabulary_size: int) -> None:
    """Refuse a tokenizer whose size is not the network's."""
    if tokenizer.size != vocabulary_size:
        raise ModelError(f"The model's tokenizer has {tokenizer.size} tokens but its network {vocabulary_size}; "
                         "install the model again.", code="model_tokenizer")

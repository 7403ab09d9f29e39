"""Places of a log where the model may answer, and its answers: for samples, examples and the test for recitation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.core.messages import Role
from chatbot.core.personal import PersonalMode
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.roles import END_OF_TURN
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.personal.talks import Talk

_TURNS_BEFORE = 6
_SIDE_BY_SIDE = 8
"""Replies drawn in one batch to one prompt."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What was said, and what was really answered."""

    turns: tuple[Turn, ...]
    real: str

    @property
    def before(self) -> tuple[str, ...]:
        """The texts before the answer, oldest first."""
        return tuple(turn.text for turn in self.turns)


def prompts_of(tokenizer: Tokenizer, talks: Sequence[Talk], mode: PersonalMode) -> list[Prompt]:
    """Every place where somebody answered the chosen person (mode ``me``) or the chosen person answered (others)."""
    return [prompt for talk in talks for prompt in _prompts(tokenizer, talk, mode)]


def _prompts(tokenizer: Tokenizer, talk: Talk, mode: PersonalMode) -> list[Prompt]:
    said = _said(tokenizer, talk)
    prompts = []
    for number in range(1, len(said)):
        own, counts, text = said[number]
        answers = not own if mode is PersonalMode.ME else own and counts
        if answers and said[number - 1][0] != own and text.strip():
            prompts.append(Prompt(_turns(said[:number], mode), text))
    return prompts


def _said(tokenizer: Tokenizer, talk: Talk) -> list[tuple[bool, bool, str]]:
    """Every turn: whether the chosen person speaks, whether it counts as theirs, its text."""
    end_of_turn = tokenizer.role(END_OF_TURN)
    # Who speaks is told by the role token: a turn of the person that has no weight is not marked as theirs.
    own_roles = {int(talk.ids[start - 1]) for start, _ in talk.own_turns()}
    said: list[tuple[bool, bool, str]] = []
    start = 0
    for end in np.flatnonzero(talk.ids == end_of_turn).tolist():
        text = tokenizer.decode(talk.ids[start:end].tolist())
        said.append((int(talk.ids[start]) in own_roles, bool(talk.is_own[end]), text))
        start = end + 1
    return said


def _turns(said: Sequence[tuple[bool, bool, str]], mode: PersonalMode) -> tuple[Turn, ...]:
    """Mode ``me``: only the person's message, since what others answered was not the program's."""
    if mode is PersonalMode.ME:
        return (Turn(Role.USER, said[-1][2]),)
    return tuple(Turn(Role.BOT if own else Role.USER, text) for own, _, text in said[-_TURNS_BEFORE:])


def spread(prompts: Sequence[Prompt], count: int) -> list[Prompt]:
    """``count`` of them at equal distances."""
    if len(prompts) <= count:
        return list(prompts)
    return [prompts[number * len(prompts) // count] for number in range(count)]


def telling(prompts: Sequence[Prompt]) -> list[Prompt]:
    """Those short enough to show whose answers say more than a word or two; all of them if there are none."""
    good = [p for p in prompts if 3 <= len(p.real.split()) <= 40 and all(len(t) <= 300 for t in p.before)]
    return good or list(prompts)


def answer(engine: LanguageEngine, prompt: Prompt, seed: int) -> str:
    """The reply that a chat with default settings would show."""
    live = LiveSampling(Sampling(seed=seed))
    *_, end = engine.reply(ReplyRequest(0, engine.summary.id, prompt.turns, live))
    assert isinstance(end, ReplyEnd)
    return end.text


def sampled_replies(engine: LanguageEngine, prompts: Sequence[Prompt], count: int, seed: int) -> list[str]:
    """``count`` replies as they are drawn, before ranking, to prompts at equal distances."""
    sampling = Sampling(candidates=_SIDE_BY_SIDE)
    chosen = spread(prompts, -(-count // _SIDE_BY_SIDE))
    replies: list[str] = []
    turn = 0
    while chosen and len(replies) < count:
        replies += engine.drafts(chosen[turn % len(chosen)].turns, sampling, seed + turn)
        turn += 1
    return replies[:count]


def texts_of(tokenizer: Tokenizer, talks: Sequence[Talk]) -> list[str]:
    """Every message of every talk that a person wrote. A model's own words are no secret of the log: it said them
    before it had read any of it."""
    end_of_turn = tokenizer.role(END_OF_TURN)
    texts = []
    for talk in talks:
        start = 0
        for end in np.flatnonzero(talk.ids == end_of_turn).tolist():
            if talk.is_generated is None or not talk.is_generated[end]:
                texts.append(tokenizer.decode(talk.ids[start:end].tolist()))
            start = end + 1
    return texts

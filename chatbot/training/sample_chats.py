"""The fixed chats that a model card shows, unedited: the user's lines and the seed are given, nothing is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from chatbot.core.messages import Role
from chatbot.core.protocols import Engine
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling

def scripts() -> tuple[tuple[str, ...], ...]:
    """The user's lines of every chat, from ``sample_chats.txt``."""
    text = (resources.files("chatbot.training") / "sample_chats.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split("|")) for line in text.splitlines() if line and not line.startswith("#"))


def hold_chat(engine: Engine, lines: Sequence[str], sampling: Sampling, seed: int) -> list[tuple[str, str]]:
    """(the user's line, the reply) for every line; reply n is drawn with ``seed`` + n."""
    state, exchanges = None, []
    for number, line in enumerate(lines):
        live = LiveSampling(_seeded(sampling, seed + number))
        request = ReplyRequest(number, engine.summary.id, (Turn(Role.USER, line, 1),), live, state,
                               earlier_replies=tuple(reply for _, reply in exchanges[-8:]), reply_message_id=2)
        *_, end = engine.reply(request)
        assert isinstance(end, ReplyEnd)
        exchanges.append((line, end.text))
        state = end.states[-1][1]
    return exchanges


def _seeded(sampling: Sampling, seed: int) -> Sampling:
    return sampling.with_overrides({"seed": seed})[0]


def sample_chats(engine: Engine, sampling: Sampling, seed: int = 100) -> list[list[tuple[str, str]]]:
    """All scripted chats; chat number k begins at ``seed`` + 100 k."""
    return [hold_chat(engine, lines, sampling, seed + 100 * number) for number, lines in enumerate(scripts())]

"""The fixed chats that a model card shows, unedited: the user's lines and the seed are given, nothing is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.core.messages import Role
from chatbot.core.protocols import Engine
from chatbot.core.replies import ReplyEnd, ReplyRequest, Turn
from chatbot.core.sampling import LiveSampling, Sampling

SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("hello", "who are you?", "are you a real person?", "what can you do?", "ok, bye!"),
    ("Hi, I'm Priya.", "I live in Leeds and I work in a bakery.", "i'm a bit tired today", "what's my name?",
     "where do i live?"),
    ("i have a dog called Biscuit", "he is brown and very fast", "what do you like to do?", "what is my dog called?",
     "say goodbye to him"),
    ("I had a bad day at work.", "My boss shouted at me.", "what should i do now?", "thanks, that helps"),
    ("what's your favourite film?", "do you like music?", "have you ever been to the sea?", "why not?"),
    ("can you tell me a short story about a fox?", "what happened next?", "nice one"),
    ("what colour is the sky?", "what is the opposite of hot?", "how many days are in a week?", "what is 3 plus 4?"),
    ("what's the weather like in Paris right now?", "who won the football yesterday?", "can you go online?"),
    ("i want to cook something easy tonight", "i have eggs and tomatoes", "how long does it take?", "sounds good"),
    ("asdf ghjk", "sorry, my cat walked on the keyboard", "her name is Mo", "what was the name of my cat?"),
)


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
    return [hold_chat(engine, lines, sampling, seed + 100 * number) for number, lines in enumerate(SCRIPTS)]

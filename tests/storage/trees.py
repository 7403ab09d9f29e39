"""Short ways to write message trees in tests."""

from __future__ import annotations

from chatbot.core.messages import Message, MessageStatus, ReplyStatistics, Role
from chatbot.storage.store import SqliteChatStore

MODEL = "wren-test"
STATISTICS = ReplyStatistics(tokens=12, seconds=0.25, first_token_seconds=0.03, tokens_per_second=48.0, candidates=16,
                             seed=1234, temperature=0.7, score=-2.5)


def say(store: SqliteChatStore, conversation_id: int, *texts: str, parent_id: int | None = None) -> list[Message]:
    """A chain of messages, the user's first, below ``parent_id``."""
    chain = []
    for number, text in enumerate(texts):
        role = Role.BOT if number % 2 else Role.USER
        message = store.add_message(conversation_id, parent_id, role, text, model_id=MODEL if number % 2 else None)
        parent_id = message.id
        chain.append(message)
    return chain


def shown(store: SqliteChatStore, conversation_id: int) -> list[str]:
    """The texts of the shown path."""
    return [message.text for message in store.path(conversation_id)]


def exchange(store: SqliteChatStore, conversation_id: int, asked: str, answered: str,
             state: bytes = b"state") -> tuple[Message, Message]:
    """A finished exchange at the end of the conversation, with a state after both messages."""
    parent_id = store.conversation(conversation_id).head_id
    own, reply = store.begin_exchange(conversation_id, parent_id, asked, MODEL)
    states = [(own.id, state + b" asked"), (reply.id, state + b" answered")]
    return own, store.end_reply(reply.id, answered, MessageStatus.COMPLETE, STATISTICS, states, MODEL)

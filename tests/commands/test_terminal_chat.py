"""What the chat in the terminal asks of the engine."""

from __future__ import annotations

import time

import pytest

from chatbot.commands.terminal_chat import TerminalChat
from chatbot.core.messages import Role
from chatbot.core.replies import Turn
from chatbot.core.sampling import Sampling
from tests.fakes.fake_store import FakeStore
from tests.fakes.scripted_engine import ScriptedEngine


@pytest.fixture
def chat() -> TerminalChat:
    store = FakeStore(time.time() - 3600)
    return TerminalChat(ScriptedEngine(), store, store.create_conversation().id, Sampling())


def test_another_version_names_the_message_that_the_state_holds(chat: TerminalChat) -> None:
    list(chat.say("My name is Ada"))
    list(chat.say("What is my name?"))
    list(chat.regenerate())
    first, second, third = chat.engine.requests
    assert second.answered.text == "What is my name?"
    assert third.state is not None and third.turns == ()
    assert third.answered == Turn(Role.USER, "What is my name?")


def test_a_reply_that_goes_on_still_answers_its_message(chat: TerminalChat) -> None:
    list(chat.say("Hello"))
    list(chat.go_on())
    assert chat.engine.requests[-1].written and chat.engine.requests[-1].answered.text == "Hello"


def test_where_the_memory_starts_nothing_earlier_is_claimed(chat: TerminalChat) -> None:
    """The earlier replies are still known, but the state holds nothing of what was said before."""
    list(chat.say("My name is Ada"))
    chat.forget()
    list(chat.say("What is my name?"))
    list(chat.regenerate())
    request = chat.engine.requests[-1]
    assert request.state is not None and request.earlier_replies and request.answered is None

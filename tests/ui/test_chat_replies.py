"""Which message a reply answers, as the engine is told."""

from __future__ import annotations

from chatbot.core.messages import Role
from chatbot.core.replies import Turn
from tests.ui.chat_parts import Chat, any_store, chat  # noqa: F401 - fixtures


def test_a_new_reply_answers_the_message_that_is_read(chat: Chat) -> None:
    chat.say("My name is Ada", "Hello Ada")
    chat.say("What is my name?")
    assert chat.engine.open[0].answered == Turn(Role.USER, "What is my name?", chat.stored()[2].id)


def test_another_version_names_the_message_that_the_state_holds(chat: Chat) -> None:
    chat.say("My name is Ada", "Hello Ada")
    chat.say("What is my name?", "Bob")
    chat.controller.regenerate(chat.last.id)
    request = chat.engine.open[0]
    assert request.state is not None and request.turns == ()
    assert request.answered == Turn(Role.USER, "What is my name?")


def test_a_reply_that_goes_on_still_answers_its_message(chat: Chat) -> None:
    chat.say("Hello", "Hi")
    chat.controller.continue_reply(chat.last.id)
    request = chat.engine.open[0]
    assert request.written == "Hi" and request.answered == Turn(Role.USER, "Hello")


def test_where_the_memory_starts_nothing_earlier_is_claimed(chat: Chat) -> None:
    """The earlier replies are still known, but the state holds nothing of what was said before."""
    chat.say("My name is Ada", "Hello Ada")
    chat.controller.toggle_forgets_next()
    chat.say("What is my name?", "Bob")
    chat.controller.regenerate(chat.last.id)
    request = chat.engine.open[0]
    assert request.state is not None and request.earlier_replies and request.answered is None

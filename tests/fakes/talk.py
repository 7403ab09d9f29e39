"""A few conversations as people have them, for tests and pictures of the window."""

from __future__ import annotations

from chatbot.core.messages import Message, MessageStatus, Role
from tests.fakes.fake_engine_handle import STATISTICS
from tests.fakes.fake_store import FakeStore

MODEL = "wren-en-s"
CHATS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("Good morning!", "Good morning! Did you sleep well?"),
     ("Yes, thank you. I dreamt of mountains.", "That sounds lovely. I have never seen one, but I like the word.")),
    (("What should I cook tonight?", "Soup is always a good idea when it is cold outside."),
     ("Which one?", "Tomato soup, with a little basil.")),
    (("שלום, מה שלומך היום?", "I am sorry, I only speak English."),
     ("<b>bold?</b> **no** <img src=\"http://example.org/x.png\">", "I see what you typed, letter by letter.")),
    (("My name is Ada and I have a cat called Tom.",
      "Nice to meet you, Ada! How is Tom today?"),
     ("He is asleep on the sofa. He sleeps most of the day and then runs through the whole house at four in the "
      "morning, as if something were chasing him. Do you know why cats do that?",
      "Cats like to hunt at dusk and at dawn, so four in the morning is a fine time to run. Maybe Tom only wants you "
      "to play with him a little before you go to bed."),
     ("I will try that. What is my cat called?", "Your cat is called Tom.")),
)


def fill(store: FakeStore) -> list[int]:
    """Write ``CHATS`` into ``store``; returns the ids of the conversations."""
    ids = []
    for chat in CHATS:
        conversation = store.create_conversation()
        parent: int | None = None
        for question, answer in chat:
            user, reply = store.begin_exchange(conversation.id, parent, question, MODEL)
            parent = end(store, user, reply, answer).id
        ids.append(conversation.id)
    last = store.path(ids[-1])[-1]
    other = store.add_message(ids[-1], last.parent_id, Role.BOT, "", status=MessageStatus.WRITING, model_id=MODEL)
    end(store, store.message(last.parent_id), other, "Tom! I remember him. Give him a stroke from me.")
    store.set_rating(store.path(ids[-1])[1].id, 1)
    store.set_pinned(ids[0], True)
    store.set_draft(ids[1], "And for dessert")
    return ids


def end(store: FakeStore, user: Message, reply: Message, text: str) -> Message:
    """End ``reply`` with ``text``, as the engine would."""
    return store.end_reply(reply.id, text, MessageStatus.COMPLETE, STATISTICS,
                           [(user.id, b"state"), (reply.id, b"state")], MODEL)

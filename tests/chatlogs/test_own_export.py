"""What the program's own store writes is what the reader reads."""

from __future__ import annotations

from pathlib import Path

from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.opening import open_store
from tests.chatlogs.reading_steps import pairs, read_paths


def test_export_of_the_store_is_read_back(tmp_path: Path) -> None:
    store = open_store(tmp_path / "chats.db").store
    try:
        first = store.create_conversation("Birds")
        question = store.add_message(first.id, None, Role.USER, "what is a heron?")
        store.add_message(first.id, question.id, Role.BOT, "a discarded version")
        shown = store.add_message(first.id, question.id, Role.BOT, "a tall bird")
        store.set_rating(shown.id, 1)
        store.add_message(first.id, shown.id, Role.USER, "thanks\nso much")
        second = store.create_conversation("Tea")
        store.add_message(second.id, None, Role.USER, "tea?", status=MessageStatus.COMPLETE)
        store.export(None, "json", tmp_path / "export.json")
    finally:
        store.close()
    with read_paths(tmp_path / "export.json") as log:
        assert log.report.format == "own"
        assert sorted(pairs(log.messages())) == [("Bot", "a tall bird"), ("You", "tea?"), ("You", "thanks\nso much"),
                                                 ("You", "what is a heron?")]
        assert {message.text: message.weight for message in log.messages()}["a tall bird"] == 2.0
        assert log.report.replies == {"liked": 1}
        assert log.report.skipped == {"other_version": 1}
        assert {chat.title for chat in log.conversations} == {"Birds", "Tea"}
        assert log.report.suggested_me.name == "You"


def test_short_chats_keep_question_before_reply_and_plain_replies_weigh_nothing(tmp_path: Path) -> None:
    """The store exports the latest chat first, and writes a question and its reply in one moment."""
    moments = iter(range(1_700_000_000, 1_800_000_000, 600))
    store = open_store(tmp_path / "chats.db", clock=lambda: float(next(moments))).store
    try:
        for number in range(4):
            chat = store.create_conversation(f"Chat {number}")
            _, reply = store.begin_exchange(chat.id, None, f"question {number}", "wren-en-s")
            store.end_reply(reply.id, f"reply {number}", MessageStatus.COMPLETE, None, [], "wren-en-s")
        last = store.path(chat.id)[-1]
        store.edit_bot_message(last.id, "my own words")
        store.export(None, "json", tmp_path / "export.json")
    finally:
        store.close()
    with read_paths(tmp_path / "export.json") as log:
        found = [(message.text, message.weight) for message in log.messages()]
    assert found == [("question 0", 1), ("reply 0", 0), ("question 1", 1), ("reply 1", 0), ("question 2", 1),
                     ("reply 2", 0), ("question 3", 1), ("my own words", 3)]

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
        assert {message.text: message.weight for message in log.messages()}["a tall bird"] == 3.0
        assert log.report.skipped == {"other_version": 1}
        assert {chat.title for chat in log.conversations} == {"Birds", "Tea"}
        assert log.report.suggested_me.name == "You"

"""The program's own conversations as a log: what counts, how much, and what is never read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.chatlogs.chat_log import ChatLog
from chatbot.chatlogs.own_chats import is_generated
from chatbot.chatlogs.own_replies import WEIGHTS, ReplyKind, judge
from chatbot.chatlogs.reading import read_own_chats
from chatbot.chatlogs.records import PrivateDataOptions, ReadOptions
from chatbot.chatlogs.sessions import SessionOptions, SpeechTurn
from chatbot.core.errors import ImportProblem
from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.storage.opening import open_reader, open_store
from chatbot.storage.store import SqliteChatStore

WREN = "wren-en-s"


class Clock:
    """A minute passes with every look."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        self.now += 60.0
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteChatStore]:
    opened = open_store(tmp_path / "chats.db", clock=Clock()).store
    yield opened
    opened.close()


def ask(store: SqliteChatStore, chat: int, asked: str, answered: str, *, model: str = WREN,
        status: MessageStatus = MessageStatus.COMPLETE) -> Message:
    """One exchange at the end of the chat; returns the reply."""
    _, reply = store.begin_exchange(chat, store.conversation(chat).head_id, asked, model)
    return store.end_reply(reply.id, answered, status, None, [], model)


def again(store: SqliteChatStore, reply: Message, text: str) -> Message:
    """Regenerate."""
    made = store.add_message(reply.conversation_id, reply.parent_id, Role.BOT, "", status=MessageStatus.WRITING)
    return store.end_reply(made.id, text, MessageStatus.COMPLETE, None, [], WREN)


def read(store: SqliteChatStore, **options: object) -> ChatLog:
    return read_own_chats(store.shown_chats(), **options)  # type: ignore[arg-type]


def weights(store: SqliteChatStore, **options: object) -> dict[str, float]:
    with read(store, **options) as log:
        return {message.text: message.weight for message in log.messages()}


def test_what_the_user_did_with_a_reply_is_its_weight(store: SqliteChatStore) -> None:
    chat = store.create_conversation("Birds").id
    ask(store, chat, "hello", "plain words")
    store.set_rating(ask(store, chat, "one", "liked words").id, 1)
    store.set_rating(ask(store, chat, "two", "disliked words").id, -1)
    store.edit_bot_message(ask(store, chat, "three", "wrong words").id, "my words")
    again(store, ask(store, chat, "four", "passed over"), "kept words")
    ask(store, chat, "five", "half a", status=MessageStatus.STOPPED)
    again(store, ask(store, chat, "six", "never seen"), "the last words")
    found = weights(store)
    assert found == {"hello": 1, "one": 1, "two": 1, "three": 1, "four": 1, "five": 1, "six": 1, "plain words": 0,
                     "liked words": 2, "disliked words": 0, "my words": 3, "kept words": 2, "half a": 0,
                     "the last words": 0}
    with read(store) as log:
        report = log.report
        assert report.format == "own_chats" and report.read == report.used + sum(report.skipped.values()) == 17
        assert report.skipped == {"other_version": 3}
        assert report.replies == {"plain": 2, "liked": 1, "disliked": 1, "edited": 1, "kept": 1, "unfinished": 1}
        assert [(s.id, s.name, s.messages, s.learnable) for s in report.speakers] == [("wren", "Wren", 7, 3),
                                                                                     ("you", "You", 7, 7)]
        assert report.suggested_me.speaker_id == "you"


def test_a_model_that_learns_its_own_words_is_ruled_out_by_the_numbers() -> None:
    """The order is the promise: edited above liked and kept, above a person's message, above nothing."""
    assert WEIGHTS[ReplyKind.EDITED] > WEIGHTS[ReplyKind.LIKED] == WEIGHTS[ReplyKind.KEPT] > 1.0
    assert {kind for kind, weight in WEIGHTS.items() if weight} == {ReplyKind.EDITED, ReplyKind.LIKED, ReplyKind.KEPT}


@pytest.mark.parametrize(("facts", "kind"), [
    ({"is_edited": True, "rating": -1}, "disliked"), ({"is_edited": True, "rating": 1}, "edited"),
    ({"is_edited": True, "is_own_voice": False}, "other_voice"), ({"rating": 1, "is_own_voice": False}, "other_voice"),
    ({"rating": 1, "is_whole": False}, "unfinished"), ({"is_edited": True, "is_whole": False}, "edited"),
    ({"has_versions": True, "is_answered": False}, "plain"), ({"rating": 1, "has_versions": True}, "liked"),
    ({"has_versions": True, "is_answered": True}, "kept"), ({"is_answered": True}, "plain")])
def test_marks_that_meet(facts: dict, kind: str) -> None:
    assert judge(**{"is_edited": False, "rating": 0, "has_versions": False, "is_answered": False, **facts}) == kind


def test_a_version_that_the_user_went_back_to_counts_and_its_edit_does_not(store: SqliteChatStore) -> None:
    chat = store.create_conversation().id
    first = ask(store, chat, "hello", "the model's words")
    store.edit_bot_message(first.id, "a spoilt edit")
    store.select_version(first.id)
    ask(store, chat, "go on", "plain")
    assert weights(store) == {"hello": 1, "the model's words": 2, "go on": 1, "plain": 0}


def test_deleted_conversations_are_never_read(store: SqliteChatStore) -> None:
    kept, deleted = store.create_conversation("Tea").id, store.create_conversation("Secrets").id
    ask(store, kept, "tea", "yes")
    store.set_rating(ask(store, deleted, "a secret", "a liked secret").id, 1)
    store.delete(deleted)
    with read(store) as log:
        assert "secret" not in " ".join(message.text for message in log.messages()) and log.report.read == 2
        assert [chat.title for chat in log.conversations] == ["Tea"] and log.report.replies == {"plain": 1}
    store.undelete(deleted)
    assert weights(store)["a liked secret"] == 2


def test_replies_of_other_voices_are_only_what_was_answered_to(store: SqliteChatStore) -> None:
    chat = store.create_conversation().id
    for model, text in ((WREN, "wren"), ("anna", "anna"), ("gone", "gone"), ("", "nameless")):
        store.set_rating(ask(store, chat, f"to {text}", text, model=model).id, 1)
    found = weights(store, voices=frozenset({"", WREN}))
    assert [found[text] for text in ("wren", "anna", "gone", "nameless")] == [2, 0, 0, 2]
    assert all(found[f"to {text}"] == 1 for text in ("wren", "anna", "gone", "nameless"))
    assert weights(store, voices=frozenset({"anna"}))["anna"] == 2


def test_a_branch_counts_only_what_is_new_in_it(store: SqliteChatStore) -> None:
    chat = store.create_conversation().id
    store.set_rating(ask(store, chat, "hello", "liked").id, 1)
    plain = ask(store, chat, "and then", "plain")
    branch = store.branch(plain.id)
    ask(store, branch.id, "elsewhere", "far away")
    with read(store) as log:
        found = [(m.text, m.weight, m.conversation) for m in log.messages()]
        assert log.report.replies == {"liked": 1, "plain": 3, "copied": 1}
    first, second = (f"own_chats:{id}" for id in (chat, branch.id))
    assert found == [("hello", 1, first), ("liked", 2, first), ("and then", 1, first), ("plain", 0, first),
                     ("hello", 0, second), ("liked", 0, second), ("and then", 0, second), ("plain", 0, second),
                     ("elsewhere", 1, second), ("far away", 0, second)]


def test_a_thumb_given_in_the_branch_counts(store: SqliteChatStore) -> None:
    chat = store.create_conversation().id
    branch = store.branch(ask(store, chat, "hello", "there").id)
    store.set_rating(store.path(branch.id)[-1].id, 1)
    with read(store) as log:
        assert [m.weight for m in log.messages() if m.text == "there"] == [0, 2]


def test_questions_stay_before_their_replies_whatever_the_clock_says(tmp_path: Path) -> None:
    """A store writes both in one moment, and a clock can be set back."""
    moments = iter([5e8, 5e8, 5e8, 4e8, 4e8, 4e8, 3e8, 3e8, 3e8] + [2e8] * 20)
    store = open_store(tmp_path / "odd.db", clock=lambda: next(moments)).store
    try:
        for number in range(3):
            ask(store, store.create_conversation().id, f"question {number}", f"reply {number}")
        chat = store.create_conversation().id
        for number in range(3, 5):
            ask(store, chat, f"question {number}", f"reply {number}")
        with read(store) as log:
            texts = [message.text for message in log.messages()]
    finally:
        store.close()
    for number in range(5):
        assert texts.index(f"question {number}") + 1 == texts.index(f"reply {number}")
    assert texts.index("reply 3") < texts.index("question 4")


def test_what_was_written_later_does_not_exist(store: SqliteChatStore) -> None:
    chat = store.create_conversation().id
    first = ask(store, chat, "early", "first")
    again(store, first, "second")
    until = ask(store, chat, "middle", "answer").created_at
    before = weights(store)
    ask(store, chat, "late", "too late")
    assert weights(store, until=until) == before and "late" in weights(store)


def test_private_data_is_found_and_masked(store: SqliteChatStore) -> None:
    ask(store, store.create_conversation().id, "call +44 20 7946 0018, says Ada", "I will")
    options = ReadOptions(private_data=PrivateDataOptions(names=("Ada",)))
    with read(store, options=options) as log:
        assert log.report.private_data == {"phone": 1, "name": 1}
        assert {item.kind for item in log.review_list(options.private_data)} == {"phone", "name"}
        session = next(log.sessions(SessionOptions(private_data=options.private_data)))
        assert session.turns[0].text == "call [phone], says [name]"


def test_no_message_is_one_sentence(store: SqliteChatStore) -> None:
    store.create_conversation("Empty")
    with pytest.raises(ImportProblem, match="nothing to learn from yet") as caught:
        read(store)
    assert caught.value.code == "import_no_chats"


def test_it_is_read_beside_a_window_that_writes_and_after_it(tmp_path: Path) -> None:
    """The write-ahead log lets a reader see one moment while the window goes on."""
    path = tmp_path / "chats.db"
    window = open_store(path).store
    chat = window.create_conversation().id
    ask(window, chat, "hello", "there")
    reader = open_reader(path)
    chats = reader.shown_chats()
    first = next(chats)
    ask(window, chat, "meanwhile", "more")
    ask(window, window.create_conversation().id, "new", "chat")
    assert len(first.messages) == 2 and list(chats) == [], "as of the moment in which reading began"
    assert [len(found.messages) for found in reader.shown_chats()] == [4, 2]
    reader.close()
    window.close()
    reader = open_reader(path)  # the window is gone, and its side files with it
    assert len(weights(reader)) == 6
    reader.close()


def test_a_failed_reply_without_words_leaves_two_messages_of_the_user(store: SqliteChatStore) -> None:
    chat = store.create_conversation().id
    ask(store, chat, "hello?", "", status=MessageStatus.FAILED)
    ask(store, chat, "anybody?", "yes")
    with read(store) as log:
        assert log.report.skipped == {"empty": 1}
        assert [turn.text for turn in next(log.sessions()).turns] == ["hello?\nanybody?", "yes"]


def test_only_words_that_a_model_chose_are_generated() -> None:
    def turn(speaker: str, weight: float) -> SpeechTurn:
        return SpeechTurn(speaker, "x", 0.0, speaker, 0.0, weight)
    assert [is_generated(turn("wren", w)) for w in (0.0, 2.0, 3.0)] == [True, True, False]
    assert not is_generated(turn("you", 1.0)) and not is_generated(turn("you", 0.0))

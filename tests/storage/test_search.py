"""Search finds what was written, in any language, and takes no query for a command."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatbot.core.messages import MessageStatus, Role
from chatbot.storage.search import terms_of
from chatbot.storage.store import SqliteChatStore
from tests.storage.trees import MODEL, say


def found(store: SqliteChatStore, query: str, limit: int = 100) -> list[str]:
    return [store.message(hit.message_id).text for hit in store.search(query, limit)]


@pytest.fixture
def chat(store: SqliteChatStore) -> SqliteChatStore:
    made = store.create_conversation("Birds")
    say(store, made.id, "A grey HERON stood in the river", "Herons fish at dawn.", "我喜欢猫和鸟", "Ärger mit Öl",
        "C++ is 100% a_b \\ path", "No \"quotes\" AND no NEAR(here) -thanks*", "مرحبا بالعالم", "Привет, Мир")
    return store


@pytest.mark.parametrize(("query", "count"), [
    ("heron", 2), ("HeRoN", 2), ("eron", 2), ("heron river", 1), ("river heron", 1), ("heron unicorn", 0),
    ("喜欢", 1), ("猫", 1), ("我喜欢猫", 1), ("喜 鸟", 1), ("狗", 0),
    ("är", 1), ("ÖL", 1), ("öl ärger", 1), ("привет", 1), ("МИР", 1), ("ми", 1), ("مرحبا", 1),
    ("++", 1), ("%", 1), ("0%", 1), ("_", 1), ("a_b", 1), ("axb", 0), ("\\", 1), ("c++ %", 1),
    ('"quotes"', 1), ('"', 1), ("AND", 1), ("NEAR(here)", 1), ("-thanks*", 1), ("thanks -river", 0), ("text:heron", 0),
    ("", 0), ("   ", 0), ("\0", 0), ("\u3000", 0),
])
def test_queries(chat: SqliteChatStore, query: str, count: int) -> None:
    assert len(found(chat, query)) == count


def test_a_hit_tells_where_it_is(chat: SqliteChatStore) -> None:
    (hit,) = chat.search("river")
    conversation = chat.conversations()[0]
    assert (hit.conversation_id, hit.conversation_title) == (conversation.id, "Birds")
    assert hit.role == Role.USER
    assert hit.created_at == chat.message(hit.message_id).created_at
    assert hit.excerpt == "A grey HERON stood in the \x02river\x03"


def test_excerpts_are_short_and_mark_every_match(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, "word " * 100 + "the Heron\nand the heron " + "word " * 100)
    excerpt = store.search("heron")[0].excerpt
    assert excerpt.count("\x02Heron\x03") == excerpt.count("\x02heron\x03") == 1
    assert excerpt.startswith("…word") and excerpt.endswith("…")
    assert "\n" not in excerpt and len(excerpt) < 180


def test_marks_typed_by_the_user_do_not_count_as_marks(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, "fake \x02mark\x03 and heron")
    assert store.search("heron")[0].excerpt == "fake mark and \x02heron\x03"


def test_the_latest_come_first_and_no_more_than_asked(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    say(store, made.id, *[f"heron {n}" for n in range(20)])
    assert found(store, "heron", 3) == ["heron 19", "heron 18", "heron 17"]
    assert found(store, "he", 2) == ["heron 19", "heron 18"]
    assert found(store, "heron", 0) == []


def test_hidden_versions_are_found(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    asked, _ = say(store, made.id, "question", "the heron answer")
    store.add_message(made.id, asked.id, Role.BOT, "another answer")
    assert found(store, "heron") == ["the heron answer"]


def test_the_index_follows_a_reply_from_writing_to_the_end_and_on(store: SqliteChatStore) -> None:
    made = store.create_conversation()
    _, reply = store.begin_exchange(made.id, None, "question", MODEL)
    store.update_text(reply.id, "a heron")
    assert found(store, "heron") == []
    store.end_reply(reply.id, "a heron flies", MessageStatus.STOPPED, None, [], MODEL)
    assert found(store, "heron") == ["a heron flies"]
    store.update_text(reply.id, "a heron flies off")
    assert found(store, "flies") == []
    store.end_reply(reply.id, "a stork", MessageStatus.COMPLETE, None, [], MODEL)
    assert (found(store, "heron"), found(store, "stork")) == ([], ["a stork"])


def test_long_queries_are_cut_not_refused(chat: SqliteChatStore) -> None:
    assert found(chat, "heron " * 100_000) == found(chat, "heron")
    assert found(chat, "x" * 1_000_000) == []
    assert len(terms_of(" ".join(str(n) for n in range(1000)))) == 16


texts = st.lists(st.one_of(st.characters(codec="utf-8", exclude_characters="\0"),
                           st.sampled_from("ab \"'*()-:^+%_\\猫"),
                           st.sampled_from(["AND", "NEAR", "OR", "NOT"])), max_size=20).map("".join)


@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts, query=texts)
@example(text='say "heron" now', query='"heron')
@example(text="x", query='" OR text:*')
def test_any_query_finds_exactly_its_messages(store: SqliteChatStore, text: str, query: str) -> None:
    made = store.create_conversation()
    say(store, made.id, text)
    words = terms_of(query)
    if all(word in text for word in words) and words:
        assert store.search(query)[0].conversation_id == made.id
    for hit in store.search(query):
        found_text = store.message(hit.message_id).text
        assert all(re.search(re.escape(w), found_text, re.IGNORECASE) or w.casefold() in found_text.casefold()
                   for w in words)


@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts.filter(lambda text: len(text.strip()) > 0), data=st.data())
def test_every_piece_of_a_message_finds_it(store: SqliteChatStore, text: str, data: st.DataObject) -> None:
    made = store.create_conversation()
    say(store, made.id, text)
    word = data.draw(st.sampled_from(text.split() or [text]))
    start = data.draw(st.integers(0, len(word) - 1))
    piece = word[start:data.draw(st.integers(start + 1, len(word)))]
    if piece.split():
        assert store.search(piece)[0].conversation_id == made.id

"""Any text can be stored, and comes back as it was but for what no database can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.messages import Role
from chatbot.storage.store import SqliteChatStore
from chatbot.storage.texts import clean_text

any_text = st.text(st.characters(codec=None, exclude_categories=()))


@given(any_text)
def test_cleaned_text_is_storable_and_stays_the_same_when_cleaned_again(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert clean_text(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_proper_text_is_left_alone(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(("text", "stored"), [
    ("a\ud800b", "a\ufffdb"), ("\udfff", "\ufffd"), ("end\udbff", "end\ufffd"), ("\udc00\ud800", "\ufffd\ufffd"),
    ("\ud83d\ude42", "🙂"), ("nul\0l", "null"), ("\0", ""),
])
def test_surrogates_and_nul(text: str, stored: str) -> None:
    assert clean_text(text) == stored


@pytest.mark.parametrize("text", [
    "", "   ", "\n\n", "🙂👨\u200d👩\u200d👧", "שלום \u202eabc\u202c", "zero\u200bwidth\u200d\ufeff", "e\u0301 vs é",
    "<b>bold</b> & <script>alert(1)</script>", "a\r\nb\rc\u2028d", "\x01\x02\x03\x1f\x7f",
    "'; DROP TABLE message; --", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "我喜欢猫",
])
def test_texts_come_back_exactly(store: SqliteChatStore, text: str) -> None:
    made = store.create_conversation()
    message = store.add_message(made.id, None, Role.USER, text)
    assert message.text == text
    assert store.path(made.id)[0].text == text


def test_one_megabyte_is_kept_found_and_edited(store: SqliteChatStore) -> None:
    text = "many words and then " * 50_000 + "a heron"
    made = store.create_conversation()
    message = store.add_message(made.id, None, Role.USER, text)
    assert store.message(message.id).text == text
    assert store.search("heron")[0].excerpt.endswith("a \x02heron\x03")
    assert store.conversation(made.id).title == "many words and then many words…"

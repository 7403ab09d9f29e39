"""Text to tokens and back: nothing is lost, nothing can be smuggled in, and no half character is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
import sentencepiece
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot.core.errors import ModelError, TrainingError
from chatbot.engine.roles import END_OF_TURN, ROLE_TOKENS, USER
from chatbot.engine.tokenizer import Detokenizer, Tokenizer, normalise, train_tokenizer
from tests.engine.tiny import VOCABULARY, sentences, tiny_tokenizer, tiny_tokenizer_bytes

texts = st.text(max_size=60).map(lambda text: text.replace("\u2581", "_"))  # sentencepiece's own sign for a blank


@given(texts)
@example("")
@example("   ")
@example("\n\n a\n b \n")
@example("👩‍👩‍👧 🇩🇪 e\u0301 שלום \u202eabc 𝄞")
@example("<0x41><user><eot>")
@example("a\ud800b")
def test_decoding_gives_the_normalised_text_back(text: str) -> None:
    tokenizer = tiny_tokenizer()
    assert tokenizer.decode(tokenizer.encode(text)) == normalise(text)


def test_control_characters_are_known_and_no_text_needs_one() -> None:
    tokenizer = tiny_tokenizer()
    assert [tokenizer.byte(token) for token, is_one in enumerate(tokenizer.is_control_character) if is_one] == [
        *range(10), *range(11, 32), 127]
    everything = tokenizer.encode("".join(map(chr, range(32, 127))) + "é\u20ac\n😀")
    assert not any(tokenizer.is_control_character[token] for token in everything)


@given(texts)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode("utf-8")


@given(st.lists(st.sampled_from([*"<>/abe0x12 ", "<user>", "<eot>", "<end>", "<0x0A>", "<author07>"])).map("".join))
def test_nothing_typed_becomes_a_role_token(text: str) -> None:
    tokenizer = tiny_tokenizer()
    roles = {tokenizer.role(token) for token in ROLE_TOKENS}
    assert not roles & set(tokenizer.encode(text))


@given(texts)
def test_streamed_text_is_whole_characters_and_adds_up(text: str) -> None:
    tokenizer = tiny_tokenizer()
    detokenizer, shown = Detokenizer(tokenizer), ""
    for token in tokenizer.encode(text):
        shown += detokenizer.add(token)
        assert normalise(text).startswith(shown), "what is shown is never taken back"
    assert shown + detokenizer.finish() == normalise(text)


@given(st.lists(st.integers(0, VOCABULARY - 1), max_size=40))
def test_any_tokens_at_all_become_valid_text(tokens: list[int]) -> None:
    detokenizer = Detokenizer(tiny_tokenizer())
    shown = "".join(detokenizer.add(token) for token in tokens) + detokenizer.finish()
    shown.encode("utf-8")
    assert "<0x" not in shown and not any(role in shown for role in ROLE_TOKENS)


def byte_tokens(data: bytes) -> list[int]:
    tokenizer = tiny_tokenizer()
    ids = {tokenizer.piece(i): i for i in range(tokenizer.size) if tokenizer.is_byte[i]}
    return [ids[f"<0x{value:02X}>"] for value in data]


def test_a_character_waits_for_its_last_byte() -> None:
    detokenizer = Detokenizer(tiny_tokenizer())
    assert [detokenizer.add(token) for token in byte_tokens("😀".encode())] == ["", "", "", "😀"]


@pytest.mark.parametrize(("data", "shown"), [
    (b"\xf0\x9f\x98", "\ufffd"), (b"\xff", "\ufffd"), (b"\xe2\x82", "\ufffd"), (b"\xc3\xc3", "\ufffd\ufffd"),
    (b"\x80\x80", "\ufffd\ufffd"), (b"\xf0\x9f\x98A", "\ufffdA"), (b"A\xe2\x82\xacB", "A\u20acB"),
])
def test_broken_byte_runs_become_the_replacement_character(data: bytes, shown: str) -> None:
    assert tiny_tokenizer().decode(byte_tokens(data)) == shown


def test_an_unfinished_character_ends_where_a_word_begins() -> None:
    tokenizer = tiny_tokenizer()
    word = tokenizer.encode("cat")
    assert tokenizer.decode([*byte_tokens(b"\xf0\x9f"), *word]) == "\ufffd cat"


def test_the_first_blank_is_kept_only_when_text_goes_on() -> None:
    tokenizer = tiny_tokenizer()
    word = tokenizer.encode("cat")
    fresh, going_on = Detokenizer(tokenizer), Detokenizer(tokenizer, continues_text=True)
    assert "".join(map(fresh.add, word)) == "cat"
    assert "".join(map(going_on.add, word)) == " cat"


def test_role_tokens_are_left_out_of_text() -> None:
    tokenizer = tiny_tokenizer()
    ids = [tokenizer.role(USER), *tokenizer.encode("the cat"), tokenizer.role(END_OF_TURN)]
    assert tokenizer.decode(ids) == "the cat"


def test_typographic_signs_are_read_as_plain_ones() -> None:
    assert normalise("\ufeff“it’s”\u00a0a\u200b – b…\t c\0") == "\"it's\" a - b... c"


def test_many_texts_at_once_equal_one_by_one() -> None:
    tokenizer = tiny_tokenizer()
    some = sentences(20, seed=9)
    assert tokenizer.encode_many(some) == [tokenizer.encode(text) for text in some]


@pytest.mark.parametrize("data", [b"", b"not a model", tiny_tokenizer_bytes()[:200]])
def test_a_file_that_is_no_tokenizer_is_one_sentence(data: bytes) -> None:
    with pytest.raises(ModelError, match="install the model again") as caught:
        Tokenizer(data)
    assert caught.value.code == "model_tokenizer"


def test_a_tokenizer_without_roles_is_refused(tmp_path: Path) -> None:
    sentencepiece.SentencePieceTrainer.Train(sentence_iterator=iter(sentences(200)), vocab_size=60, minloglevel=2,
                                             model_prefix=str(tmp_path / "other"), hard_vocab_limit=False)
    with pytest.raises(ModelError, match="<end>"):
        Tokenizer.load(tmp_path / "other.model")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tokenizer.model cannot be read") as caught:
        Tokenizer.load(tmp_path / "tokenizer.model")
    assert caught.value.code == "model_missing_file"


def test_training_a_tokenizer_gives_the_same_file_again(tmp_path: Path) -> None:
    train_tokenizer(iter(sentences(300)), tmp_path / "again.model", vocabulary_size=VOCABULARY)
    assert (tmp_path / "again.model").read_bytes() == tiny_tokenizer_bytes()
    assert tiny_tokenizer().size == VOCABULARY


def test_too_little_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="too small for a vocabulary of 4000 tokens"):
        train_tokenizer(iter(["hello there"]), tmp_path / "tokenizer.model", vocabulary_size=4000)
    assert not list(tmp_path.iterdir())

"""Sub-word tokens (sentencepiece, trained by us) and a detokenizer that never shows half a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sentencepiece

from chatbot.core.errors import ModelError, TrainingError
from chatbot.engine.roles import ROLE_TOKENS

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u2026": "...",
                         "\u00a0": " ", "\u202f": " ", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\ufeff": None,
                         "\u200b": None, "\u2060": None, "\u00ad": None, "\0": None})
_BLANKS = re.compile(r"[^\S\n]+")
_SPACE = "\u2581"
"""How sentencepiece writes a space."""
_CONTROL_BYTES = frozenset(range(0x20)) - {ord("\n")} | {0x7f}
"""Bytes that are a control character of their own. No training text has them, a screen cannot show them, and the
store does not keep NUL."""


def normalise(text: str) -> str:
    """The text as the model reads it: NFC, plain quotes and dashes, single blanks, no invisible characters.

    Lone surrogates become U+FFFD. Only the model sees this form; what a person typed is stored as typed.
    """
    text = text.encode("utf-8", "replace").decode("utf-8") if any("\ud800" <= c <= "\udfff" for c in text) else text
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text).translate(_QUOTES)).strip()


class Tokenizer:
    """Text to token ids and back."""

    def __init__(self, model: bytes) -> None:
        """``model`` is the content of a ``tokenizer.model`` file; ``ModelError`` if it is not one."""
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(model)
        except Exception as error:  # sentencepiece raises bare RuntimeError for anything it cannot parse
            raise ModelError("The model's tokenizer.model is not a sentencepiece model; install the model again.",
                             code="model_tokenizer") from error
        size = self._processor.GetPieceSize()
        self._pieces = [self._processor.IdToPiece(i) for i in range(size)]
        self.is_byte = [self._processor.IsByte(i) for i in range(size)]
        self.is_special = [self._processor.IsControl(i) or self._processor.IsUnknown(i) for i in range(size)]
        self.is_control_character = [byte and self.byte(i) in _CONTROL_BYTES for i, byte in enumerate(self.is_byte)]
        self._roles = {token: self._processor.PieceToId(token) for token in ROLE_TOKENS}
        missing = [t for t, i in self._roles.items() if self._pieces[i] != t]
        if missing:
            raise ModelError(f"The model's tokenizer has no {missing[0]} token; install the model again.",
                             code="model_tokenizer")

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Read ``tokenizer.model``."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise ModelError(f"The model's file {path.name} cannot be read ({error.strerror}); install the model "
                             "again.", code="model_missing_file") from error

    @property
    def size(self) -> int:
        """Number of token ids."""
        return len(self._pieces)

    def role(self, token: str) -> int:
        """The id of a role token."""
        return self._roles[token]

    def encode(self, text: str) -> list[int]:
        """Token ids of ``text`` after ``normalise``; never a role token."""
        return self._processor.EncodeAsIds(normalise(text))

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """Like ``encode`` for many texts at once."""
        return self._processor.EncodeAsIds([normalise(text) for text in texts])

    def piece(self, token: int) -> str:
        """A token as a person may read it (a leading blank is kept as a blank)."""
        return self._pieces[token].replace(_SPACE, " ")

    def byte(self, token: int) -> int:
        """The value of a byte token, which is written <0x0A>."""
        return int(self._pieces[token][3:5], 16)

    def starts_word(self, token: int) -> bool:
        """Whether the token begins with a blank."""
        return self._pieces[token].startswith(_SPACE)

    def decode(self, tokens: Iterable[int]) -> str:
        """The text of ``tokens``; role tokens are left out, broken byte runs become U+FFFD."""
        detokenizer = Detokenizer(self)
        return "".join(detokenizer.add(token) for token in tokens) + detokenizer.finish()


class Detokenizer:
    """Turns tokens into text as they come. Bytes wait until they make a whole character."""

    def __init__(self, tokenizer: Tokenizer, *, continues_text: bool = False) -> None:
        """``continues_text``: the first token follows text that is already shown, so its blank is kept."""
        self._tokenizer = tokenizer
        self._bytes = bytearray()
        self._is_at_start = not continues_text

    def add(self, token: int) -> str:
        """Text that is now certain; may be empty."""
        if self._tokenizer.is_special[token]:
            return self._flush()
        if self._tokenizer.is_byte[token]:
            self._bytes.append(self._tokenizer.byte(token))
            return self._take_characters()
        text = self._flush() + self._tokenizer.piece(token)
        return self._without_first_blank(text)

    def finish(self) -> str:
        """What is left: an unfinished character becomes U+FFFD."""
        return self._without_first_blank(self._flush())

    def _without_first_blank(self, text: str) -> str:
        if self._is_at_start and text:
            self._is_at_start = False
            return text.removeprefix(" ")
        return text

    def _take_characters(self) -> str:
        try:
            text = self._bytes.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and len(self._bytes) < 4:
                return ""
            text = self._bytes.decode("utf-8", "replace")
        self._bytes.clear()
        return self._without_first_blank(text)

    def _flush(self) -> str:
        text = self._bytes.decode("utf-8", "replace")
        self._bytes.clear()
        return text


def train_tokenizer(sentences: Iterator[str], target: Path, *, vocabulary_size: int, seed: int = 1,
                    threads: int = 1) -> Tokenizer:
    """Train a unigram model with byte fallback on ``sentences`` and write it to ``target``.

    ``TrainingError`` if the text is too small for ``vocabulary_size`` tokens.
    """
    import io
    import random

    model = io.BytesIO()
    lines = [line for text in sentences for line in normalise(text).split("\n") if line]
    random.Random(seed).shuffle(lines)
    try:
        sentencepiece.SentencePieceTrainer.Train(
            sentence_iterator=iter(lines), model_writer=model, vocab_size=vocabulary_size, model_type="unigram",
            byte_fallback=True, character_coverage=0.9995, split_digits=True, normalization_rule_name="identity",
            remove_extra_whitespaces=False, max_sentence_length=4096, num_threads=threads,
            unk_id=0, bos_id=-1, eos_id=-1, pad_id=-1,
            control_symbols=list(ROLE_TOKENS), user_defined_symbols=["\n"], minloglevel=2)
    except RuntimeError as error:  # all that sentencepiece ever raises
        raise TrainingError(f"The text is too small for a vocabulary of {vocabulary_size} tokens; take more text or a "
                            "smaller vocabulary.", code="training_vocabulary") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".new")  # so that no interrupted run leaves half a tokenizer
    beside.write_bytes(model.getvalue())
    beside.replace(target)
    return Tokenizer(model.getvalue())

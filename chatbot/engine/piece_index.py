"""Finds the tokens that agree with letters that are typed already, and says what a token does to the word before it."""

from __future__ import annotations

from bisect import bisect_left

import torch
from torch import Tensor

from chatbot.engine.tokenizer import Tokenizer

_LAST_CHARACTER = "\U0010ffff"
_INSIDE_WORDS = "'-_"
"""Marks that join what stands beside them to one word."""


class PieceIndex:
    """The tokens of a tokenizer as text. Special tokens, bytes and the line break are in no answer.

    A byte is no character, and what a person sees must be one.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.texts = [tokenizer.piece(token) for token in range(tokenizer.size)]
        self.is_text = [not tokenizer.is_special[token] and not tokenizer.is_byte[token] and "\n" not in text
                        for token, text in enumerate(self.texts)]
        order = sorted((text, token) for token, text in enumerate(self.texts) if self.is_text[token])
        self._sorted = [text for text, _ in order]
        self._order = torch.tensor([token for _, token in order], dtype=torch.int64)
        self._by_text = dict(order)
        self.inside_word = torch.tensor([tokenizer.is_byte[token] or self.is_text[token] and _is_inside(text)
                                         for token, text in enumerate(self.texts)], dtype=torch.float32)
        """[vocabulary] 1 where the token goes on with the word before it. A byte may begin a letter, so it counts."""

    def covering(self, letters: str) -> Tensor:
        """The tokens [n] that begin with all of ``letters``."""
        start = bisect_left(self._sorted, letters)
        return self._order[start:bisect_left(self._sorted, letters + _LAST_CHARACTER, lo=start)]

    def beginning(self, letters: str) -> list[int]:
        """The tokens that are a beginning of ``letters``, but not all of them."""
        found = (self._by_text.get(letters[:length]) for length in range(1, len(letters)))
        return [token for token in found if token is not None]


def _is_inside(text: str) -> bool:
    return text[:1].isalnum() or text[:1] in _INSIDE_WORDS

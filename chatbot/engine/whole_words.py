"""Keeping copied names whole: a rare word that a reply has begun to repeat is repeated to its end.

A name like "Antofagasta" is five sub-words. The copy head finds the first ones and the network, which has never seen
the name, likes to stop after three, or to go on after the fifth ("Antofagastaa"). Where the pieces of the word being
written begin a word of the conversation, and never were a whole word there, only the pieces that go on with it are
left; where they were one, it ends there, or has an ending such as -s. At least two pieces with three letters must
agree, so that words that are in the vocabulary (one piece) are never held to anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from chatbot.engine.tokenizer import Tokenizer

SHORTEST, SHORTEST_LETTERS = 2, 3
"""Pieces and letters of the word being written that must agree."""
LONGEST = 12
"""Longer "words" are noise (a hand on the keyboard) and are not repeated to the end."""
_END = -1
_ENDINGS = frozenset({"s", "es", "ed", "ing", "ly"})
"""A whole word of the conversation may be written with these: they told of an hourglass, and two are hourglasses."""


class WordPieces:
    """Which tokens go on with the word before them: letters without a blank in front, and bytes of letters."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        pieces = [("" if tokenizer.is_special[token] else tokenizer.piece(token)) for token in range(tokenizer.size)]
        self.starts = [piece == " " or piece[:1] == " " and piece[1:].isalpha() for piece in pieces]
        # A letter that the vocabulary lacks is written in bytes, each a piece of its own.
        is_byte = tokenizer.is_byte
        self.goes_on = [byte or piece.isalpha() for piece, byte in zip(pieces, is_byte, strict=True)]
        self.is_excess = torch.tensor([piece.isalpha() and not byte and piece not in _ENDINGS
                                       for piece, byte in zip(pieces, is_byte, strict=True)])
        """[vocabulary] bool: pieces that would make another word of a whole one."""
        self.letters = [1 if byte else len(piece.strip()) for piece, byte in zip(pieces, is_byte, strict=True)]

    def words(self, tokens: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """The words of ``tokens`` as their pieces; negative tokens separate."""
        word: list[int] = []
        for token in tokens:
            if token >= 0 and self.goes_on[token] and word:
                word.append(token)
                continue
            if word:
                yield tuple(word)
            word = [token] if token >= 0 and self.starts[token] else []
        if word:
            yield tuple(word)

    def begun(self, tokens: Sequence[int]) -> tuple[int, ...]:
        """The pieces of the word that ``tokens`` end in; empty if there is none, or it is too long."""
        for length in range(1, min(LONGEST, len(tokens)) + 1):
            token = tokens[-length]
            if self.starts[token]:
                return tuple(tokens[-length:])
            if not self.goes_on[token]:
                break
        return ()


class WholeWords:
    """The words of one conversation, for the replies that are written in it."""

    def __init__(self, pieces: WordPieces, conversation: Sequence[int]) -> None:
        """``conversation``: its tokens in order, -1 where a turn ends."""
        self._pieces = pieces
        self._following: dict[tuple[int, ...], set[int]] = {}
        for word in pieces.words(conversation):
            if len(word) > LONGEST:
                continue
            for length in range(SHORTEST, len(word) + 1):
                if sum(pieces.letters[token] for token in word[:length]) >= SHORTEST_LETTERS:
                    following = word[length] if length < len(word) else _END
                    self._following.setdefault(word[:length], set()).add(following)

    def only(self, written: Sequence[int]) -> list[int]:
        """The tokens of which the next must be one, in order; empty if it may be any."""
        following = self._following.get(self._pieces.begun(written))
        return [] if following is None or _END in following else sorted(following)

    def never(self, written: Sequence[int]) -> Tensor | None:
        """[vocabulary] bool: the tokens that must not come next; None if all may. ``only`` goes before it."""
        following = self._following.get(self._pieces.begun(written))
        if following is None or _END not in following:
            return None
        never = self._pieces.is_excess.clone()
        never[sorted(following - {_END})] = False
        return never

    def kept(self, logs: Tensor, written: Sequence[Sequence[int]]) -> Tensor:
        """``logs`` [rows, vocabulary] without the tokens that the rows' words do not allow, there normalised anew."""
        changed = {row: chances for row, tokens in enumerate(written)
                   if (chances := self._allowed(logs[row], tokens)) is not None}
        if not changed:
            return logs
        logs = logs.clone()
        for row, chances in changed.items():
            logs[row] = chances
        return logs

    def _allowed(self, logs: Tensor, written: Sequence[int]) -> Tensor | None:
        """``logs`` [vocabulary] of one row; None if they may stay as they are."""
        if only := self.only(written):
            return torch.full_like(logs, -math.inf).index_copy(
                0, torch.tensor(only), torch.log_softmax(logs[only], dim=-1))
        never = self.never(written)
        return None if never is None else torch.log_softmax(logs.masked_fill(never, -math.inf), dim=-1)

"""The hidden state of a conversation as a small value: clone it, save it, load it, go on bit for bit.

It holds the state of every block and a ring of copy keys (see ``copy_head``). Keys are rounded to half precision when
they are made, so that saving them as such loses nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from chatbot.core.errors import ModelError
from chatbot.engine.architecture import Architecture

STATE_VERSION = 1
_LARGEST_COUNT = 1 << 48


@dataclass(slots=True)
class HiddenState:
    """The state of ``batch`` conversations.

    ``cells``: per block the cell's tensors [batch, cell_width]; ``keys`` [batch, window, copy_width] with
    ``followers`` [batch, window] (-1: nothing to copy), written round and round; ``pending`` [batch, copy_width] is the
    newest key, whose follower is not known yet; ``count`` tokens were fed, so the next pair goes to place
    (count - 1) % window.
    """

    cells: tuple[tuple[Tensor, ...], ...]
    keys: Tensor
    followers: Tensor
    pending: Tensor
    count: int = 0

    @property
    def batch(self) -> int:
        """How many conversations."""
        return self.keys.shape[0]

    def clone(self) -> HiddenState:
        """A copy that shares nothing."""
        return HiddenState(tuple(tuple(part.clone() for part in cell) for cell in self.cells), self.keys.clone(),
                           self.followers.clone(), self.pending.clone(), self.count)

    def rows(self, rows: Tensor) -> HiddenState:
        """The conversations ``rows`` [n] int64, copied; a row may be taken several times."""
        return HiddenState(tuple(tuple(part[rows] for part in cell) for cell in self.cells), self.keys[rows],
                           self.followers[rows], self.pending[rows], self.count)

    def repeated(self, times: int) -> HiddenState:
        """``times`` copies of a single conversation."""
        return self.rows(torch.zeros(times, dtype=torch.int64))

    def last_token(self) -> Tensor:
        """The token fed last [batch]; -1 if it cannot be copied (a role token) or nothing was fed."""
        if self.count < 2 or not self.followers.shape[1]:
            return torch.full((self.batch,), -1, dtype=torch.int64)
        return self.followers[:, (self.count - 2) % self.followers.shape[1]]

    def recent_tokens(self) -> list[int]:
        """The kept tokens of the first conversation in the order they were fed; -1 for those that cannot be copied."""
        kept = max(0, min(self.count - 1, self.followers.shape[1]))
        first = self.count - 1 - kept
        places = (first + torch.arange(kept)) % max(1, self.followers.shape[1])
        return self.followers[0, places].tolist()

    def to_bytes(self, weights: str = "") -> bytes:
        """One conversation as safetensors; about 80 KB for the shipped sizes. ``weights`` names what wrote it."""
        tensors = {f"cell{block}.{part}": value.contiguous() for block, cell in enumerate(self.cells)
                   for part, value in enumerate(cell)}
        tensors |= {"keys": self.keys.half().contiguous(), "pending": self.pending.half().contiguous(),
                    "followers": self.followers.to(torch.int32).contiguous(),
                    "count": torch.tensor([self.count], dtype=torch.int64)}
        return save(tensors, metadata={"version": f"{STATE_VERSION}/{weights}"})  # one key: the order of several varies

    @classmethod
    def from_bytes(cls, data: bytes, architecture: Architecture, weights: str = "") -> HiddenState:
        """Read what ``to_bytes`` wrote; ``ModelError`` if it is damaged or belongs to other ``weights``.

        A state means nothing to other weights, not even to a newer version of the same model.
        """
        try:
            (version, owner), tensors = _header(data), load(data)
            cells = _cells(tensors, architecture)
            state = cls(cells, tensors["keys"].float(), tensors["followers"].to(torch.int64),
                        tensors["pending"].float(), int(tensors["count"].item()))
        except (SafetensorError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            raise ModelError("The saved memory of this conversation is damaged; it is read again from the text.",
                             code="state_damaged") from error
        shape = (1, architecture.copy_window, architecture.copy_width)
        if (version, owner) != (STATE_VERSION, weights) or state.keys.shape != shape:
            raise ModelError("The saved memory of this conversation belongs to another model or program version; it is "
                             "read again from the text.", code="state_of_other_model")
        if not state._is_sound(architecture):
            raise ModelError("The saved memory of this conversation is damaged; it is read again from the text.",
                             code="state_damaged")
        return state

    def _is_sound(self, architecture: Architecture) -> bool:
        """Whether a network could go on from it: numbers that are numbers, followers that are tokens."""
        values = (self.keys, self.pending, *(part for cell in self.cells for part in cell))
        return (self.followers.shape == self.keys.shape[:2] and self.pending.shape == (1, architecture.copy_width)
                and 0 <= self.count < _LARGEST_COUNT
                and bool(((self.followers >= -1) & (self.followers < architecture.vocabulary_size)).all())
                and all(bool(torch.isfinite(value).all()) for value in values))


def _header(data: bytes) -> tuple[int, str]:
    """Version and weights in the header of a safetensors file: eight bytes with its length, then JSON."""
    header = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])
    version, _, weights = header["__metadata__"]["version"].partition("/")
    return int(version), weights


def _cells(tensors: dict[str, Tensor], architecture: Architecture) -> tuple[tuple[Tensor, ...], ...]:
    count = 2 if architecture.cell == "lstm" else 1
    cells = tuple(tuple(tensors[f"cell{block}.{part}"] for part in range(count))
                  for block in range(architecture.blocks))
    if any(part.shape != (1, architecture.cell_width) or part.dtype != torch.float32 for c in cells for part in c):
        raise ValueError("a cell state has another shape")
    return cells

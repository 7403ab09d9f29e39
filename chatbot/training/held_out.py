"""Held-out loss: nats per token, perplexity per word, bits per byte, per group and overall.

Perplexity per word is exp(total nats / words), words being runs of letters and digits or single punctuation marks,
plus one end of turn per turn; bits per byte divides by the bytes of the texts and one per turn. Both count the nats of
every token, role tokens of the next speaker and ``<end>`` included.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from chatbot.engine.network import LanguageModel, TrainingState
from chatbot.engine.roles import END
from chatbot.engine.state import HiddenState
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer, normalise
from chatbot.training.corpus import Document
from chatbot.training.packing import encode_documents
from chatbot.training.trainer import copyable_tokens

_WORD = re.compile(r"\w+|[^\w\s]")


def word_count(text: str) -> int:
    """Words and punctuation marks of ``text`` as the model reads it."""
    return sum(1 for _ in _WORD.finditer(normalise(text)))


@dataclass(slots=True)
class HeldOutLoss:
    """Sums over some held-out text."""

    nats: float = 0.0
    tokens: int = 0
    words: int = 0
    bytes: int = 0

    def add(self, other: HeldOutLoss) -> None:
        """Add another sum."""
        self.nats += other.nats
        self.tokens += other.tokens
        self.words += other.words
        self.bytes += other.bytes

    def to_dict(self) -> dict[str, float]:
        """The figures that are reported."""
        return {"nats_per_token": round(self.nats / max(1, self.tokens), 4),
                "perplexity_per_word": round(math.exp(min(50.0, self.nats / max(1, self.words))), 2),
                "bits_per_byte": round(self.nats / math.log(2) / max(1, self.bytes), 4),
                "tokens": self.tokens, "words": self.words}


@dataclass(frozen=True, slots=True)
class HeldOutGroup:
    """The encoded documents of one group with their counts."""

    name: str
    documents: tuple[np.ndarray, ...]
    words: int
    bytes: int


def prepare_held_out(tokenizer: Tokenizer, documents: Iterable[Document],
                     tokens_per_group: int | None = None) -> list[HeldOutGroup]:
    """Encode held-out documents by group; at most about ``tokens_per_group`` tokens of each, spread evenly."""
    by_group: dict[str, list[tuple[Document, np.ndarray]]] = {}
    for document, ids in encode_documents(tokenizer, documents):
        by_group.setdefault(document.group, []).append((document, np.asarray(ids, dtype=np.int64)))
    return [_group(name, items, tokens_per_group) for name, items in sorted(by_group.items())]


def _group(name: str, items: list[tuple[Document, np.ndarray]], limit: int | None) -> HeldOutGroup:
    total = sum(len(ids) for _, ids in items)
    every = 1 if limit is None else max(1, math.ceil(total / limit))
    chosen = items[::every]
    texts = [text for document, _ in chosen for text in (*document.turns, *document.persona)]
    return HeldOutGroup(name, tuple(ids for _, ids in chosen), sum(word_count(t) + 1 for t in texts),
                        sum(len(normalise(t).encode()) + 1 for t in texts))


class Scorer(Protocol):
    """Something that scores targets in parallel streams: the training pass, or the stepping network of chat."""

    def blank(self, streams: int) -> object:
        """The state before a document."""
        ...

    def score(self, tokens: Tensor, targets: Tensor, state: object) -> tuple[Tensor, object]:
        """Log-probabilities of ``targets`` [time, streams] and the state after them."""
        ...


class ForwardScorer:
    """Scores with ``LanguageModel.forward``."""

    def __init__(self, model: LanguageModel, tokenizer: Tokenizer, precision: torch.dtype = torch.float32) -> None:
        self._model, self._precision = model, precision
        self._copyable = copyable_tokens(tokenizer).to(model.bias.device)

    def blank(self, streams: int) -> TrainingState:
        """Zeros."""
        return self._model.blank_state(streams)

    def score(self, tokens: Tensor, targets: Tensor, state: TrainingState) -> tuple[Tensor, TrainingState]:
        """See ``Scorer``."""
        device = self._model.bias.device
        with torch.autocast(device.type, torch.bfloat16, enabled=self._precision == torch.bfloat16):
            return self._model(tokens.to(device), targets.to(device), torch.zeros_like(tokens, device=device),
                               self._copyable, state)


class SteppingScorer:
    """Scores with the network that chat uses, int8 or float32."""

    def __init__(self, network: StepNetwork) -> None:
        self._network = network

    def blank(self, streams: int) -> HiddenState:
        """Zeros."""
        return self._network.blank_state().repeated(streams)

    def score(self, tokens: Tensor, targets: Tensor, state: HiddenState) -> tuple[Tensor, HiddenState]:
        """See ``Scorer``."""
        return self._network.score(tokens, targets, state), state


@torch.inference_mode()
def held_out_loss(scorer: Scorer, tokenizer: Tokenizer, group: HeldOutGroup, *, streams: int = 32,
                  window: int = 128) -> HeldOutLoss:
    """The loss of one group. Every document starts from a blank state and ``<end>``; nothing is carried over."""
    end, nats, tokens = tokenizer.role(END), 0.0, 0
    ordered = sorted(group.documents, key=len)
    for begin in range(0, len(ordered), streams):
        batch = ordered[begin:begin + streams]
        longest = max(len(ids) for ids in batch)
        ids = np.full((longest + 1, len(batch)), end, dtype=np.int64)
        for column, document in enumerate(batch):
            ids[1:len(document) + 1, column] = document
        counted = np.arange(longest)[:, None] < np.array([len(document) for document in batch])[None, :]
        nats += _batch_nats(scorer, torch.from_numpy(ids), torch.from_numpy(counted), window)
        tokens += int(counted.sum())
    return HeldOutLoss(nats, tokens, group.words, group.bytes)


def _batch_nats(scorer: Scorer, ids: Tensor, counted: Tensor, window: int) -> float:
    state, nats, last = scorer.blank(ids.shape[1]), 0.0, ids.shape[0] - 1
    for start in range(0, last, window):
        stop = min(start + window, last)
        chances, state = scorer.score(ids[start:stop], ids[start + 1:stop + 1], state)
        nats -= float((chances.double().cpu() * counted[start:stop]).sum())
    return nats


def held_out_table(scorer: Scorer, tokenizer: Tokenizer,
                   groups: Iterable[HeldOutGroup]) -> dict[str, dict[str, float]]:
    """Figures by group, and ``overall``."""
    overall, table = HeldOutLoss(), {}
    for group in groups:
        loss = held_out_loss(scorer, tokenizer, group)
        overall.add(loss)
        table[group.name] = loss.to_dict()
    return {**table, "overall": overall.to_dict()}

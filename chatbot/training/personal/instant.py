"""The instant mode: builds a ``LogMemory`` from the person's messages and finds its shares on held-out ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from chatbot.engine.log_memory import LogMemory, MemoryShares, NgramTable
from chatbot.engine.roles import END
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.personal.talks import Talk

MOST_PLACES = 4_000
SHARPNESSES = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0)
LARGEST_SHARE = 0.9
_WINDOW = 128
_ROUNDS = 60


class OwnPlaces:
    """The places where the person wrote a token: hidden vector before it, the token before it, and the token."""

    def __init__(self, hidden: Tensor, before: Tensor, after: Tensor, chances: Tensor) -> None:
        self.hidden, self.before, self.after, self.chances = hidden, before, after, chances


@torch.inference_mode()
def own_places(network: StepNetwork, tokenizer: Tokenizer, talks: Sequence[Talk]) -> OwnPlaces:
    """All own places of ``talks``: [n, width] float32, [n] int64 (-1: the turn begins), [n] int64, [n] log-chances."""
    end = tokenizer.role(END)
    hidden, before, after, chances = [], [], [], []
    for talk in talks:
        ids = torch.from_numpy(np.concatenate([[end], talk.ids]).astype(np.int64)).unsqueeze(1)
        is_own = torch.from_numpy(talk.is_own)
        state = network.blank_state()
        for start in range(0, len(ids) - 1, _WINDOW):
            stop = min(start + _WINDOW, len(ids) - 1)
            found, vectors = network.score_with_hidden(ids[start:stop], ids[start + 1:stop + 1], state)
            chosen = is_own[start:stop]
            hidden.append(vectors[:, 0][chosen])
            chances.append(found[:, 0][chosen])
            before.append(ids[start:stop, 0][chosen])
            after.append(ids[start + 1:stop + 1, 0][chosen])
    special = torch.tensor(tokenizer.is_special)
    previous = torch.cat(before)
    return OwnPlaces(torch.cat(hidden), torch.where(special[previous], -1, previous), torch.cat(after),
                     torch.cat(chances))


def build_memory(network: StepNetwork, tokenizer: Tokenizer, talks: Sequence[Talk], seed: int) -> LogMemory:
    """A memory of the newest places, with no share yet. Their order is shuffled: nothing needs the running text."""
    places = own_places(network, tokenizer, talks)
    ngram = NgramTable.counted(places.before, places.after, tokenizer.size)
    if not network.architecture.copy_window:  # without the copy ring a chat cannot tell which token was last
        ngram = NgramTable(torch.empty(0, dtype=torch.int64), torch.empty(0, dtype=torch.int64), ngram.unigram_counts)
    order = torch.randperm(min(MOST_PLACES, len(places.after)), generator=torch.Generator().manual_seed(seed))
    keys, followers = places.hidden[-MOST_PLACES:][order], places.after[-MOST_PLACES:][order]
    return LogMemory(keys.half().float(), followers, ngram, MemoryShares())


def find_shares(memory: LogMemory, places: OwnPlaces) -> MemoryShares:
    """The shares that make ``places`` (held-out) likeliest: expectation maximisation for each sharpness."""
    model, ngram = places.chances.double().exp(), memory.ngram.of(places.before, places.after).double()
    best, best_value = MemoryShares(), float(places.chances.double().mean())
    for sharpness in SHARPNESSES:
        tried = memory.with_shares(MemoryShares(0.0, 0.0, sharpness))
        cache = torch.cat([tried.cache_chances(*part) for part in zip(
            places.hidden.split(512), places.after.split(512), strict=True)]).double()
        shares = torch.tensor([0.8, 0.1, 0.1], dtype=torch.float64)
        parts = torch.stack([model, cache, ngram])
        for _ in range(_ROUNDS):
            weighted = parts * shares.unsqueeze(1)
            shares = (weighted / weighted.sum(0).clamp(min=1e-30)).mean(1)
        value = float((parts * shares.unsqueeze(1)).sum(0).clamp(min=1e-30).log().mean())
        if value > best_value:
            best, best_value = _bounded(float(shares[1]), float(shares[2]), sharpness), value
    return best


def _bounded(cache: float, ngram: float, sharpness: float) -> MemoryShares:
    """The model always keeps a tenth, so that nothing becomes impossible."""
    scale = min(1.0, LARGEST_SHARE / max(1e-9, cache + ngram))
    return MemoryShares(cache * scale, ngram * scale, sharpness)

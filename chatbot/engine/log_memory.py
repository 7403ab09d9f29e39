"""What an instant personal model remembers of a log: a continuous cache and an n-gram, mixed in when a token is drawn.

The cache (Grave et al. 2017, arXiv 1612.04426) holds hidden vectors of places where the person wrote, each with the
token that the person wrote next: p_cache(w) is the soft-max of ``sharpness`` x h . key over the places, summed over
those that were followed by w. The n-gram is the person's bigram with Witten-Bell back-off to the unigram. Then
p = (1 - cache_share - ngram_share) p_model + cache_share p_cache + ngram_share p_ngram. Nothing is trained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from chatbot.core.errors import ModelError

MEMORY_NAME = "memory.safetensors"
_TINY = 1e-30


@dataclass(frozen=True, slots=True)
class MemoryShares:
    """How much each part counts: the two shares add up to less than 1."""

    cache_share: float = 0.0
    ngram_share: float = 0.0
    sharpness: float = 1.0


class NgramTable:
    """The person's bigram with Witten-Bell back-off: p(w | v) = (count(v, w) + kinds(v) p(w)) / (count(v) + kinds(v)).

    ``pairs`` [n] int64 are the sorted distinct values of v * size + w, ``counts`` [n] how often; v = size stands for
    the beginning of a turn.
    """

    def __init__(self, pairs: Tensor, counts: Tensor, unigram_counts: Tensor) -> None:
        self.size = len(unigram_counts)
        self.pairs, self.counts, self.unigram_counts = pairs, counts, unigram_counts
        self._unigram = unigram_counts.float() / unigram_counts.sum().clamp(min=1)
        before = pairs // self.size
        edges = torch.arange(self.size + 2)
        self._starts = torch.searchsorted(before, edges)
        kinds = (self._starts[1:] - self._starts[:-1]).float()
        totals = torch.zeros(self.size + 1).index_add_(0, before, counts.float())
        self._denominator = (totals + kinds).clamp(min=1.0)
        self._rest = torch.where(totals > 0, kinds / self._denominator, 1.0)
        self._followers = pairs % self.size
        self._seen = counts.float() / self._denominator[before]

    @classmethod
    def counted(cls, before: Tensor, after: Tensor, size: int) -> NgramTable:
        """Count the pairs (``before`` [n], ``after`` [n]); -1 in ``before`` is the beginning of a turn."""
        v = torch.where(before < 0, size, before)
        pairs, counts = torch.unique(v * size + after, return_counts=True)
        return cls(pairs, counts, torch.bincount(after, minlength=size))

    def probabilities(self, before: Tensor) -> Tensor:
        """[batch, vocabulary] after ``before`` [batch] (-1: the beginning of a turn)."""
        rows = torch.where(before < 0, self.size, before)
        result = self._rest[rows].unsqueeze(1) * self._unigram
        for number, row in enumerate(rows.tolist()):
            part = slice(int(self._starts[row]), int(self._starts[row + 1]))
            result[number, self._followers[part]] += self._seen[part]
        return result

    def of(self, before: Tensor, after: Tensor) -> Tensor:
        """The probability of each ``after`` [n] given ``before`` [n]."""
        v = torch.where(before < 0, self.size, before)
        chances = self._rest[v] * self._unigram[after]
        if len(self.pairs):
            wanted = v * self.size + after
            places = torch.searchsorted(self.pairs, wanted).clamp(max=len(self.pairs) - 1)
            chances = chances + torch.where(self.pairs[places] == wanted, self._seen[places], 0.0)
        return chances


class LogMemory:
    """Cache and n-gram of one person, ready to be mixed into a model's distribution."""

    def __init__(self, keys: Tensor, followers: Tensor, ngram: NgramTable, shares: MemoryShares) -> None:
        """``keys`` [places, width] and ``followers`` [places] int64: a hidden vector and the token after it."""
        self.keys, self.followers, self.ngram, self.shares = keys, followers, ngram, shares
        self._scaled_keys = keys.float().t() * (shares.sharpness * keys.shape[1] ** -0.5)
        model_share = max(1.0 - shares.cache_share - shares.ngram_share, _TINY)
        self._model_log_share = math.log(model_share)

    def mixed(self, logs: Tensor, hidden: Tensor, last: Tensor) -> Tensor:
        """``logs`` [batch, vocabulary] with the memory mixed in; ``hidden`` [batch, width] is the vector they come
        from and ``last`` [batch] the token before (-1: the turn begins)."""
        remembered = self.shares.ngram_share * self.ngram.probabilities(last)
        weights = torch.softmax(hidden @ self._scaled_keys, dim=-1).mul_(self.shares.cache_share)
        remembered.index_add_(1, self.followers, weights)
        return torch.logaddexp(logs + self._model_log_share, remembered.clamp_(min=_TINY).log_())

    def mixed_targets(self, chances: Tensor, hidden: Tensor, last: Tensor, targets: Tensor) -> Tensor:
        """The same for single targets: all [time, batch], ``hidden`` [time, batch, width]."""
        cached = self.cache_chances(hidden.reshape(-1, hidden.shape[-1]), targets.reshape(-1))
        written = self.ngram.of(last.reshape(-1), targets.reshape(-1))
        remembered = self.shares.cache_share * cached + self.shares.ngram_share * written
        return torch.logaddexp(chances + self._model_log_share, remembered.clamp(min=_TINY).log().view(chances.shape))

    def cache_chances(self, hidden: Tensor, targets: Tensor) -> Tensor:
        """The cache's probability of each target [n] for ``hidden`` [n, width]."""
        weights = torch.softmax(hidden.float() @ self._scaled_keys, dim=-1)
        return (weights * (self.followers.unsqueeze(0) == targets.unsqueeze(1))).sum(-1)

    def with_shares(self, shares: MemoryShares) -> LogMemory:
        """The same memory, counting more or less."""
        return LogMemory(self.keys, self.followers, self.ngram, shares)

    def to_bytes(self) -> bytes:
        """As safetensors; keys in half precision."""
        s = self.shares
        return save({"keys": self.keys.half().contiguous(), "followers": self.followers.to(torch.int32),
                     "pairs": self.ngram.pairs.contiguous(), "counts": self.ngram.counts.to(torch.int32),
                     "unigram_counts": self.ngram.unigram_counts.to(torch.int32),
                     "shares": torch.tensor([s.cache_share, s.ngram_share, s.sharpness], dtype=torch.float64)})

    @classmethod
    def load(cls, path: Path, width: int, vocabulary_size: int) -> LogMemory:
        """Read what ``to_bytes`` wrote; ``ModelError`` if it is damaged or belongs to another network."""
        try:
            tensors = load_file(path)
            _check(tensors, width, vocabulary_size)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"The personal model's file {path.name} is damaged ({error}); make the personal model "
                             "again.", code="model_memory") from error
        ngram = NgramTable(tensors["pairs"], tensors["counts"].long(), tensors["unigram_counts"].long())
        return cls(tensors["keys"].float(), tensors["followers"].long(), ngram,
                   MemoryShares(*(float(value) for value in tensors["shares"])))


def _check(tensors: dict[str, Tensor], width: int, size: int) -> None:
    keys, followers, pairs, counts = (tensors[name] for name in ("keys", "followers", "pairs", "counts"))
    unigram, shares = tensors["unigram_counts"], tensors["shares"]
    if keys.ndim != 2 or keys.shape[1] != width or followers.shape != keys.shape[:1] or not len(keys):
        raise ValueError("its cache does not fit")
    if unigram.shape != (size,) or pairs.ndim != 1 or counts.shape != pairs.shape or pairs.dtype != torch.int64:
        raise ValueError("its n-gram does not fit")
    in_range = bool(((followers >= 0) & (followers < size)).all()) and bool((unigram >= 0).all())
    if not in_range or not bool(((pairs >= 0) & (pairs < (size + 1) * size)).all()) or bool((counts < 1).any()):
        raise ValueError("it names tokens that do not exist")
    if bool((pairs[1:] <= pairs[:-1]).any()) or not bool(torch.isfinite(keys.float()).all()):
        raise ValueError("its numbers are not in order")
    if shares.shape != (3,) or not bool(torch.isfinite(shares).all()) or bool((shares < 0).any()) \
            or float(shares[:2].sum()) >= 1.0:
        raise ValueError("its shares are not shares")

"""Perplexity of a word stream: plain, with a continuous cache, with dynamic evaluation.

In all three the state is carried through the whole stream, and every word is scored before anything learns from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from chatbot.engine.network import LanguageModel, TrainingState

WINDOW = 70


class StreamModel:
    """A model that reads one stream, window by window."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self._copyable = torch.ones(model.architecture.vocabulary_size, dtype=torch.bool, device=model.bias.device)
        self._state: TrainingState = model.blank_state(1)

    def window(self, ids: Tensor) -> Tensor:
        """Log-probabilities [time] of ``ids`` [time + 1] but the first."""
        tokens, targets = ids[:-1].unsqueeze(1), ids[1:].unsqueeze(1)
        logs, state = self.model(tokens, targets, torch.zeros_like(tokens), self._copyable, self._state)
        self._state = state.detached()
        return logs[:, 0]

    def window_with_hidden(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """The same and the output vectors [time, width]."""
        kept: list[Tensor] = []
        hook = self.model.norm.register_forward_hook(lambda module, inputs, output: kept.append(output[:, 0]))
        try:
            return self.window(ids), kept[0]
        finally:
            hook.remove()


def windows(ids: np.ndarray, window: int, device: torch.device | str = "cpu") -> Iterator[Tensor]:
    """Parts of ``window`` + 1 words that overlap by one, so that every word but the first is a target once."""
    whole = torch.from_numpy(ids.astype(np.int64)).to(device)
    for start in range(0, len(whole) - 1, window):
        yield whole[start:start + window + 1]


@torch.inference_mode()
def plain_logs(model: LanguageModel, ids: np.ndarray, window: int = WINDOW) -> Tensor:
    """Log-probability of every word but the first."""
    stream = StreamModel(model)
    return torch.cat([stream.window(part) for part in windows(ids, window, model.bias.device)]).double().cpu()


@torch.inference_mode()
def cache_logs(model: LanguageModel, ids: np.ndarray, sharpnesses: Sequence[float], size: int,
               window: int = WINDOW) -> tuple[Tensor, Tensor]:
    """Plain log-probabilities [words - 1], and the cache's probabilities [sharpnesses, words - 1].

    Grave et al. 2017, arXiv 1612.04426: p_cache(w) is the soft-max weight, at ``sharpness`` x (this output vector .
    that output vector), of those of the last ``size`` positions that were followed by w.
    """
    stream, logs, copied = StreamModel(model), [], []
    width = model.architecture.width
    keys, followers = torch.zeros(0, width), torch.zeros(0, dtype=torch.int64)
    for part in windows(ids, window, model.bias.device):
        own, hidden = stream.window_with_hidden(part)
        hidden, targets = hidden.float().cpu() / width ** 0.5, part[1:].cpu()
        keys, followers = torch.cat([keys, hidden]), torch.cat([followers, targets])
        copied.append(_cached(hidden, keys, followers, targets, sharpnesses, size))
        logs.append(own.cpu())
        keys, followers = keys[-size:], followers[-size:]
    return torch.cat(logs).double(), torch.cat(copied, dim=1).double()


def _cached(hidden: Tensor, keys: Tensor, followers: Tensor, targets: Tensor, sharpnesses: Sequence[float],
            size: int) -> Tensor:
    """[sharpnesses, time] for the last ``time`` of ``keys``; a position sees the ``size`` positions before it."""
    time, count = len(hidden), len(keys)
    places, rows = torch.arange(count), torch.arange(count - time, count).unsqueeze(1)
    allowed = (places < rows) & (places >= rows - size)
    scores = (hidden @ keys.T).masked_fill(~allowed, -torch.inf)
    hits = followers.unsqueeze(0) == targets.unsqueeze(1)
    shares = [torch.nan_to_num(torch.softmax(sharpness * scores, dim=1)).mul(hits).sum(dim=1)
              for sharpness in sharpnesses]  # the very first position sees nothing: 0/0
    return torch.stack(shares)


def mixed(logs: Tensor, copied: Tensor, share: float) -> Tensor:
    """log((1 - share) p + share p_cache); where the cache is empty (the first word) the model's own is kept."""
    mixture = (1.0 - share) * logs.exp() + share * copied
    return torch.cat([logs[:1], mixture[1:].log()])

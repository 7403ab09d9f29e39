"""Dynamic evaluation: the network goes on learning from what it has just read.

Krause et al. 2018, arXiv 1709.07432, "RMS with decay": after a window is scored, every weight moves by
-rate x gradient / (root mean square of its gradients on the training text + epsilon), and by decay x (its trained value
- its value), the decay stronger where gradients are usually large.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from chatbot.engine.network import LanguageModel
from chatbot.training.word_level.stream_scoring import StreamModel, windows

_EPSILON = 1e-8
_LEAST_SHARE = 10.0
"""What is added to every root mean square, in means over all weights (the paper's epsilon, made independent of scale).
With much less the rows of rare words, whose gradients were hardly ever seen, leap and the perplexity explodes."""


def root_mean_squares(model: LanguageModel, training: np.ndarray, window: int, count: int) -> dict[str, Tensor]:
    """By weight, the root mean square of its gradients over ``count`` windows of the training text."""
    stream = StreamModel(model)
    sums = {name: torch.zeros_like(p) for name, p in model.named_parameters()}
    for number, part in zip(range(count), windows(training, window, model.bias.device), strict=False):
        del number
        model.zero_grad(set_to_none=True)
        (-stream.window(part).mean()).backward()
        for name, p in model.named_parameters():
            if p.grad is not None:
                sums[name] += p.grad.square()
    model.zero_grad(set_to_none=True)
    return {name: (total / max(1, count)).sqrt() for name, total in sums.items()}


def dynamic_logs(model: LanguageModel, ids: np.ndarray, scale: dict[str, Tensor], *, rate: float, decay: float,
                 window: int, report: Callable[[int], None] | None = None) -> Tensor:
    """Log-probability of every word but the first, each scored before it is learned from. ``model`` stays as it is."""
    learner = copy.deepcopy(model)
    stream, logs = StreamModel(learner), []
    trained = {name: p.detach().clone() for name, p in learner.named_parameters()}
    mean = sum(float(value.sum()) for value in scale.values()) / sum(value.numel() for value in scale.values())
    divisor = {name: value + _EPSILON + _LEAST_SHARE * mean for name, value in scale.items()}
    pull = {name: (decay * value / max(mean, _EPSILON)).clamp(max=1.0) for name, value in scale.items()}
    for number, part in enumerate(windows(ids, window, model.bias.device)):
        learner.zero_grad(set_to_none=True)
        own = stream.window(part)
        logs.append(own.detach().double().cpu())
        (-own.mean()).backward()
        with torch.no_grad():
            for name, p in learner.named_parameters():
                if p.grad is not None:
                    p.addcdiv_(p.grad, divisor[name], value=-rate)
                if decay:
                    p.lerp_(trained[name], pull[name])
        if report is not None:
            report(number)
    return torch.cat(logs)

"""A linear classifier on fixed features, and the bag-of-words features it is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional as F

from chatbot.engine.tokenizer import Tokenizer

PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)
_STEPS = 60


def fitted(features: torch.Tensor, labels: torch.Tensor, classes: int, penalty: float) -> torch.Tensor:
    """Weights [features + 1, classes] of a multinomial logistic regression with an L2 penalty, by L-BFGS.

    ``features`` [examples, features] float32, ``labels`` [examples] int64; the last row of the result is the bias.
    """
    inputs = torch.cat([features, torch.ones(len(features), 1)], dim=1)
    weights = torch.zeros(inputs.shape[1], classes, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=_STEPS, history_size=8, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = F.cross_entropy(inputs @ weights, labels) + penalty * weights[:-1].square().sum()
        value.backward()
        return value

    with torch.enable_grad():
        optimiser.step(loss)
    return weights.detach()


def accuracy(features: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> float:
    """Share of ``features`` whose likeliest class is theirs."""
    return float(((features @ weights[:-1] + weights[-1]).argmax(dim=1) == labels).float().mean())


def probe_accuracy(features: torch.Tensor, labels: torch.Tensor, seed: int) -> float:
    """Accuracy on a test third that is looked at once; the penalty is chosen on a sixth, the rest is fitted on."""
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    third, sixth = len(order) // 3, len(order) // 6
    test, choose, train = order[:third], order[third:third + sixth], order[third + sixth:]
    scaled = standardised(features, train)
    classes = int(labels.max()) + 1
    best = max(PENALTIES, key=lambda penalty: accuracy(scaled[choose], labels[choose],
                                                       fitted(scaled[train], labels[train], classes, penalty)))
    rest = torch.cat([choose, train])
    return accuracy(scaled[test], labels[test], fitted(scaled[rest], labels[rest], classes, best))


def standardised(features: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Mean 0 and deviation 1 over ``rows``; a feature that never changes there becomes 0."""
    mean, deviation = features[rows].mean(dim=0), features[rows].std(dim=0)
    return torch.where(deviation > 1e-6, (features - mean) / deviation.clamp(min=1e-6), 0.0)


def bag_of_words(tokenizer: Tokenizer, texts: Sequence[str], most: int = 4000) -> torch.Tensor:
    """log(1 + count) of the ``most`` commonest tokens [texts, tokens], the same sub-words that the model reads."""
    counts = [Counter(ids) for ids in tokenizer.encode_many(texts)]
    total = Counter(token for count in counts for token in count)
    places = {token: place for place, (token, _) in enumerate(total.most_common(most))}
    bag = np.zeros((len(texts), len(places)), dtype=np.float32)
    for row, count in enumerate(counts):
        for token, number in count.items():
            if token in places:
                bag[row, places[token]] = np.log1p(number)
    return torch.from_numpy(bag)

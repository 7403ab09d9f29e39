"""Direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290) of a recurrent language model.

The loss of a pair is  -log sigmoid(beta * [(log p(chosen) - log r(chosen)) - (log p(rejected) - log r(rejected))])
with r the weights before; the nats per token of the chosen reply are added (Pang et al. 2024, arXiv 2404.19733), and so
are those of ordinary text, so that nothing else is forgotten.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from chatbot.engine.network import LanguageModel
from chatbot.engine.roles import BOT, END, END_OF_TURN, USER
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.refining.pairs import Pair
from chatbot.training.trainer import Deals

LONGEST_CONTEXT = 400


@dataclass(frozen=True, slots=True)
class Plan:
    """How a refinement goes."""

    questions: int = 4000
    seed: int = 17
    candidates: int = 16
    temperature: float = 1.0
    top_p: float = 0.95
    beta: float = 0.1
    learning_rate: float = 1e-4
    pairs_a_step: int = 8
    passes: int = 1
    chosen_weight: float = 0.2
    replay_weight: float = 1.0
    replay_streams: int = 8
    clip: float = 1.0
    warm_up_share: float = 0.05


@dataclass(frozen=True, slots=True)
class Encoded:
    """A pair in tokens: ``context`` up to the bot's role token, both replies with their end of turn."""

    context: tuple[int, ...]
    chosen: tuple[int, ...]
    rejected: tuple[int, ...]

    @property
    def length(self) -> int:
        """Of the longer of both sequences."""
        return len(self.context) + max(len(self.chosen), len(self.rejected))


def encode(tokenizer: Tokenizer, pair: Pair) -> Encoded:
    """The tokens as a chat has them; of a long conversation the last ones."""
    roles = (tokenizer.role(USER), tokenizer.role(BOT))
    end_of_turn = tokenizer.role(END_OF_TURN)
    context = [token for number, turn in enumerate(tokenizer.encode_many(list(pair.turns)))
               for token in (roles[number % 2], *turn, end_of_turn)]
    replies = [(*tokenizer.encode(text), end_of_turn) for text in (pair.chosen, pair.rejected)]
    return Encoded((tokenizer.role(END), *context[-LONGEST_CONTEXT:], roles[1]), *replies)


@dataclass(frozen=True, slots=True)
class Batch:
    """The chosen replies of some pairs in the first half of the streams, the rejected ones in the second."""

    tokens: Tensor
    """[time, 2 * pairs] int64."""
    targets: Tensor
    weights: Tensor
    """[time, 2 * pairs] float32: 1 where a target belongs to a reply."""


def batch_of(encoded: Sequence[Encoded]) -> Batch:
    """All sequences from their beginning, the shorter ones padded behind their end."""
    rows = [(pair.context, pair.chosen) for pair in encoded] + [(pair.context, pair.rejected) for pair in encoded]
    longest = max(len(context) + len(reply) for context, reply in rows) - 1
    tokens = torch.zeros(longest, len(rows), dtype=torch.int64)
    targets, weights = torch.zeros_like(tokens), torch.zeros(longest, len(rows))
    for column, (context, reply) in enumerate(rows):
        ids = torch.tensor([*context, *reply])
        tokens[:len(ids) - 1, column], targets[:len(ids) - 1, column] = ids[:-1], ids[1:]
        weights[len(context) - 1:len(ids) - 1, column] = 1.0
    return Batch(tokens, targets, weights)


def batches(encoded: Sequence[Encoded], size: int, rng: random.Random) -> list[list[int]]:
    """Numbers of pairs of about the same length in groups of ``size``, the groups in any order."""
    order = sorted(range(len(encoded)), key=lambda number: (encoded[number].length, rng.random()))
    groups = [order[start:start + size] for start in range(0, len(order), size)]
    rng.shuffle(groups)
    return groups


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """Means of one step."""

    step: int
    steps: int
    loss: float
    preferred: float
    """Share of the pairs whose chosen reply has gained more than the rejected one."""
    replay: float
    """Nats per token of ordinary text."""


class PreferenceTrainer:
    """Steps a model through pairs and, beside them, through windows of ordinary text."""

    def __init__(self, model: LanguageModel, copyable: Tensor, dealer: Deals, window: int, plan: Plan,
                 precision: torch.dtype) -> None:
        self.model, self.plan = model, plan
        self._copyable, self._dealer, self._window, self._precision = copyable, dealer, window, precision
        self._optimiser = torch.optim.AdamW(model.parameters(), lr=plan.learning_rate, betas=(0.9, 0.98),
                                            weight_decay=0.0, fused=True)
        self._state = model.blank_state(plan.replay_streams)

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self._precision == torch.bfloat16)

    def _reply_nats(self, batch: Batch) -> Tensor:
        """[2 * pairs] float32: log-probability of every reply."""
        with self._autocast():
            chances, _ = self.model(batch.tokens, batch.targets, torch.zeros_like(batch.tokens), self._copyable,
                                    self.model.blank_state(batch.tokens.shape[1]))
        return (chances * batch.weights).sum(0)

    @torch.no_grad()
    def references(self, encoded: Sequence[Encoded], groups: Sequence[Sequence[int]]) -> Tensor:
        """[pairs, 2]: log-probabilities of both replies under the weights as they are now."""
        found = torch.zeros(len(encoded), 2)
        for group in groups:
            found[list(group)] = self._reply_nats(batch_of([encoded[n] for n in group])).view(2, -1).t()
        return found

    def steps(self, encoded: Sequence[Encoded], rng: random.Random) -> Iterator[StepNumbers]:
        """All passes over ``encoded``."""
        groups = batches(encoded, self.plan.pairs_a_step, rng)
        references = self.references(encoded, groups)
        order = [group for _ in range(self.plan.passes) for group in rng.sample(groups, len(groups))]
        for step, group in enumerate(order):
            self._set_rate(step, len(order))
            loss, preferred = self._preference(batch_of([encoded[n] for n in group]), references[group])
            replay = self._replay()
            (loss + self.plan.replay_weight * replay).backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), self.plan.clip)
            self._optimiser.step()
            self._optimiser.zero_grad(set_to_none=True)
            yield StepNumbers(step + 1, len(order), float(loss.detach()), preferred, float(replay.detach()))

    def _set_rate(self, step: int, steps: int) -> None:
        warm = max(1.0, self.plan.warm_up_share * steps)
        for group in self._optimiser.param_groups:
            group["lr"] = self.plan.learning_rate * min((step + 1) / warm, 1.0 - step / steps)

    def _preference(self, batch: Batch, reference: Tensor) -> tuple[Tensor, float]:
        chosen, rejected = self._reply_nats(batch).view(2, -1)
        gain = (chosen - reference[:, 0]) - (rejected - reference[:, 1])
        lengths = batch.weights[:, :len(reference)].sum(0)
        loss = -F.logsigmoid(self.plan.beta * gain).mean() - self.plan.chosen_weight * (chosen / lengths).mean()
        return loss, float((gain > 0).float().mean())

    def _replay(self) -> Tensor:
        parts = [torch.from_numpy(part.copy()) for part in self._dealer.window(self._window)]
        with self._autocast():
            chances, state = self.model(*parts, self._copyable, self._state)
        self._state = state.detached()
        return -chances.mean()

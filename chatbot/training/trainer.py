"""The training loop: truncated back-propagation through time with carried state, on one or several processes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from chatbot.core.errors import TrainingError
from chatbot.engine.copy_head import CopyMemory
from chatbot.engine.network import LanguageModel, TrainingState
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.checkpoint import Checkpoint, optimiser_tensors, restore_optimiser
from chatbot.training.recipe import Optimisation, Recipe
from chatbot.training.schedule import learning_rate
from chatbot.training.weight_drop import weights_dropped

_MOST_SKIPPED = 10
"""Steps in a row without a finite gradient after which a run has diverged."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One optimiser step, averaged over all processes."""

    step: int
    tokens_seen: int
    loss: float
    """Nats per token; not finite in a step that was skipped for that."""
    learning_rate: float
    gradient_norm: float
    seconds: float


class Deals(Protocol):
    """What a trainer needs of a dealer; see ``packing.Dealer``."""

    def set_mixture(self, passes: dict[str, float]) -> None:
        """Relative passes of the sources from now on."""
        ...

    def window(self, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Tokens, targets and segments, each [length, streams] int64."""
        ...

    def position(self) -> dict[str, object]:
        """Where dealing stands."""
        ...

    def restore(self, position: dict) -> None:
        """Go on from there."""
        ...


class LossModule(nn.Module):
    """The model with its loss, in the shape that DistributedDataParallel wants."""

    def __init__(self, model: LanguageModel, copyable: Tensor) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("copyable", copyable, persistent=False)

    def forward(self, tokens: Tensor, targets: Tensor, segments: Tensor, state: TrainingState,
                dropout: float) -> tuple[Tensor, TrainingState]:
        """Mean nats per token of a window and the state after it."""
        chances, after = self.model(tokens, targets, segments, self.copyable, state, dropout)
        return -chances.mean(), after


def copyable_tokens(tokenizer: Tokenizer) -> Tensor:
    """[vocabulary] bool: everything but role tokens and the unknown token."""
    return torch.tensor([not special for special in tokenizer.is_special])


def make_optimiser(model: nn.Module, o: Optimisation) -> torch.optim.Optimizer:
    """AdamW (Loshchilov & Hutter 2019) or SGD; weight decay on matrices only."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    rest = [p for p in model.parameters() if p.ndim < 2]
    groups = [{"params": matrices, "weight_decay": o.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    if o.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=o.learning_rate, momentum=o.momentum)
    return torch.optim.AdamW(groups, lr=o.learning_rate, betas=(o.beta1, o.beta2), fused=True)


class Trainer:
    """Steps a model through a dealer's windows. Knows no files and prints nothing."""

    def __init__(self, recipe: Recipe, model: LanguageModel, dealer: Deals, copyable: Tensor, *,
                 precision: torch.dtype, device: str = "cpu", rank: int = 0, world_size: int = 1) -> None:
        self.recipe, self.model, self.dealer = recipe, model.to(device), dealer
        self.tokens_seen = 0
        self.step = 0
        self._device, self._rank, self._world_size, self._precision = device, rank, world_size, precision
        module = LossModule(model, copyable).to(device)
        self._module: nn.Module = nn.parallel.DistributedDataParallel(module) if world_size > 1 else module
        self.optimiser = make_optimiser(model, recipe.optimisation)
        self._random = torch.Generator().manual_seed(recipe.seed + 17)
        torch.manual_seed(recipe.seed + 1000 * rank)
        self._state = model.blank_state(recipe.optimisation.streams // world_size)
        self._average: dict[str, Tensor] | None = None
        self._skipped = 0

    def steps(self) -> Iterator[StepReport]:
        """One report a step until the recipe's tokens are seen."""
        while self.tokens_seen < self.recipe.tokens:
            yield self._one_step()

    def _one_step(self) -> StepReport:
        start, o = time.perf_counter(), self.recipe.optimisation
        self.dealer.set_mixture(self.recipe.mixture(self.tokens_seen).passes)
        rate = learning_rate(o, self.tokens_seen, self.recipe.tokens)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        tokens, targets, segments = (self._own_share(part) for part in self.dealer.window(o.window))
        self._forget_some_streams()
        autocast = torch.autocast(self._device.split(":")[0], torch.bfloat16,
                                  enabled=self._precision == torch.bfloat16)
        with autocast, weights_dropped(self.model, o.weight_drop):
            loss, state = self._module(tokens, targets, segments, self._state, o.dropout)
        loss.backward()
        norm = float(nn.utils.clip_grad_norm_(self.model.parameters(), o.clip))
        if math.isfinite(norm):
            self.optimiser.step()
            self._state, self._skipped = state.detached(), 0
        else:
            self._skip()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens_seen += o.window * o.streams
        self._update_average(o.average_decay)
        return StepReport(self.step, self.tokens_seen, self._mean(loss.detach()), rate, norm,
                          time.perf_counter() - start)

    def _skip(self) -> None:
        """Leave the weights as they are and forget what was carried: a state without bounds (ReLU) may have caused it.
        Gradients are averaged, so every process comes here together."""
        self._skipped += 1
        if self._skipped == _MOST_SKIPPED:
            raise TrainingError(f"The training has diverged: after {self.tokens_seen:,} tokens the gradient was not a "
                                f"number in {_MOST_SKIPPED} steps in a row. Lower learning_rate or clip in the recipe; "
                                "the checkpoint from before is whole.", code="training_diverged")
        self._state = self.model.blank_state(self.recipe.optimisation.streams // self._world_size)

    def _own_share(self, part: np.ndarray) -> Tensor:
        return torch.from_numpy(part[:, self._rank::self._world_size].copy()).to(self._device)

    def _forget_some_streams(self) -> None:
        """Blank a stream's cells now and then, so that a cold start is in distribution (Melis et al., lamb)."""
        o = self.recipe.optimisation
        keep = torch.rand(o.streams, generator=self._random) >= o.state_reset_chance
        if not bool(keep.all()):
            mask = keep[self._rank::self._world_size].to(self._device, torch.float32).unsqueeze(1)
            cells = tuple(tuple(part * mask for part in cell) for cell in self._state.cells)
            self._state = TrainingState(cells, self._state.memory)

    def _mean(self, loss: Tensor) -> float:
        if self._world_size > 1:
            dist.all_reduce(loss)
            loss /= self._world_size
        return float(loss)

    def _update_average(self, decay: float) -> None:
        """Exponential average of the weights over the last third (the modern form of averaged SGD)."""
        if decay <= 0.0 or self.tokens_seen < self.recipe.tokens * 2 // 3:
            return
        with torch.no_grad():
            if self._average is None:
                self._average = {name: p.detach().clone() for name, p in self.model.named_parameters()}
            for name, p in self.model.named_parameters():
                self._average[name].lerp_(p, 1.0 - decay)

    def final_weights(self) -> dict[str, Tensor]:
        """The averaged weights where there is an average, else the latest."""
        return self._average or {name: p.detach() for name, p in self.model.named_parameters()}

    # -- checkpoints

    def checkpoint(self) -> Checkpoint:
        """Everything needed to go on; every process must call it."""
        tensors = {f"weights.{name}": p.detach() for name, p in self.model.named_parameters()}
        tensors |= {f"optimiser.{name}": value for name, value in optimiser_tensors(self.optimiser).items()}
        tensors |= {f"average.{name}": value for name, value in (self._average or {}).items()}
        tensors |= {f"carried.{name}": value for name, value in self._gathered_state().items()}
        tensors |= {f"random.{name}": value for name, value in self._gathered_random().items()}
        tensors["random.reset"] = self._random.get_state()
        return Checkpoint(tensors, {"step": self.step, "tokens_seen": self.tokens_seen,
                                    "data": self.dealer.position()})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on where ``checkpoint`` was taken."""
        try:
            self.dealer.restore(checkpoint.progress["data"])  # type: ignore[arg-type]
            self.model.load_state_dict(checkpoint.group("weights"))
            self._put_state(checkpoint.group("carried"))
        except (RuntimeError, KeyError) as error:
            raise TrainingError("The checkpoint holds a network of other sizes than the recipe's; go on with the "
                                "recipe it was made with.", code="training_other_recipe") from error
        restore_optimiser(self.optimiser, checkpoint.group("optimiser"))
        average = {name: value.to(self._device) for name, value in checkpoint.group("average").items()}
        self._average = average or None
        self._put_random(checkpoint.group("random"))
        self._random.set_state(checkpoint.tensors["random.reset"])
        self.step = int(checkpoint.progress["step"])  # type: ignore[call-overload]
        self.tokens_seen = int(checkpoint.progress["tokens_seen"])  # type: ignore[call-overload]

    def _gathered_random(self) -> dict[str, Tensor]:
        """The dropout generators of all processes: ``dropout`` of the first, ``dropout_of_<rank>`` of the others."""
        name = "dropout" if self._device == "cpu" else "dropout_cuda"
        own = torch.get_rng_state() if self._device == "cpu" else torch.cuda.get_rng_state(self._device)
        states = [own.to(self._device)]
        if self._world_size > 1:
            states = [torch.empty_like(states[0]) for _ in range(self._world_size)]
            dist.all_gather(states, own.to(self._device))
        return {name if rank == 0 else f"{name}_of_{rank}": state.cpu() for rank, state in enumerate(states)}

    def _put_random(self, tensors: dict[str, Tensor]) -> None:
        """Where a run goes on with other processes or another device, these keep their fresh generators."""
        name = "dropout" if self._device == "cpu" else "dropout_cuda"
        state = tensors.get(name if self._rank == 0 else f"{name}_of_{self._rank}")
        if state is not None and self._device == "cpu":
            torch.set_rng_state(state)
        elif state is not None:
            torch.cuda.set_rng_state(state, self._device)

    def _gathered_state(self) -> dict[str, Tensor]:
        return {name: self._gathered(value) for name, value in self._named_state().items()}

    def _named_state(self) -> dict[str, Tensor]:
        named = {f"cell{block}.{part}": value for block, cell in enumerate(self._state.cells)
                 for part, value in enumerate(cell)}
        if self._state.memory is not None:
            memory = self._state.memory
            named |= {"memory.keys": memory.keys.float(), "memory.followers": memory.followers,
                      "memory.segments": memory.segments}
        return named

    def _gathered(self, value: Tensor) -> Tensor:
        """All streams in their order; process r holds streams r, r + world_size, ..."""
        if self._world_size == 1:
            return value
        parts = [torch.empty_like(value) for _ in range(self._world_size)]
        dist.all_gather(parts, value.contiguous())
        return torch.stack(parts, dim=1).flatten(0, 1)

    def _put_state(self, tensors: dict[str, Tensor]) -> None:
        own = {name: value[self._rank::self._world_size].to(self._device) for name, value in tensors.items()}
        other = [name for name, value in self._named_state().items() if own[name].shape != value.shape]
        if other:
            raise RuntimeError(f"the carried {other[0]} has another shape")
        cells = tuple(tuple(own[f"cell{block}.{part}"] for part in range(len(cell)))
                      for block, cell in enumerate(self._state.cells))
        memory = self._state.memory
        if memory is not None:
            memory = CopyMemory(own["memory.keys"].to(memory.keys.dtype), own["memory.followers"],
                                own["memory.segments"])
        self._state = TrainingState(cells, memory)


def perplexity(nats: float) -> float:
    """exp, with infinity where it overflows."""
    return math.exp(nats) if nats < 700 else math.inf

"""Steps a tuning through windows of the log and of base text. Knows no files and prints nothing."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from chatbot.engine.copy_head import CopyMemory
from chatbot.engine.network import TrainingState
from chatbot.training.checkpoint import Checkpoint, optimiser_tensors, restore_optimiser
from chatbot.training.personal.plan import Plan
from chatbot.training.personal.streams import TalkStreams, Window
from chatbot.training.personal.tuning import Tuning

REPLAY_SHARE = 1.0 / 3.0
_PULL_EVERY = 8
_LEAST_WEIGHT = 0.1
"""Per position: a window in which the person hardly speaks must not count like one full of their words."""


class FineTuner:
    """The log's streams first, then the replayed ones, in one batch."""

    def __init__(self, plan: Plan, tuning: Tuning, log: TalkStreams, replay: TalkStreams | None, copyable: Tensor,
                 precision: torch.dtype) -> None:
        self.plan, self.tuning = plan, tuning
        self.steps_planned = plan.steps
        self.step = 0
        self._log, self._replay, self._copyable, self._precision = log, replay, copyable, precision
        self._optimiser = torch.optim.AdamW(list(tuning.values.values()), lr=plan.learning_rate, betas=(0.9, 0.98),
                                            weight_decay=0.0, fused=True)
        self._state = tuning.model.blank_state(plan.streams + plan.replay_streams)
        torch.manual_seed(plan.seed)

    @property
    def is_done(self) -> bool:
        """All planned steps are made."""
        return self.step >= self.steps_planned

    def one_step(self) -> float:
        """Make one step; the loss on the log's part of the batch in nats per weighted token."""
        plan = self.plan
        rate = plan.learning_rate * max(0.0, 1.0 - self.step / self.steps_planned)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        window = self._window()
        with (torch.autocast("cpu", torch.bfloat16, enabled=self._precision == torch.bfloat16),
              self.tuning.applied(plan.weight_drop)):
            chances, state = self.tuning.model(*(torch.from_numpy(part) for part in window[:3]), self._copyable,
                                               self._state, plan.dropout)
        own_loss, loss = self._loss(chances, torch.from_numpy(window.weights))
        loss.backward()
        nn.utils.clip_grad_norm_(self.tuning.values.values(), plan.clip)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        if self.step % _PULL_EVERY == 0:  # a pass over all weights, which now and then does as well as always
            self.tuning.pull(_PULL_EVERY * rate)
        self._state = state.detached()
        self.step += 1
        return own_loss

    def _window(self) -> Window:
        own = self._log.window(self.plan.window)
        if self._replay is None:
            return own
        base = self._replay.window(self.plan.window)
        return Window(*(np.concatenate(pair, axis=1) for pair in zip(own, base, strict=True)))

    def _loss(self, chances: Tensor, weights: Tensor) -> tuple[float, Tensor]:
        count = self.plan.streams
        own, own_weights = chances[:, :count], weights[:, :count]
        total = own_weights.sum()
        own_loss = -(own * own_weights).sum() / total.clamp(min=_LEAST_WEIGHT * own_weights.numel())
        reported = float(-(own.detach() * own_weights).sum() / total.clamp(min=1e-6))
        if self._replay is None:
            return reported, own_loss
        base, base_weights = chances[:, count:], weights[:, count:]
        base_loss = -(base * base_weights).sum() / base_weights.sum().clamp(min=1.0)
        return reported, (1.0 - REPLAY_SHARE) * own_loss + REPLAY_SHARE * base_loss

    def limit_steps(self, steps: int) -> None:
        """Make at most ``steps`` in all; the rate then falls to zero sooner."""
        self.steps_planned = max(self.step, min(self.steps_planned, steps))

    # -- checkpoints

    def checkpoint(self) -> Checkpoint:
        """Everything needed to go on exactly."""
        tensors = {f"values.{name}": value.detach() for name, value in self.tuning.values.items()}
        tensors |= {f"optimiser.{name}": value for name, value in optimiser_tensors(self._optimiser).items()}
        tensors |= {f"cell.{block}.{part}": value for block, cell in enumerate(self._state.cells)
                    for part, value in enumerate(cell)}
        memory = self._state.memory
        if memory is not None:
            tensors |= {"memory.keys": memory.keys.float(), "memory.followers": memory.followers,
                        "memory.segments": memory.segments}
        tensors["random"] = torch.get_rng_state()
        return Checkpoint(tensors, {"step": self.step, "steps_planned": self.steps_planned,
                                    "log": self._log.position(),
                                    "replay": self._replay.position() if self._replay else None})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on where ``checkpoint`` was taken."""
        with torch.no_grad():
            for name, value in checkpoint.group("values").items():
                self.tuning.values[name].copy_(value)
        restore_optimiser(self._optimiser, checkpoint.group("optimiser"))
        cells = tuple(tuple(checkpoint.tensors[f"cell.{block}.{part}"] for part in range(len(cell)))
                      for block, cell in enumerate(self._state.cells))
        memory = self._state.memory
        if memory is not None:
            saved = checkpoint.group("memory")
            memory = CopyMemory(saved["keys"].to(memory.keys.dtype), saved["followers"], saved["segments"])
        self._state = TrainingState(cells, memory)
        torch.set_rng_state(checkpoint.tensors["random"])
        progress = checkpoint.progress
        self.step, self.steps_planned = int(progress["step"]), int(progress["steps_planned"])  # type: ignore
        self._log.restore(progress["log"])  # type: ignore[arg-type]
        if self._replay is not None:
            self._replay.restore(progress["replay"])  # type: ignore[arg-type]

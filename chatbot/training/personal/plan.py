"""The settings of a run, from how much the person wrote."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

LOW_RANK_BELOW = 5_000
"""Messages; above, all weights are learned."""
TOKENS_PER_MESSAGE = 14
FEWEST_OWN_TURNS = 50
FEWEST_HELD_OUT_TOKENS = 200
LEAST_GAIN = 0.01
MOST_DRIFT = 0.03
LONGEST_COPIED_RUN = 8
STEP_SHARES = (1.0, 0.7, 0.5, 0.4, 0.25)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is fixed before the first step. Rates and passes depend on the size of the log."""

    is_low_rank: bool
    learning_rate: float
    passes: float
    steps: int
    streams: int
    replay_streams: int
    window: int = 64
    dropout: float = 0.2
    weight_drop: float = 0.2
    clip: float = 0.5
    seed: int = 1

    @property
    def tokens_per_step(self) -> int:
        """Log and replay."""
        return self.window * (self.streams + self.replay_streams)

    def to_dict(self) -> dict[str, bool | int | float]:
        """Plain values for the package."""
        return asdict(self)


def make_plan(tokens: int, *, has_replay: bool, seed: int = 1) -> Plan:
    """A plan for ``tokens`` of training text, everybody's."""
    messages = tokens / TOKENS_PER_MESSAGE
    is_low_rank = messages < LOW_RANK_BELOW
    passes = _between(messages, (12.0, 4.0, 1.0))
    streams = 8 if tokens < 60_000 else 16
    steps = max(40, math.ceil(passes * tokens / (streams * 64)))
    rate = _between(messages, (3e-4, 5e-4, 8e-4)) * (5.0 if is_low_rank else 1.0)
    return Plan(is_low_rank, round(rate, 6), round(passes, 2), steps, streams, streams // 2 if has_replay else 0,
                dropout=0.1 if is_low_rank else 0.2, seed=seed)


def _between(messages: float, values: tuple[float, float, float]) -> float:
    """Log-linear between the values for 1,000, 10,000 and 100,000 messages."""
    place = min(2.0, max(0.0, math.log10(max(1.0, messages)) - 3.0))
    low = min(1, int(place))
    return math.exp(math.log(values[low]) + (place - low) * (math.log(values[low + 1]) - math.log(values[low])))

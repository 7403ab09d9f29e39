"""How likely given texts are as the next thing said, several in one batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from chatbot.engine.reply import Prompt
from chatbot.engine.stepping import StepNetwork


def continuation_logs(network: StepNetwork, prompt: Prompt, rows: Sequence[Sequence[int]]) -> list[Tensor]:
    """Log-probability of every token of every row, each row as the continuation of ``prompt``, which stays as it is."""
    longest = max(len(row) for row in rows)
    targets = torch.zeros(longest, len(rows), dtype=torch.int64)
    for column, row in enumerate(rows):
        targets[:len(row), column] = torch.tensor(row, dtype=torch.int64)
    logs = network.distribution(prompt.hidden, prompt.state)[0][targets[:1]]
    if longest > 1:
        logs = torch.cat([logs, network.score(targets[:-1], targets[1:], prompt.state.repeated(len(rows)))])
    return [logs[:len(row), column] for column, row in enumerate(rows)]

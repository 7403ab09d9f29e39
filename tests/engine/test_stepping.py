"""forward, step and score are three ways to the same numbers; a saved state goes on bit for bit."""

from __future__ import annotations

import pytest
import torch

from chatbot.engine.architecture import CELLS, Architecture
from chatbot.engine.network import LanguageModel
from chatbot.engine.state import HiddenState
from chatbot.engine.stepping import StepNetwork

VOCABULARY = 64
KEY_ROUNDING = 2e-3
"""Stepping rounds copy keys to half precision (as they are saved); training does not."""


def small_model(cell: str, window: int = 8) -> LanguageModel:
    """64 tokens, 16 units, weights large enough that every part matters."""
    torch.manual_seed(3)
    model = LanguageModel(Architecture(cell=cell, vocabulary_size=VOCABULARY, width=16, blocks=2, cell_width=24,
                                       mlp_width=32, copy_width=8, copy_window=window))
    with torch.no_grad():
        model.bias.normal_(std=0.5)
        if model.copy_head is not None:
            model.copy_head.sentinel.weight.normal_(std=0.3)
            model.copy_head.sentinel.bias.fill_(1.0)
    return model.eval()


def copyable() -> torch.Tensor:
    """All but the first four tokens."""
    return torch.arange(VOCABULARY) >= 4


def forward_log_probabilities(model: LanguageModel, ids: torch.Tensor) -> torch.Tensor:
    """[time, batch] from the training pass."""
    with torch.no_grad():
        chances, _ = model(ids[:-1], ids[1:], torch.zeros_like(ids[:-1]), copyable(), model.blank_state(ids.shape[1]))
    return chances


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("window", [0, 8])
def test_step_by_step_equals_forward(cell: str, window: int) -> None:
    model = small_model(cell, window)
    ids = torch.randint(0, VOCABULARY, (40, 1), generator=torch.Generator().manual_seed(5))
    expected = forward_log_probabilities(model, ids)[:, 0]
    network = StepNetwork(model, copyable(), "float32")
    state, got = network.blank_state(), []
    for t in range(len(ids) - 1):
        hidden = network.advance(ids[t:t + 1], state)
        logs = network.distribution(hidden[-1], state)
        assert abs(float(logs.exp().sum()) - 1.0) < 1e-5
        got.append(logs[0, ids[t + 1, 0]])
    assert torch.allclose(torch.stack(got), expected, atol=KEY_ROUNDING if window else 2e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_score_in_pieces_equals_forward(cell: str) -> None:
    model = small_model(cell)
    ids = torch.randint(0, VOCABULARY, (41, 3), generator=torch.Generator().manual_seed(6))
    expected = forward_log_probabilities(model, ids)
    network = StepNetwork(model, copyable(), "float32")
    state = network.blank_state().repeated(3)
    got = [network.score(ids[a:b], ids[a + 1:b + 1], state) for a, b in ((0, 1), (1, 13), (13, 14), (14, 40))]
    assert torch.allclose(torch.cat(got), expected, atol=KEY_ROUNDING)


@pytest.mark.parametrize("cell", CELLS)
def test_state_saved_and_loaded_continues_bit_for_bit(cell: str) -> None:
    network = StepNetwork(small_model(cell), copyable(), "float32")
    ids = torch.randint(0, VOCABULARY, (30, 1), generator=torch.Generator().manual_seed(7))
    live = network.blank_state()
    network.advance(ids[:17], live)
    loaded = HiddenState.from_bytes(live.to_bytes(), network.architecture)
    for t in range(17, 30):
        a, b = network.advance(ids[t:t + 1], live), network.advance(ids[t:t + 1], loaded)
        assert torch.equal(network.distribution(a[-1], live), network.distribution(b[-1], loaded))
    assert live.to_bytes() == loaded.to_bytes()

"""The comparison of blocks compares what it says: equal sizes, and a Mogrifier LSTM as published."""

from __future__ import annotations

import torch

from tests.benchmarks.compare_blocks import VARIANTS, MogrifierLstm, network_of, recipe_of


def test_all_variants_have_as_many_parameters() -> None:
    counts = {variant: network_of(variant, recipe_of(variant, 256, 1, 1000)).parameter_count for variant in VARIANTS}
    assert max(counts.values()) < 1.01 * min(counts.values()), counts


def test_the_mogrifier_gates_input_and_state_in_turn_and_then_is_an_lstm() -> None:
    torch.manual_seed(3)
    cell, x = MogrifierLstm(6, 4, rounds=3, rank=2), torch.randn(1, 2, 6)
    h, c = torch.randn(2, 4), torch.randn(2, 4)
    y, (after, memory) = cell(x, (h, c))
    enter, leave = list(cell.enter), list(cell.leave)
    gated = x[0] * 2 * torch.sigmoid(h @ enter[0] @ leave[0])
    state = h * 2 * torch.sigmoid(gated @ enter[1] @ leave[1])
    gated = gated * 2 * torch.sigmoid(state @ enter[2] @ leave[2])
    plain = torch.nn.LSTMCell(6, 4)
    with torch.no_grad():
        for name, value in (("weight_ih", cell.from_input), ("weight_hh", cell.from_state), ("bias_ih", cell.bias),
                            ("bias_hh", torch.zeros(16))):
            getattr(plain, name).copy_(value)
        wanted, wanted_memory = plain(gated, (state, c))
    torch.testing.assert_close(y[0].detach(), wanted)
    torch.testing.assert_close(after.detach(), wanted)
    torch.testing.assert_close(memory.detach(), wanted_memory)


def test_a_mogrifier_goes_on_from_its_state() -> None:
    torch.manual_seed(4)
    cell, x = MogrifierLstm(6, 4), torch.randn(5, 2, 6)
    whole, end = cell(x, cell.blank_state(2))
    first, state = cell(x[:2], cell.blank_state(2))
    second, last = cell(x[2:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)
    torch.testing.assert_close(last, end)

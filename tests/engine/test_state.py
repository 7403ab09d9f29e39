"""The hidden state as a value: copies share nothing, and bytes that are not a state are refused."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load, save

from chatbot.core.errors import ModelError
from chatbot.engine.state import STATE_VERSION, HiddenState
from chatbot.engine.stepping import StepNetwork
from tests.engine.tiny import VOCABULARY, tiny_architecture, tiny_network

COPYABLE = torch.arange(VOCABULARY) >= 80


def network(cell: str = "lstm") -> StepNetwork:
    return StepNetwork(tiny_network(cell), COPYABLE, "float32")


def fed(step: StepNetwork, time: int = 5) -> HiddenState:
    state = step.blank_state()
    step.advance(torch.arange(100, 100 + time).unsqueeze(1), state)
    return state


def test_a_clone_shares_nothing() -> None:
    step = network()
    state = fed(step)
    before, clone = state.to_bytes(), state.clone()
    step.advance(torch.tensor([[120]]), clone)
    for parts in zip(clone.cells, state.cells, strict=True):
        assert all(a.data_ptr() != b.data_ptr() for a, b in zip(*parts, strict=True))
    assert state.to_bytes() == before != clone.to_bytes()


def test_rows_take_conversations_out_of_a_batch() -> None:
    step = network()
    batch = fed(step).repeated(3)
    step.advance(torch.tensor([[100, 200, 300]]), batch)
    one = fed(step)
    step.advance(torch.tensor([[200]]), one)
    taken = batch.rows(torch.tensor([1, 1]))
    assert taken.batch == 2 and batch.batch == 3
    assert torch.allclose(taken.cells[0][0][0], one.cells[0][0][0], atol=1e-6)
    assert torch.equal(taken.followers[0], one.followers[0])


def test_the_state_stays_small_and_of_one_size() -> None:
    step = network()
    assert len(fed(step, 3).to_bytes()) == len(fed(step, 200).to_bytes()) < 8000


def changed(**tensors: torch.Tensor) -> bytes:
    """A good state with some tensors replaced."""
    return save({**load(fed(network()).to_bytes()), **tensors}, metadata={"version": str(STATE_VERSION)})


@pytest.mark.parametrize("data", [
    b"", b"not a state", changed()[:-40], changed()[20:],
    changed(count=torch.tensor([1, 2])), changed(count=torch.tensor([-1])),
    changed(pending=torch.zeros(1, 9, dtype=torch.float16)), changed(followers=torch.zeros(1, 3, dtype=torch.int32)),
    changed(followers=torch.full((1, 16), VOCABULARY, dtype=torch.int32)),
    changed(followers=torch.full((1, 16), -2, dtype=torch.int32)),
    changed(**{"cell1.0": torch.full((1, 24), float("nan"))}), changed(keys=torch.full((1, 16, 8), float("inf"))),
    changed(**{"cell0.0": torch.zeros(1, 24, dtype=torch.int32)}),
])
def test_a_damaged_state_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="damaged") as caught:
        HiddenState.from_bytes(data, tiny_architecture("lstm"))
    assert caught.value.code == "state_damaged"


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_any_changed_byte_gives_a_usable_state_or_one_sentence(place: int, value: int) -> None:
    data = bytearray(_GOOD)
    data[place % len(data)] = value
    try:
        state = HiddenState.from_bytes(bytes(data), tiny_architecture("lstm"))
    except ModelError:
        return
    hidden = _STEP.advance(torch.tensor([[150]]), state)
    assert not bool(torch.isnan(_STEP.distribution(hidden[-1], state)).any())


_STEP = network()
_GOOD = fed(_STEP, 20).to_bytes()


def test_a_state_of_another_network_is_refused() -> None:
    for other in (tiny_architecture("lstm", 32), tiny_architecture("gru")):
        data = StepNetwork(tiny_network("lstm"), COPYABLE, "float32").blank_state().to_bytes()
        if other.cell == "gru":
            data = StepNetwork(tiny_network("gru"), COPYABLE, "float32").blank_state().to_bytes()
            other = tiny_architecture("lstm")
        with pytest.raises(ModelError, match="read again from the text"):
            HiddenState.from_bytes(data, other)


def test_a_state_written_by_a_newer_program_is_refused() -> None:
    newer = save(load(_GOOD), metadata={"version": str(STATE_VERSION + 1)})
    with pytest.raises(ModelError, match="read again from the text"):
        HiddenState.from_bytes(newer, tiny_architecture("lstm"))


def test_a_state_of_other_weights_is_refused() -> None:
    """The same sizes do not make it the same model: a newer version of a model must read the text again."""
    data = fed(_STEP, 20).to_bytes("one")
    assert HiddenState.from_bytes(data, tiny_architecture("lstm"), "one").count == 20
    with pytest.raises(ModelError) as caught:
        HiddenState.from_bytes(data, tiny_architecture("lstm"), "two")
    assert caught.value.code == "state_of_other_model"

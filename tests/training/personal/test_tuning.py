"""Both ways of changing a model: the change that is trained is the change that is saved, and the base pulls it back."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load

from chatbot.engine.adapter import merged
from chatbot.engine.architecture import CELLS
from chatbot.engine.load import model_from
from chatbot.engine.network import LanguageModel
from chatbot.training.personal.tuning import FullTuning, LowRankTuning, Tuning
from tests.engine.tiny import VOCABULARY, tiny_network

SPEAKER = 12
COPYABLE = torch.arange(VOCABULARY) > 80


def ids() -> torch.Tensor:
    return torch.randint(80, VOCABULARY, (12, 2), generator=torch.Generator().manual_seed(1))


def chances(model: LanguageModel) -> torch.Tensor:
    tokens = ids()
    tokens[3] = SPEAKER
    return model(tokens[:-1], tokens[1:], torch.zeros_like(tokens[1:]), COPYABLE, model.blank_state(2))[0]


def make(kind: str, cell: str = "minlstm") -> Tuning:
    model = tiny_network(cell)
    row = torch.full((16,), 0.5)
    return LowRankTuning(model, SPEAKER, row, seed=1) if kind == "low rank" else FullTuning(model, (SPEAKER, row))


def train(tuning: Tuning, steps: int = 3) -> None:
    optimiser = torch.optim.SGD(list(tuning.values.values()), lr=0.5)
    for _ in range(steps):
        with tuning.applied(0.0):
            loss = -chances(tuning.model).mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", ["low rank", "full"])
def test_the_weights_given_are_those_trained_with(kind: str, cell: str) -> None:
    tuning = make(kind, cell)
    train(tuning)
    with torch.no_grad(), tuning.applied(0.0):
        inside = chances(tuning.model)
    whole = model_from({name: value.clone() for name, value in tuning.weights().items()}, tuning.model.architecture)
    with torch.no_grad():
        assert torch.allclose(inside, chances(whole), atol=1e-5)
        assert not torch.allclose(inside, chances(tiny_network(cell)), atol=1e-2)


@pytest.mark.parametrize("kind", ["low rank", "full"])
def test_no_share_is_the_base_with_the_speakers_first_row(kind: str) -> None:
    tuning = make(kind)
    train(tuning)
    for name, value in tuning.weights(0.0).items():
        base = tiny_network().get_parameter(name).detach().clone()
        if name == "embedding.weight":
            base[SPEAKER] = 0.5
        assert torch.allclose(value, base, atol=1e-6), name


@pytest.mark.parametrize("kind", ["low rank", "full"])
def test_half_the_share_is_half_the_way(kind: str) -> None:
    tuning = make(kind)
    train(tuning)
    none, half, whole = (tuning.weights(share) for share in (0.0, 0.5, 1.0))
    assert max(float((whole[name] - none[name]).abs().max()) for name in whole) > 1e-3
    for name in whole:
        assert torch.allclose(half[name], (none[name] + whole[name]) / 2, atol=1e-6), name


def test_outside_the_block_the_model_is_the_base_again() -> None:
    tuning = make("low rank")
    train(tuning)
    with torch.no_grad():
        assert torch.equal(chances(tuning.model), chances(tiny_network()))
    assert dict(tuning.model.named_parameters()).keys() == dict(tiny_network().named_parameters()).keys()


def test_an_adapter_learns_only_itself_and_is_small() -> None:
    tuning = make("low rank")
    with tuning.applied(0.0):
        (-chances(tuning.model).mean()).backward()
    assert all(parameter.grad is None for parameter in tuning.model.parameters())
    moved = {name for name, value in tuning.values.items() if value.grad is not None and value.grad.abs().sum() > 0}
    assert {"add.bias", "row.embedding.weight"} <= moved and any(name.startswith("up.") for name in moved)


@pytest.mark.parametrize("cell", ["minlstm", "lstm"])
def test_the_gradients_are_those_of_the_merged_weights(cell: str) -> None:
    tuning = make("low rank", cell)
    train(tuning)
    with tuning.applied(0.0):
        chances(tuning.model).sum().backward()
    index, values = torch.tensor([SPEAKER]), {name: value.detach() for name, value in tuning.values.items()}
    for value in values.values():
        value.requires_grad_()
    base = {name: value.detach() for name, value in tiny_network(cell).named_parameters()}
    row = values["row.embedding.weight"] + torch.full((1, 16), 0.5)
    weights = {**base, "bias": base["bias"] + values["add.bias"],
               "embedding.weight": base["embedding.weight"].index_copy(0, index, row)}
    for name in (name.removeprefix("up.") for name in values if name.startswith("up.")):
        weights[name] = base[name] + values[f"up.{name}"] @ values[f"down.{name}"]
    plain = tiny_network(cell)
    tokens = ids()
    tokens[3] = SPEAKER
    result = torch.func.functional_call(plain, weights, (
        tokens[:-1], tokens[1:], torch.zeros_like(tokens[1:]), COPYABLE, plain.blank_state(2)))
    result[0].sum().backward()
    for name, value in values.items():
        assert torch.allclose(tuning.values[name].grad, value.grad, atol=1e-4, rtol=1e-3), name


def test_the_saved_adapter_merges_to_the_same_weights() -> None:
    tuning = make("low rank")
    train(tuning)
    name, content = tuning.package_file(0.75)
    assert name == "adapter.safetensors"
    base = {key: value.detach() for key, value in tiny_network().named_parameters()}
    for key, value in merged(base, load(content)).items():
        assert torch.allclose(value, tuning.weights(0.75)[key], atol=5e-3), key


def test_full_weights_are_saved_in_half_precision() -> None:
    tuning = make("full")
    train(tuning)
    name, content = tuning.package_file(1.0)
    assert name == "weights.safetensors"
    for key, value in load(content).items():
        assert value.dtype == torch.float16 and torch.equal(value, tuning.weights()[key].half()), key


@pytest.mark.parametrize("kind", ["low rank", "full"])
def test_pulling_brings_the_weights_nearer_to_the_base(kind: str) -> None:
    tuning = make(kind)
    train(tuning)
    def distance() -> float:
        none = tuning.weights(0.0)
        return sum(float((value - none[name]).square().sum()) for name, value in tuning.weights().items())
    before = distance()
    tuning.pull(1.0)
    once = distance()
    for _ in range(500):
        tuning.pull(1.0)
    assert once < before and distance() < 0.01 * before

"""The network as a whole: a real distribution, carried state, dropout, sizes."""

from __future__ import annotations

import pytest
import torch

from chatbot.core.errors import ModelError
from chatbot.engine.architecture import CELLS, Architecture
from chatbot.engine.network import LanguageModel, locked_dropout

VOCABULARY = 40
COPYABLE = torch.arange(VOCABULARY) >= 4


def network(cell: str = "gru", copy_window: int = 6, dropout_seed: int = 1) -> LanguageModel:
    torch.manual_seed(dropout_seed)
    model = LanguageModel(Architecture(cell=cell, vocabulary_size=VOCABULARY, width=12, blocks=2, cell_width=10,
                                       mlp_width=16, copy_width=4, copy_window=copy_window))
    if model.copy_head is not None:
        torch.nn.init.normal_(model.copy_head.sentinel.weight, std=0.5)
    return model


def tokens(time: int, batch: int, seed: int = 1) -> torch.Tensor:
    return torch.randint(0, VOCABULARY, (time, batch), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("copy_window", [0, 6])
def test_the_chances_of_all_tokens_sum_to_one(cell: str, copy_window: int) -> None:
    model = network(cell, copy_window)
    ids = tokens(12, 1).repeat(1, VOCABULARY)
    targets = ids.roll(-1, 0)
    targets[-1] = torch.arange(VOCABULARY)  # every stream guesses another last token
    with torch.no_grad():
        logs, _ = model(ids, targets, torch.zeros_like(ids), COPYABLE, model.blank_state(VOCABULARY))
    assert float(logs[-1].exp().sum()) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_two_windows_with_carried_state_equal_one(cell: str) -> None:
    model, ids = network(cell), tokens(21, 3)
    segments = (torch.arange(20) // 8).unsqueeze(1).expand(20, 3)
    with torch.no_grad():
        whole, _ = model(ids[:-1], ids[1:], segments, COPYABLE, model.blank_state(3))
        first, state = model(ids[:9], ids[1:10], segments[:9], COPYABLE, model.blank_state(3))
        second, _ = model(ids[9:20], ids[10:21], segments[9:], COPYABLE, state.detached())
    assert torch.allclose(torch.cat([first, second]), whole, atol=1e-5)


def test_a_name_said_once_becomes_likelier_with_a_trained_copy_head() -> None:
    """A sentinel that is shut leaves the copies alone: all mass lies on what followed earlier."""
    model = network()
    with torch.no_grad():
        model.copy_head.sentinel.weight.zero_()
        model.copy_head.sentinel.bias.fill_(-50.0)
        ids = torch.tensor([[5, 9, 7, 9]]).T
        logs, _ = model(ids[:-1], ids[1:], torch.zeros_like(ids[:-1]), COPYABLE, model.blank_state(1))
    # Before the last guess the followers of the earlier positions are 9 and 7, so 9 has a share of all mass.
    other = ids.clone()
    other[-1] = 11
    with torch.no_grad():
        never, _ = model(other[:-1], other[1:], torch.zeros_like(ids[:-1]), COPYABLE, model.blank_state(1))
    assert float(logs[-1].exp()) > 0.05
    assert float(never[-1].exp()) < 1e-9


def test_nothing_is_copied_from_another_conversation() -> None:
    model = network()
    with torch.no_grad():
        model.copy_head.sentinel.weight.zero_()
        model.copy_head.sentinel.bias.fill_(-50.0)
        ids = torch.tensor([[5, 9, 7, 9]]).T
        logs, _ = model(ids[:-1], ids[1:], torch.tensor([[1], [1], [2]]), COPYABLE, model.blank_state(1))
        plain, _ = network(copy_window=0)(ids[:-1], ids[1:], ids[:-1], COPYABLE, model.blank_state(1))
    assert float(logs[-1]) > -10, "with nothing to copy the whole mass is the vocabulary's"
    assert float(plain[-1]) > -10


def test_gradients_reach_every_parameter() -> None:
    model, ids = network(), tokens(15, 2)
    logs, _ = model(ids[:-1], ids[1:], torch.zeros_like(ids[:-1]), COPYABLE, model.blank_state(2))
    (-logs.mean()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and float(parameter.grad.abs().max()) > 0, name


def test_locked_dropout_has_one_mask_for_all_positions() -> None:
    torch.manual_seed(1)
    dropped = locked_dropout(torch.ones(6, 4, 50), 0.4)
    assert bool((dropped == dropped[:1]).all())
    assert dropped.unique().tolist() == pytest.approx([0.0, 1 / 0.6])
    assert 0.3 < float((dropped == 0).float().mean()) < 0.5
    assert torch.equal(locked_dropout(torch.ones(2, 3, 4), 0.0), torch.ones(2, 3, 4))


def test_dropout_changes_the_loss_only_where_it_is_asked_for() -> None:
    model, ids = network(), tokens(10, 2)
    arguments = (ids[:-1], ids[1:], torch.zeros_like(ids[:-1]), COPYABLE, model.blank_state(2))
    with torch.no_grad():
        assert torch.equal(model(*arguments)[0], model(*arguments)[0])
        assert not torch.equal(model(*arguments, 0.3)[0], model(*arguments, 0.3)[0])


def test_parameter_count_by_hand() -> None:
    model = LanguageModel(Architecture(cell="minlstm", vocabulary_size=100, width=8, blocks=2, cell_width=6,
                                       mlp_width=10, copy_width=4, copy_window=16))
    block = 8 + (8 * 18 + 18) + 6 * 8 + 8 + (8 * 10 + 10) + (10 * 8 + 8)
    assert model.parameter_count == 100 * 8 + 2 * block + 8 + 100 + 2 * 8 * 4 + 9


def test_an_architecture_survives_its_file() -> None:
    architecture = Architecture(cell="gru", width=24)
    assert Architecture.from_dict(architecture.to_dict()) == architecture


@pytest.mark.parametrize(("values", "code"), [
    ({"gates": 3}, "model_newer"), ({"width": 0}, "model_size"), ({"width": "wide"}, "model_size"),
    ({"blocks": -1}, "model_size"), ({"width": 1 << 21}, "model_size"), ({"cell": 7}, "model_cell"),
    ({"copy_width": 0}, "model_size"), ({"blocks": 1 << 20}, "model_size"), ({"width": True}, "model_size"),
])
def test_sizes_no_network_can_have_are_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(ModelError) as caught:
        Architecture.from_dict(values)
    assert caught.value.code == code

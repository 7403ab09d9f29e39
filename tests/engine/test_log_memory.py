"""The memory of a log: probabilities add up to one, both ways of asking agree, files are checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from chatbot.core.errors import ModelError
from chatbot.engine.log_memory import LogMemory, MemoryShares, NgramTable
from chatbot.engine.stepping import StepNetwork
from tests.engine.test_stepping import VOCABULARY, copyable, small_model

WIDTH = 16
BEFORE = torch.tensor([-1, 10, 11, -1, 10, 12])
AFTER = torch.tensor([10, 11, 12, 10, 12, 3])


def memory(shares: MemoryShares | None = None) -> LogMemory:
    draw = torch.Generator().manual_seed(4)
    return LogMemory(torch.randn(30, WIDTH, generator=draw).half().float(),
                     torch.randint(4, VOCABULARY, (30,), generator=draw),
                     NgramTable.counted(BEFORE, AFTER, VOCABULARY), shares or MemoryShares(0.2, 0.1, 1.5))


def test_the_ngram_is_witten_bell_by_hand() -> None:
    table = NgramTable.counted(BEFORE, AFTER, VOCABULARY)
    unigram_12 = 2 / 6
    # after 10 came 11 and 12, once each: two of two kinds
    assert table.of(torch.tensor([10]), torch.tensor([12])).item() == pytest.approx((1 + 2 * unigram_12) / 4)
    # the beginning of a turn: 10 twice, one kind
    assert table.of(torch.tensor([-1]), torch.tensor([10])).item() == pytest.approx((2 + 2 / 6) / 3)
    # after a token never seen: the unigram
    assert table.of(torch.tensor([40]), torch.tensor([12])).item() == pytest.approx(unigram_12)


@pytest.mark.parametrize("before", [-1, 10, 12, 40])
def test_the_ngram_adds_up_to_one_and_both_ways_agree(before: int) -> None:
    table = NgramTable.counted(BEFORE, AFTER, VOCABULARY)
    whole = table.probabilities(torch.tensor([before]))[0]
    assert float(whole.sum()) == pytest.approx(1.0, abs=1e-5)
    single = table.of(torch.full((VOCABULARY,), before), torch.arange(VOCABULARY))
    assert torch.allclose(whole, single, atol=1e-6)


def test_an_empty_share_changes_nothing() -> None:
    logs = torch.log_softmax(torch.randn(3, VOCABULARY, generator=torch.Generator().manual_seed(1)), -1)
    hidden = torch.randn(3, WIDTH, generator=torch.Generator().manual_seed(2))
    mixed = memory(MemoryShares(0.0, 0.0, 1.0)).mixed(logs, hidden, torch.tensor([-1, 10, 40]))
    assert torch.allclose(mixed, logs, atol=1e-5)


def test_the_mixture_is_what_it_says() -> None:
    store = memory()
    logs = torch.log_softmax(torch.randn(2, VOCABULARY, generator=torch.Generator().manual_seed(1)), -1)
    hidden = torch.randn(2, WIDTH, generator=torch.Generator().manual_seed(2))
    last = torch.tensor([10, -1])
    mixed = store.mixed(logs, hidden, last).exp()
    assert torch.allclose(mixed.sum(-1), torch.ones(2), atol=1e-5)
    weights = torch.softmax(hidden @ store.keys.t() * 1.5 / WIDTH ** 0.5, -1)
    cache = torch.zeros(2, VOCABULARY).index_add_(1, store.followers, weights)
    expected = 0.7 * logs.exp() + 0.2 * cache + 0.1 * store.ngram.probabilities(last)
    assert torch.allclose(mixed, expected, atol=1e-6)


@pytest.mark.parametrize("window", [8, 1])
def test_stepping_with_a_memory_draws_and_scores_alike(window: int) -> None:
    network = StepNetwork(small_model("minlstm", window), copyable(), "float32", memory())
    ids = torch.randint(0, VOCABULARY, (30, 2), generator=torch.Generator().manual_seed(5))
    state = network.blank_state().repeated(2)
    scored = network.score(ids[:-1], ids[1:], state)
    state, drawn = network.blank_state().repeated(2), []
    for t in range(len(ids) - 1):
        logs = network.distribution(network.advance(ids[t:t + 1], state)[-1], state)
        drawn.append(logs.gather(1, ids[t + 1].unsqueeze(1)).squeeze(1))
    assert torch.allclose(torch.stack(drawn)[2:], scored[2:], atol=2e-3)


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "memory.safetensors").write_bytes(memory().to_bytes())
    loaded = LogMemory.load(tmp_path / "memory.safetensors", WIDTH, VOCABULARY)
    logs = torch.log_softmax(torch.randn(1, VOCABULARY), -1)
    hidden, last = torch.randn(1, WIDTH), torch.tensor([10])
    assert torch.equal(loaded.mixed(logs, hidden, last), memory().mixed(logs, hidden, last))


@pytest.mark.parametrize("damage", [
    lambda t: t.pop("keys"),
    lambda t: t["followers"].__setitem__(0, VOCABULARY),
    lambda t: t["pairs"].__setitem__(0, -1),
    lambda t: t.update(pairs=t["pairs"].flip(0).contiguous()),
    lambda t: t["counts"].__setitem__(0, 0),
    lambda t: t["keys"].__setitem__((0, 0), float("inf")),
    lambda t: t.update(shares=torch.tensor([0.7, 0.4, 1.0], dtype=torch.float64)),
    lambda t: t.update(unigram_counts=torch.zeros(3, dtype=torch.int32)),
])
def test_a_damaged_memory_is_refused(tmp_path: Path, damage: Callable[[dict[str, torch.Tensor]], object]) -> None:
    path = tmp_path / "memory.safetensors"
    path.write_bytes(memory().to_bytes())
    tensors = dict(load_file(path))
    damage(tensors)
    save_file(tensors, path)
    with pytest.raises(ModelError) as caught:
        LogMemory.load(path, WIDTH, VOCABULARY)
    assert caught.value.code == "model_memory"

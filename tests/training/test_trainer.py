"""The loop: it learns with every cell and optimiser, forgets on purpose, drops weights and puts them back."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from chatbot.core.errors import TrainingError
from chatbot.engine.architecture import CELLS
from chatbot.engine.network import LanguageModel
from chatbot.training.corpus import read_training
from chatbot.training.hardware import keep_freed_memory, probe_precision
from chatbot.training.packing import Dealer, PackedCorpus, pack
from chatbot.training.recipe import Recipe, load_recipe
from chatbot.training.trainer import Trainer, copyable_tokens, make_optimiser
from chatbot.training.weight_drop import weights_dropped
from tests.engine.tiny import VOCABULARY, tiny_network, tiny_tokenizer
from tests.training.small_corpus import write_recipe

SGD = """optimiser = "sgd"
learning_rate = 1.0
warm_up_tokens = 0
schedule = "constant"
clip = 0.25
weight_decay = 0
streams = 8
window = 16"""


@pytest.fixture(scope="module")
def packed(corpus: Path) -> PackedCorpus:
    return pack(tiny_tokenizer(), read_training(corpus))


def recipe(tmp_path: Path, **changes: object) -> Recipe:
    return load_recipe(write_recipe(tmp_path, **changes))[0]


def trainer(recipe: Recipe, packed: PackedCorpus) -> Trainer:
    torch.manual_seed(recipe.seed)
    dealer = Dealer(packed, tiny_tokenizer(), streams=recipe.optimisation.streams, seed=recipe.seed)
    return Trainer(recipe, LanguageModel(recipe.model.architecture()), dealer, copyable_tokens(tiny_tokenizer()),
                   precision=torch.float32)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns(tmp_path: Path, packed: PackedCorpus, cell: str) -> None:
    losses = [step.loss for step in trainer(recipe(tmp_path, tokens=5120, cell=cell), packed).steps()]
    assert len(losses) == 40 and abs(losses[0] - math.log(VOCABULARY)) < 1.5
    assert sum(losses[-5:]) / 5 < losses[0] - 1.0


def test_plain_gradient_descent_teaches_the_plain_network(tmp_path: Path, packed: PackedCorpus) -> None:
    """The articles' experiment: vanilla RNN, SGD, no copy head."""
    chosen = recipe(tmp_path, tokens=7680, cell="rnn_tanh", copy_window=0, optimisation=SGD)
    made = trainer(chosen, packed)
    assert isinstance(made.optimiser, torch.optim.SGD) and made.model.copy_head is None
    losses = [step.loss for step in made.steps()]
    assert sum(losses[-5:]) / 5 < losses[0] - 1.0


def test_a_step_reports_what_was_done(tmp_path: Path, packed: PackedCorpus) -> None:
    made = trainer(recipe(tmp_path, tokens=512), packed)
    steps = list(made.steps())
    assert [step.tokens_seen for step in steps] == [128, 256, 384, 512]
    assert [step.step for step in steps] == [1, 2, 3, 4]
    assert all(step.gradient_norm > 0 and step.seconds > 0 for step in steps)
    assert steps[0].learning_rate == pytest.approx(5e-3 / 201)


def test_a_step_without_a_finite_gradient_changes_no_weight_and_starts_the_memory_anew(
        tmp_path: Path, packed: PackedCorpus) -> None:
    learner = trainer(recipe(tmp_path), packed)
    steps = learner.steps()
    next(steps)
    learner._state.cells[0][0].fill_(torch.nan)
    before = {name: p.detach().clone() for name, p in learner.model.named_parameters()}
    skipped = next(steps)
    assert not math.isfinite(skipped.gradient_norm)
    assert all(torch.equal(p, before[name]) for name, p in learner.model.named_parameters())
    following = next(steps)
    assert math.isfinite(following.loss) and math.isfinite(following.gradient_norm)
    assert any(not torch.equal(p, before[name]) for name, p in learner.model.named_parameters())


def test_a_run_that_diverges_ends_with_a_sentence(tmp_path: Path, packed: PackedCorpus) -> None:
    learner = trainer(recipe(tmp_path), packed)
    with torch.no_grad():
        learner.model.bias.fill_(torch.nan)
    with pytest.raises(TrainingError, match="has diverged.*Lower learning_rate"):
        for _ in learner.steps():
            pass


def test_weight_decay_touches_matrices_only() -> None:
    groups = make_optimiser(tiny_network(), Recipe(
        name="x", tokens=1, stage=({"name": "s", "passes": {"a": 1}},)).optimisation).param_groups  # type: ignore
    assert all(p.ndim >= 2 for p in groups[0]["params"]) and groups[0]["weight_decay"] > 0
    assert all(p.ndim < 2 for p in groups[1]["params"]) and groups[1]["weight_decay"] == 0
    assert sum(len(group["params"]) for group in groups) == len(list(tiny_network().parameters()))


def test_the_average_is_kept_over_the_last_third(tmp_path: Path, packed: PackedCorpus) -> None:
    from tests.training.small_corpus import OPTIMISATION
    made = trainer(recipe(tmp_path, tokens=1536, optimisation=OPTIMISATION + "\naverage_decay = 0.5"), packed)
    latest: dict[int, torch.Tensor] = {}
    for step in made.steps():
        latest[step.step] = made.model.bias.detach().clone()
    expected = latest[8]  # 1,024 of 1,536 tokens
    for number in range(9, 13):
        expected = 0.5 * expected + 0.5 * latest[number]
    assert torch.allclose(made.final_weights()["bias"], expected, atol=1e-6)
    assert not torch.equal(made.final_weights()["bias"], latest[12])


def test_streams_are_forgotten_now_and_then(tmp_path: Path, packed: PackedCorpus) -> None:
    from tests.training.small_corpus import OPTIMISATION
    made = trainer(recipe(tmp_path, optimisation=OPTIMISATION.replace("0.05", "0.5")), packed)
    next(made.steps())
    before = made._state.cells[0][0].clone()
    made._forget_some_streams()
    blank = ~made._state.cells[0][0].any(dim=1)
    assert 0 < int(blank.sum()) < 8
    assert torch.equal(made._state.cells[0][0][~blank], before[~blank])


# ---- weight drop ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("cell", ["rnn_tanh", "gru", "lstm"])
def test_dropped_weights_pass_gradients_to_the_originals_and_come_back(cell: str) -> None:
    torch.manual_seed(1)
    model = tiny_network(cell).train()
    originals = [block.cell.rnn.weight_hh_l0 for block in model.blocks]
    names = sorted(name for name, _ in model.named_parameters())
    x = torch.randn(6, 2, 16)
    whole, _ = model.blocks[0].cell(x, model.blocks[0].cell.blank_state(2))
    with weights_dropped(model, 0.5):
        masked = [block.cell.rnn.weight_hh_l0 for block in model.blocks]
        dropped, _ = model.blocks[0].cell(x, model.blocks[0].cell.blank_state(2))
    for mask, original in zip(masked, originals, strict=True):
        assert 0.35 < float((mask == 0).float().mean()) < 0.65
        assert torch.allclose(mask[mask != 0], 2 * original[mask != 0])
    assert not torch.allclose(dropped, whole)
    dropped.sum().backward()
    assert originals[0].grad is not None
    assert bool((originals[0].grad[masked[0] == 0] == 0).all()), "what was dropped learns nothing this time"
    assert float(originals[0].grad.abs().max()) > 0
    assert [block.cell.rnn.weight_hh_l0 for block in model.blocks] == originals or all(
        a is b.cell.rnn.weight_hh_l0 for a, b in zip(originals, model.blocks, strict=True))
    assert sorted(name for name, _ in model.named_parameters()) == names
    again, _ = model.blocks[0].cell(x, model.blocks[0].cell.blank_state(2))
    assert torch.equal(again, whole), "torch's flat list of weights holds the originals again"


def test_weights_come_back_after_an_error() -> None:
    model = tiny_network("lstm")
    original = model.blocks[0].cell.rnn.weight_hh_l0
    with pytest.raises(ZeroDivisionError), weights_dropped(model, 0.5):
        raise ZeroDivisionError
    assert model.blocks[0].cell.rnn.weight_hh_l0 is original


def test_a_run_with_weight_drop_learns_and_resumes_exactly(tmp_path: Path, packed: PackedCorpus) -> None:
    from tests.training.small_corpus import OPTIMISATION
    chosen = recipe(tmp_path, tokens=1536, cell="lstm", optimisation=OPTIMISATION + "\nweight_drop = 0.3")
    whole = trainer(chosen, packed)
    losses = [step.loss for step in whole.steps()]
    first = trainer(chosen, packed)
    assert [step.loss for _, step in zip(range(5), first.steps(), strict=False)] == losses[:5]
    saved = first.checkpoint()
    second = trainer(chosen, packed)
    second.restore(saved)
    assert [step.loss for step in second.steps()] == losses[5:]
    for (name, a), (_, b) in zip(sorted(whole.model.named_parameters()), sorted(second.model.named_parameters()),
                                 strict=True):
        assert torch.equal(a, b), name


def test_a_checkpoint_of_other_sizes_is_refused(tmp_path: Path, packed: PackedCorpus) -> None:
    saved = trainer(recipe(tmp_path), packed).checkpoint()
    for changes in ({"cell": "gru"}, {"copy_window": 8}, {"copy_window": 0}):
        with pytest.raises(TrainingError, match="other sizes"):
            trainer(recipe(tmp_path, **changes), packed).restore(saved)


# ---- the machine ----------------------------------------------------------------------------------------------------

def test_the_probe_says_a_precision_that_works() -> None:
    precision = probe_precision()
    assert precision in (torch.bfloat16, torch.float32)
    model = tiny_network("lstm")
    ids = torch.arange(80, 100).unsqueeze(1)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
        logs, _ = model(ids, ids, torch.zeros_like(ids), torch.arange(VOCABULARY) >= 80, model.blank_state(1))
    assert bool(torch.isfinite(logs).all())


@pytest.mark.parametrize("bfloat16, wanted", [(1.0, torch.bfloat16), (5.0, torch.float32)])
def test_the_probe_does_not_mind_a_busy_machine(monkeypatch: pytest.MonkeyPatch, bfloat16: float,
                                                wanted: torch.dtype) -> None:
    seconds = {torch.bfloat16: bfloat16, torch.float32: 4.0}
    clock, products = [0.0], [0]

    def product(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        products[0] += 1
        is_disturbed = products[0] % 5 != 0
        clock[0] += seconds[first.dtype] + (1000.0 if is_disturbed else 0.0)
        return first

    monkeypatch.setattr("chatbot.training.hardware.time.perf_counter", lambda: clock[0])
    monkeypatch.setattr("chatbot.training.hardware.torch.mm", product)
    assert probe_precision() == wanted


def test_the_allocator_is_only_told_where_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert keep_freed_memory() is False

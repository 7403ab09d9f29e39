"""The preference loss and its steps."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from chatbot.training.corpus import read_training
from chatbot.training.packing import Dealer, pack
from chatbot.training.refining.pairs import Pair
from chatbot.training.refining.preference import (LONGEST_CONTEXT, Encoded, Plan, PreferenceTrainer, batch_of, batches,
                                                  encode)
from chatbot.training.trainer import copyable_tokens
from tests.engine.tiny import tiny_network, tiny_tokenizer

PLAN = Plan(pairs_a_step=4, passes=6, learning_rate=3e-3, replay_streams=2)
PAIRS = [Pair("name", ("my name is max", "Hello.", "my name?"), "it is max", f"it is {other}")
         for other in ("ben", "kim", "lee", "zoe", "ada", "walter")]


@pytest.fixture
def trainer(corpus: Path) -> PreferenceTrainer:
    torch.manual_seed(0)
    packed = pack(tiny_tokenizer(), read_training(corpus))
    dealer = Dealer(packed, tiny_tokenizer(), streams=PLAN.replay_streams, seed=1)
    dealer.set_mixture({"talk": 1.0})
    return PreferenceTrainer(tiny_network().train(), copyable_tokens(tiny_tokenizer()), dealer, 16, PLAN, torch.float32)


def test_a_pair_is_encoded_as_the_chat_it_would_be() -> None:
    encoded = encode(tiny_tokenizer(), PAIRS[0])
    tokenizer = tiny_tokenizer()
    assert encoded.context[0] == tokenizer.role("<end>") and encoded.context[-1] == tokenizer.role("<bot>")
    assert [token for token in encoded.context if token == tokenizer.role("<user>")] == [tokenizer.role("<user>")] * 2
    assert encoded.chosen[-1] == encoded.rejected[-1] == tokenizer.role("<eot>")
    assert tokenizer.decode(list(encoded.chosen[:-1])) == "it is max"


def test_of_a_long_conversation_the_end_is_kept() -> None:
    long = replace(PAIRS[0], turns=("rain and tea. " * 300, "Yes.", "my name?"))
    encoded = encode(tiny_tokenizer(), long)
    assert len(encoded.context) == LONGEST_CONTEXT + 2
    assert encoded.context[-8:] == encode(tiny_tokenizer(), PAIRS[0]).context[-8:]


def test_only_the_replies_count() -> None:
    short, long = Encoded((1, 2), (3, 4), (5,)), Encoded((1, 2, 6, 7), (8, 9), (8,))
    batch = batch_of([short, long])
    assert batch.tokens.shape == (5, 4)
    assert batch.weights.sum(0).tolist() == [2, 2, 1, 1]
    counted = [[int(t) for t, w in zip(batch.targets[:, c], batch.weights[:, c], strict=True) if w] for c in range(4)]
    assert counted == [[3, 4], [8, 9], [5], [8]]
    assert batch.tokens[:, 0].tolist() == [1, 2, 3, 0, 0]


def test_batches_hold_every_pair_once_and_lengths_that_are_alike() -> None:
    rng = random.Random(2)
    encoded = [Encoded(tuple(range(rng.randint(1, 300))), (1,), (2,)) for _ in range(50)]
    groups = batches(encoded, 8, random.Random(3))
    assert sorted(number for group in groups for number in group) == list(range(50))
    spans = [max(encoded[n].length for n in group) - min(encoded[n].length for n in group) for group in groups]
    assert sum(spans) < 300


def test_the_padding_of_other_pairs_changes_nothing(trainer: PreferenceTrainer) -> None:
    trainer.model.eval()
    encoded = [encode(tiny_tokenizer(), pair) for pair in (*PAIRS[:2], replace(PAIRS[2], turns=("tea " * 40,)))]
    together = trainer.references(encoded, [[0, 1, 2]])
    alone = trainer.references(encoded, [[0], [1], [2]])
    assert torch.allclose(together, alone, atol=1e-4)


def test_the_first_step_has_the_loss_of_no_preference(trainer: PreferenceTrainer) -> None:
    encoded = [encode(tiny_tokenizer(), pair) for pair in PAIRS]
    reference = trainer.references(encoded, [list(range(len(encoded)))])
    lengths = np.array([len(pair.chosen) for pair in encoded])
    loss, preferred = trainer._preference(batch_of(encoded), reference)
    nats = float((-reference[:, 0].numpy() / lengths).mean())
    assert float(loss.detach()) == pytest.approx(math.log(2) + PLAN.chosen_weight * nats, abs=1e-4)
    assert preferred == 0.0


def test_right_replies_gain_over_wrong_ones(trainer: PreferenceTrainer) -> None:
    encoded = [encode(tiny_tokenizer(), pair) for pair in PAIRS]
    whole = [list(range(len(encoded)))]
    before = trainer.references(encoded, whole)
    steps = list(trainer.steps(encoded, random.Random(1)))
    after = trainer.references(encoded, whole)
    assert [step.step for step in steps] == list(range(1, 13)) and {step.steps for step in steps} == {12}
    gain = (after - before)
    assert bool((gain[:, 0] > gain[:, 1]).all()) and bool((gain[:, 0] > 0).all())
    assert steps[-1].preferred == 1.0 and all(math.isfinite(step.loss + step.replay) for step in steps)


def test_steps_follow_from_the_seed(trainer: PreferenceTrainer, corpus: Path) -> None:
    encoded = [encode(tiny_tokenizer(), pair) for pair in PAIRS]
    again = PreferenceTrainer(tiny_network().train(), copyable_tokens(tiny_tokenizer()),
                              Dealer(pack(tiny_tokenizer(), read_training(corpus)), tiny_tokenizer(), streams=2,
                                     seed=1), 16, PLAN, torch.float32)
    again._dealer.set_mixture({"talk": 1.0})
    assert list(trainer.steps(encoded, random.Random(1))) == list(again.steps(encoded, random.Random(1)))

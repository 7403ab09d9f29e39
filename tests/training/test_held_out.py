"""Held-out figures against sums worked out token by token."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from chatbot.engine.roles import BOT, END, END_OF_TURN, USER
from chatbot.engine.stepping import StepNetwork
from chatbot.training.corpus import Document, read_held_out
from chatbot.training.held_out import (ForwardScorer, HeldOutLoss, Scorer, SteppingScorer, held_out_loss,
                                       held_out_table, prepare_held_out, word_count)
from chatbot.training.trainer import copyable_tokens
from tests.engine.tiny import tiny_network, tiny_tokenizer

TALK = (Document("wren", "wren", ("do you like tea?", "yes, the tea."), (0, 1), is_own_voice=True),
        Document("wren", "wren", ("the cat", "the dog of kim", "no"), (0, 1, 0), is_own_voice=True))


def nats_by_hand(document: Document) -> tuple[float, int]:
    """Feed one token after another from the state after <end> and add up what each one cost."""
    tokenizer, model = tiny_tokenizer(), tiny_network()
    ids = []
    for speaker, turn in zip(document.speakers, document.turns, strict=True):
        ids += [tokenizer.role((USER, BOT)[speaker]), *tokenizer.encode(turn), tokenizer.role(END_OF_TURN)]
    ids.append(tokenizer.role(END))
    network = StepNetwork(model, copyable_tokens(tokenizer), "float32")
    state, nats = network.blank_state(), 0.0
    with torch.inference_mode():
        hidden = network.advance(torch.tensor([[tokenizer.role(END)]]), state)
        for token in ids:
            nats -= float(network.distribution(hidden[-1], state)[0, token])
            hidden = network.advance(torch.tensor([[token]]), state)
    return nats, len(ids)


def scorer(kind: str) -> Scorer:
    if kind == "forward":
        return ForwardScorer(tiny_network(), tiny_tokenizer())
    return SteppingScorer(StepNetwork(tiny_network(), copyable_tokens(tiny_tokenizer()), kind))


@pytest.mark.parametrize("kind", ["forward", "float32", "int8"])
@pytest.mark.parametrize(("streams", "window"), [(32, 128), (1, 128), (2, 5)])
def test_the_loss_of_a_group_is_the_sum_over_its_tokens(kind: str, streams: int, window: int) -> None:
    by_hand = [nats_by_hand(document) for document in TALK]
    [group] = prepare_held_out(tiny_tokenizer(), TALK)
    loss = held_out_loss(scorer(kind), tiny_tokenizer(), group, streams=streams, window=window)
    assert loss.nats == pytest.approx(sum(nats for nats, _ in by_hand), rel=1e-2 if kind == "int8" else 1e-3)
    assert loss.tokens == sum(count for _, count in by_hand)


def test_words_and_bytes_are_counted_with_one_end_per_turn() -> None:
    [group] = prepare_held_out(tiny_tokenizer(), TALK)
    assert group.words == (5 + 1) + (5 + 1) + (2 + 1) + (4 + 1) + (1 + 1)
    assert group.bytes == sum(len(turn) + 1 for document in TALK for turn in document.turns)
    assert [word_count(text) for text in ("", "it's 3.50!", "a-b", "  “x”  ")] == [0, 7, 3, 3]


def test_the_figures_by_hand() -> None:
    figures = HeldOutLoss(nats=200.0, tokens=80, words=50, bytes=250).to_dict()
    assert figures == {"nats_per_token": 2.5, "perplexity_per_word": round(math.exp(4.0), 2),
                       "bits_per_byte": round(200 / math.log(2) / 250, 4), "tokens": 80, "words": 50}


def test_the_table_has_every_group_and_their_sum(corpus: Path) -> None:
    groups = prepare_held_out(tiny_tokenizer(), read_held_out(corpus))
    table = held_out_table(scorer("float32"), tiny_tokenizer(), groups)
    assert list(table) == ["chat", "story", "wren", "overall"]
    for name in ("tokens", "words"):
        assert table["overall"][name] == sum(table[group][name] for group in ("chat", "story", "wren"))
    mean = sum(table[g]["nats_per_token"] * table[g]["tokens"] for g in ("chat", "story", "wren"))
    assert table["overall"]["nats_per_token"] == pytest.approx(mean / table["overall"]["tokens"], abs=1e-3)


def test_a_limit_takes_documents_spread_evenly(corpus: Path) -> None:
    whole = prepare_held_out(tiny_tokenizer(), read_held_out(corpus))[0]
    half = prepare_held_out(tiny_tokenizer(), read_held_out(corpus),
                            tokens_per_group=sum(len(ids) for ids in whole.documents) // 2 + 1)[0]
    assert len(half.documents) == 4 and len(whole.documents) == 8
    assert all((a == b).all() for a, b in zip(half.documents, whole.documents[::2], strict=True))

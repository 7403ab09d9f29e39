"""Evaluations on a tiny model: figures against sums by hand, the same for the same seed, sound as JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from chatbot.engine.load import load_model
from chatbot.engine.reply import Prompt, feed
from chatbot.engine.roles import END, END_OF_TURN, FACTS, SPEAKER_A, SPEAKER_B
from chatbot.engine.stepping import StepNetwork
from chatbot.training.corpus import Document, read_training
from chatbot.training.evaluation import classify
from chatbot.training.evaluation.bench_dialogues import BenchLayout, read_convai2
from chatbot.training.evaluation.classify import balanced, question_examples, voice_examples
from chatbot.training.evaluation.continuations import continuation_logs
from chatbot.training.evaluation.convai2 import Judge, Sums
from chatbot.training.evaluation.linear_probe import accuracy, bag_of_words, fitted, probe_accuracy
from chatbot.training.evaluation.registry import EVALUATIONS, run_evaluation
from chatbot.training.evaluation.setup import EvaluationError, Setup
from chatbot.training.evaluation.word_overlap import compared_words, split_words, word_f1
from chatbot.training.trainer import copyable_tokens
from tests.engine.tiny import tiny_tokenizer


@pytest.mark.parametrize(("text", "words"), [
    ("i'm good , you ?", ["i'm", "good", ",", "you", "?"]), ("Yes, i do!", ["Yes", ",", "i", "do", "!"]), ("", []),
    ("a.b", ["a", ".", "b"]), ("3:30; ok", ["3", ":", "30", ";", "ok"]),
])
def test_words_as_the_competition_counts_them(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(("guess", "answer", "f1"), [
    ("I like the tea", "i like tea!", 1.0), ("no", "yes", 0.0), ("", "yes", 0.0), ("the", "a", 0.0),
    ("i like cats", "i like dogs and cats", 2 * 1.0 * 0.6 / 1.6), ("tea tea tea", "tea", 0.5),
])
def test_word_f1_by_hand(guess: str, answer: str, f1: float) -> None:
    assert word_f1(guess, answer) == pytest.approx(f1)
    assert compared_words("The cat's an animal.") == ["cat", "s", "animal"]


def network(package: Path) -> StepNetwork:
    model, tokenizer, _ = load_model(package)
    return StepNetwork(model, copyable_tokens(tokenizer), "float32")


def test_a_dialogue_is_laid_out_as_in_training(bench_corpus: Path) -> None:
    dialogue, tokenizer = read_convai2(bench_corpus)[0], tiny_tokenizer()
    layout = BenchLayout(tokenizer)
    opening = layout.opening(dialogue)
    assert opening[:2] == [tokenizer.role(END), tokenizer.role(FACTS)] and opening[-1] == tokenizer.role(END_OF_TURN)
    speakers = [layout.turn(number, "hi")[0] for number in (0, 1, 2)]
    assert speakers == [tokenizer.role(role) for role in (SPEAKER_B, SPEAKER_A, SPEAKER_B)]
    assert dialogue.answers == dialogue.turns[::2] and len(dialogue.persona) == 2


@torch.inference_mode()
def test_continuations_cost_what_they_cost_token_by_token(package: Path) -> None:
    step, tokenizer = network(package), tiny_tokenizer()
    state = step.blank_state()
    prompt = Prompt(state, feed(step, [tokenizer.role(END), tokenizer.role(SPEAKER_B)], state))
    rows = [tokenizer.encode(text) for text in ("yes", "i like the sea and the sea", "no")]
    before = state.to_bytes()
    for row, logs in zip(rows, continuation_logs(step, prompt, rows), strict=True):
        own, hidden, expected = state.clone(), prompt.hidden, []
        for token in row:
            expected.append(float(step.distribution(hidden, own)[0, token]))
            hidden = step.advance(torch.tensor([[token]]), own)[-1]
        assert logs.tolist() == pytest.approx(expected, abs=2e-3)
    assert state.to_bytes() == before


@torch.inference_mode()
def test_perplexity_counts_the_answers_only(package: Path, bench_corpus: Path) -> None:
    """By hand: feed the whole dialogue, add up the tokens of the described speaker's turns."""
    dialogue, tokenizer, step = read_convai2(bench_corpus)[1], tiny_tokenizer(), network(package)
    layout, state, nats, end_nats = BenchLayout(tokenizer), step.blank_state(), 0.0, 0.0
    hidden = feed(step, layout.opening(dialogue), state)
    for number, text in enumerate(dialogue.turns):
        for place, token in enumerate(layout.turn(number, text)):
            cost = -float(step.distribution(hidden, state)[0, token])
            if number % 2 == 0 and place:
                nats, end_nats = (nats + cost, end_nats) if token != tokenizer.role(END_OF_TURN) else (nats,
                                                                                                      end_nats + cost)
            hidden = step.advance(torch.tensor([[token]]), state)[-1]
    judge, sums = Judge(step, tokenizer, ["a", "b"], 1), Sums()
    for place in judge.places(dialogue):
        judge.score(place.prompt, place.answer, sums)
    assert (sums.nats, sums.end_nats) == (pytest.approx(nats, rel=1e-3), pytest.approx(end_nats, rel=1e-3))
    assert sums.answers == 3 and sums.words == sum(len(split_words(text)) for text in dialogue.answers)


def test_convai2_gives_every_figure_and_the_same_again(package: Path, bench_corpus: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    setup = Setup(package, bench_corpus, limit=3, report=lambda *record: seen.append(record))
    first, again = (run_evaluation("convai2", setup).to_dict() for _ in range(2))
    assert first == again and json.dumps(first)
    figures = next(iter(first["numbers"].values()))  # type: ignore[union-attr]
    assert {"perplexity", "perplexity_with_end", "hits_at_1", "hits_at_1_relevance", "f1_greedy",
            "f1_ranked"} <= figures.keys()
    assert 0 <= figures["hits_at_1"] <= 1 and figures["perplexity"] > 1 and figures["ranked_answers"] > 0
    assert seen[-1][1] == seen[-1][2] == 3
    assert {"source", "formula"} <= first.keys() and "1902.00098" in first["source"]  # type: ignore[operator]


def test_heldout_has_float_and_int8_close_together(package: Path, bench_corpus: Path) -> None:
    numbers = run_evaluation("heldout", Setup(package, bench_corpus)).numbers
    assert {"float.chat", "float.story", "float.wren", "float.overall"} <= numbers.keys()
    if "int8.overall" in numbers:
        assert abs(numbers["int8.overall"]["perplexity_rise_percent"]) < 1  # type: ignore[arg-type]


def test_the_limit_is_spread_evenly() -> None:
    setup = Setup(Path(), Path(), limit=3)
    assert setup.limited(list(range(10))) == [0, 3, 6] and setup.limited([1, 2]) == [1, 2]


def test_an_unknown_evaluation_is_told() -> None:
    with pytest.raises(EvaluationError, match="no evaluation chess; there are heldout"):
        run_evaluation("chess", Setup(Path(), Path()))
    assert "convai2" in EVALUATIONS


@pytest.mark.parametrize("content", [None, b"", b"rubbish"])
def test_a_missing_or_broken_bench_file_is_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "bench").mkdir()
        (tmp_path / "bench" / "convai2_valid.jsonl.xz").write_bytes(content)
    with pytest.raises(EvaluationError, match="convai2_valid"):
        read_convai2(tmp_path)


# ---- the probe ------------------------------------------------------------------------------------------------------

def test_a_probe_finds_what_is_there_and_nothing_else() -> None:
    generator = torch.Generator().manual_seed(1)
    labels = torch.randint(0, 3, (300,), generator=generator)
    noise = torch.randn(300, 10, generator=generator)
    informed = noise.clone()
    informed[torch.arange(300), labels] += 4.0
    assert probe_accuracy(informed, labels, 1) > 0.9
    assert probe_accuracy(noise, labels, 1) < 0.5
    constant = torch.cat([informed, torch.full((300, 1), 5.0)], dim=1)
    assert probe_accuracy(constant, labels, 1) > 0.9


def test_logistic_regression_by_hand() -> None:
    """Two points a class and a small penalty: the plane lies in the middle."""
    features, labels = torch.tensor([[-1.0], [-3.0], [1.0], [3.0]]), torch.tensor([0, 0, 1, 1])
    weights = fitted(features, labels, 2, 0.1)
    assert accuracy(features, labels, weights) == 1.0
    assert float(weights[1, 0] - weights[1, 1]) == pytest.approx(0.0, abs=1e-3)
    assert float(weights[0, 1]) == pytest.approx(-float(weights[0, 0]), abs=1e-3)


def test_a_bag_of_words_counts() -> None:
    bag = bag_of_words(tiny_tokenizer(), ["cat cat", "dog"])
    assert bag.shape[0] == 2 and float(bag[0].max()) == pytest.approx(math.log(3)) != float(bag[1].max())


def test_examples_are_balanced_and_do_not_give_themselves_away() -> None:
    talks = [Document("s", "chat", (f"do you like tea number {n}?", f"yes, i like tea {n}.", "no. not me?"), (0, 1, 0))
             for n in range(20)]
    found = question_examples(talks)
    assert {name for name, _ in found} == {"question", "statement"}
    assert not any(sign in text for _, text in found for sign in ".?!"), "the final sign would be the answer"
    chosen = balanced(found, 8, 1)
    assert len(chosen) == 16 == len(set(chosen)) and sum(name == "question" for name, _ in chosen) == 8
    assert chosen == balanced(found, 8, 1) != balanced(found, 8, 2)
    with pytest.raises(EvaluationError, match="too few"):
        balanced(voice_examples(talks), 8, 1)


def test_classify_compares_state_and_words(package: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classify, "read_documents", lambda folder: list(read_training(corpus)))
    numbers = run_evaluation("classify", Setup(package, corpus, limit=20)).numbers
    assert numbers["group"]["classes"] == ["chat", "story", "wren"]
    assert numbers["question"]["chance"] == numbers["voice"]["chance"] == 0.5
    for row in numbers.values():
        assert all(0.0 <= row[f"accuracy_{name}"] <= 1.0  # type: ignore[operator]
                   for name in ("state", "mean", "bag_of_words"))
    assert numbers["question"]["accuracy_bag_of_words"] > 0.8, "its questions begin with words of their own"

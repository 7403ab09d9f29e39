"""Penn Treebank and WikiText-2 by the published convention, on a made-up text of the same form."""

from __future__ import annotations

import io
import json
import math
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from chatbot.core.errors import TrainingError
from chatbot.engine.architecture import Architecture
from chatbot.engine.network import LanguageModel
from chatbot.training.evaluation.registry import run_evaluation
from chatbot.training.evaluation.setup import EvaluationError, Setup
from chatbot.training.loss_curve import read_metrics
from chatbot.training.run import train
from chatbot.training.word_level import benchmark_evaluation
from chatbot.training.word_level.bench_text import WordVocabulary, read_words
from chatbot.training.word_level.dynamic_evaluation import dynamic_logs, root_mean_squares
from chatbot.training.word_level.stream_dealer import StreamDealer
from chatbot.training.word_level.stream_scoring import StreamModel, cache_logs, mixed, plain_logs
from tests.engine.tiny import sentences

RECIPE = """
name = "tiny-ptb"
benchmark = "ptb"
tokens = {tokens}
precision = "float32"
evaluate_every_tokens = 1000
held_out_tokens = 300
[model]
cell = "{cell}"
vocabulary_size = {size}
width = 16
blocks = 1
cell_width = 20
mlp_width = 0
copy_width = 8
copy_window = {copy_window}
[optimisation]
learning_rate = 1e-2
warm_up_tokens = 100
streams = 4
window = 16
dropout = 0.1
[[stage]]
name = "all"
passes = {{ ptb = 1 }}
"""


def lines(count: int, seed: int) -> str:
    return "".join(f" {line.lower()} \n".replace("zoe", "<unk>") for line in " . ".join(sentences(count, seed))
                   .replace("\n", " ").replace(".", " .").split(" . "))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``bench/ptb.tar.xz`` with three splits; the last two use no word that the first has not."""
    folder = tmp_path_factory.mktemp("words")
    (folder / "bench").mkdir()
    known = set(lines(400, 1).split())
    with tarfile.open(folder / "bench" / "ptb.tar.xz", "w:xz") as archive:
        for split, count, seed in (("train", 400, 1), ("valid", 50, 2), ("test", 50, 3)):
            text = "".join(" " + " ".join(word if word in known else "<unk>" for word in line.split()) + " \n"
                           for line in lines(count, seed).splitlines())
            data = text.encode()
            info = tarfile.TarInfo(f"ptb/ptb.{split}.txt")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return folder


def vocabulary_size(bench: Path) -> int:
    return WordVocabulary.of(read_words(bench, "ptb", "train")).size


@pytest.fixture(scope="module")
def run(bench: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short training run."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("run")
    recipe = folder / "tiny-ptb.toml"
    recipe.write_text(RECIPE.format(tokens=6400, cell="lstm", size=vocabulary_size(bench), copy_window=0))
    train(recipe, bench, folder / "out", threads=1)
    return folder / "out"


def test_a_line_is_its_words_and_an_end(bench: Path) -> None:
    words = read_words(bench, "ptb", "valid")
    with tarfile.open(bench / "bench" / "ptb.tar.xz") as archive:
        text = archive.extractfile("ptb/ptb.valid.txt").read().decode()  # type: ignore[union-attr]
    assert len(words) == len(text.split()) + text.count("\n") and words[-1] == "<eos>"
    assert "<unk>" in words


def test_the_vocabulary_is_kept_and_closed(bench: Path, tmp_path: Path) -> None:
    stream = read_words(bench, "ptb", "train")
    vocabulary = WordVocabulary.of(stream)
    vocabulary.save(tmp_path / "words.txt")
    loaded = WordVocabulary.load(tmp_path / "words.txt")
    assert loaded.words == vocabulary.words and len(set(stream)) == vocabulary.size
    assert [loaded.words[number] for number in loaded.encode(stream[:50])] == stream[:50]
    with pytest.raises(TrainingError, match="'quark'"):
        loaded.encode(["quark"])


@pytest.mark.parametrize("name", ["ptb", "wikitext2"])
def test_a_missing_benchmark_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(TrainingError, match=f"{name}.tar.xz cannot be read"):
        read_words(tmp_path, name, "train")


# ---- dealing --------------------------------------------------------------------------------------------------------

def test_every_pass_deals_every_word_once() -> None:
    dealer = StreamDealer(np.arange(1000, dtype=np.int32), streams=5, seed=1)
    seen: list[int] = []
    for _ in range(19):
        tokens, targets, segments = dealer.window(10)
        assert tokens.shape == (10, 5) and not segments.any()
        assert np.array_equal(targets, (tokens + 1) % 1000), "the columns are contiguous text"
        seen += tokens.flatten().tolist()
    assert len(seen) == len(set(seen)) == 950
    first_of_next = dealer.window(10)[0]
    assert dealer.position()["pass"] == 1 and first_of_next[0, 0] != seen[0], "the next pass begins elsewhere"


def test_dealing_words_resumes_exactly() -> None:
    ids = np.arange(700, dtype=np.int32)
    dealer = StreamDealer(ids, streams=4, seed=2)
    for _ in range(25):
        dealer.window(9)
    other = StreamDealer(ids, streams=4, seed=2)
    other.restore(json.loads(json.dumps(dealer.position())))
    for _ in range(40):
        assert all(np.array_equal(a, b) for a, b in zip(dealer.window(9), other.window(9), strict=True))


# ---- scoring --------------------------------------------------------------------------------------------------------

def small_model(copy_window: int = 0) -> tuple[LanguageModel, np.ndarray]:
    torch.manual_seed(2)
    model = LanguageModel(Architecture(cell="gru", vocabulary_size=12, width=8, blocks=1, cell_width=10, mlp_width=0,
                                       copy_width=4, copy_window=copy_window))
    return model.eval(), np.random.default_rng(1).integers(0, 12, 61).astype(np.int32)


@pytest.mark.parametrize("copy_window", [0, 8])
def test_windows_do_not_change_the_loss(copy_window: int) -> None:
    model, ids = small_model(copy_window)
    whole = plain_logs(model, ids, 60)
    assert len(whole) == 60
    for window in (1, 7, 59):
        assert torch.allclose(plain_logs(model, ids, window), whole, atol=1e-5)


def test_the_cache_by_hand() -> None:
    model, ids = small_model()
    size, sharpness = 9, 2.0
    logs, copied = cache_logs(model, ids, (sharpness, 5.0), size, window=7)
    with torch.inference_mode():
        _, hidden = StreamModel(model).window_with_hidden(torch.from_numpy(ids.astype(np.int64)))
    hidden = hidden / 8 ** 0.5
    for t in range(60):
        places = range(max(0, t - size), t)
        weights = [math.exp(sharpness * float(hidden[t] @ hidden[i])) for i in places]
        hit = sum(weight for i, weight in zip(places, weights, strict=True) if ids[i + 1] == ids[t + 1])
        assert float(copied[0, t]) == pytest.approx(hit / sum(weights) if weights else 0.0, abs=1e-4), t
    assert torch.allclose(logs, plain_logs(model, ids), atol=1e-5)


def test_mixing_by_hand() -> None:
    logs, copied = torch.tensor([0.5, 0.2]).log(), torch.tensor([0.0, 0.6])
    assert mixed(logs, copied, 0.25).exp().tolist() == pytest.approx([0.5, 0.75 * 0.2 + 0.25 * 0.6])


def test_dynamic_evaluation_learns_only_from_what_was_scored() -> None:
    model, ids = small_model()
    before = {name: p.clone() for name, p in model.named_parameters()}
    scale = root_mean_squares(model, ids, 10, 5)
    still = dynamic_logs(model, ids, scale, rate=0.0, decay=0.0, window=10)
    assert torch.allclose(still, plain_logs(model, ids), atol=1e-5)
    moving = dynamic_logs(model, ids, scale, rate=0.1, decay=0.0, window=10)
    assert torch.allclose(moving[:10], still[:10], atol=1e-6), "nothing is learned before the first window is scored"
    assert not torch.allclose(moving[10:], still[10:], atol=1e-4)
    changed = ids.copy()
    changed[41:] = (changed[41:] + 1) % 12
    assert torch.allclose(dynamic_logs(model, changed, scale, rate=0.1, decay=0.0, window=10)[:40], moving[:40],
                          atol=1e-6), "what comes later has no influence"
    assert all(torch.equal(p, before[name]) for name, p in model.named_parameters()), "the model stays as it is"


def test_dynamic_evaluation_gets_better_at_a_text_that_repeats() -> None:
    model, _ = small_model()
    ids = np.tile(np.arange(12, dtype=np.int32), 20)
    scale = root_mean_squares(model, ids, 10, 5)
    assert dynamic_logs(model, ids, scale, rate=0.1, decay=0.0, window=10).mean() > plain_logs(model, ids).mean() + 0.3


def test_words_that_training_hardly_showed_do_not_make_it_explode() -> None:
    model, ids = small_model()
    with torch.no_grad():
        model.bias[6:] -= 8.0
    scale = root_mean_squares(model, ids[ids < 6], 10, 5)
    moving = dynamic_logs(model, ids, scale, rate=1e-3, decay=0.0, window=10)
    assert float(moving.mean()) > float(plain_logs(model, ids).mean()), "it learns them instead"


def test_decay_pulls_back_to_the_trained_weights() -> None:
    model, ids = small_model()
    scale = root_mean_squares(model, ids, 10, 5)
    held = dynamic_logs(model, ids, scale, rate=0.1, decay=1e6, window=10)
    free = dynamic_logs(model, ids, scale, rate=0.1, decay=0.0, window=10)
    plain = plain_logs(model, ids)
    assert float((held - plain).abs().max()) < float((free - plain).abs().max())


# ---- whole runs -----------------------------------------------------------------------------------------------------

def test_a_benchmark_run_learns_and_leaves_its_words(run: Path) -> None:
    steps, held_out = read_metrics(run / "metrics.jsonl")
    assert steps[-1][1] < steps[0][1] and list(held_out) == ["overall"]
    assert (run / "words.txt").exists() and not (run / "tokenizer.model").exists()


def test_its_evaluation_has_three_rows(run: Path, bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SHARPNESSES", (1.0, 8.0)), ("SHARES", (0.02, 0.2)), ("RATES", (1e-3,)), ("DECAYS", (0.0,)),
                        ("_GRADIENT_WINDOWS", 5)):
        monkeypatch.setattr(benchmark_evaluation, name, value)
    found = run_evaluation("ptb", Setup(run, bench, limit=200))
    assert list(found.numbers) == ["plain", "cache", "dynamic"]
    for row in found.numbers.values():
        assert 1 < row["valid"] < vocabulary_size(bench) and 1 < row["test"] < vocabulary_size(bench)  # type: ignore
    model, vocabulary = benchmark_evaluation.load_benchmark_model(run)
    ids = vocabulary.encode(read_words(bench, "ptb", "test")[:200])
    assert found.numbers["plain"]["test"] == round(math.exp(-float(plain_logs(model, ids).mean())), 2)


def test_a_folder_that_is_no_run_is_told(tmp_path: Path, bench: Path) -> None:
    with pytest.raises(EvaluationError, match="not the result of a benchmark run"):
        run_evaluation("ptb", Setup(tmp_path, bench))


def test_a_vocabulary_size_that_does_not_fit_is_told(tmp_path: Path, bench: Path) -> None:
    recipe = tmp_path / "wrong.toml"
    recipe.write_text(RECIPE.format(tokens=100, cell="gru", size=500, copy_window=0))
    with pytest.raises(TrainingError, match=f"vocabulary_size = {vocabulary_size(bench)}"):
        train(recipe, bench, tmp_path / "out", threads=1)

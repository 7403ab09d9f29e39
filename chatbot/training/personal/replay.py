"""A sample of base text that travels with a model as ``replay.safetensors``, so that fine-tuning does not forget it.

``tokens`` uint16 and ``starts`` int64 hold documents one after the other, as in ``PackedCorpus``; the documents from
``drift_from`` on are never trained on: on them the drift of a personal model is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from chatbot.core.errors import ModelError
from chatbot.training.packing import SOURCES_FILE, PackedCorpus
from chatbot.training.personal.talks import Talk
from chatbot.training.recipe import load_recipe

REPLAY_NAME = "replay.safetensors"
REPLAY_TOKENS = 700_000
DRIFT_TOKENS = 16_000
_LONGEST_DOCUMENT = 800
"""Tokens; of a longer document (a book) one part is taken."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Documents to train on beside a log, and documents to measure drift on; every token counts."""

    documents: list[Talk]
    drift: list[Talk]


def load_replay(path: Path, vocabulary_size: int) -> Replay | None:
    """Read a sample; None if the model has none. ``ModelError`` if it is damaged."""
    if not path.exists():
        return None
    try:
        tensors = load_file(path)
        tokens, starts, drift_from = tensors["tokens"], tensors["starts"], int(tensors["drift_from"][0])
        if tokens.dtype != np.uint16 or (len(tokens) and int(tokens.max()) >= vocabulary_size):
            raise ValueError("it names tokens that do not exist")
        if len(starts) < 3 or starts[0] != 0 or starts[-1] != len(tokens) or bool((np.diff(starts) < 1).any()):
            raise ValueError("its documents are not in order")
        if not 0 < drift_from < len(starts) - 1:
            raise ValueError("it has no part of its own for drift")
    except (OSError, SafetensorError, KeyError, IndexError, ValueError) as error:
        raise ModelError(f"The model's file {path.name} is damaged ({error}); install the model again.",
                         code="model_altered") from error
    documents = [_counted(tokens[a:b]) for a, b in zip(starts[:-1], starts[1:], strict=True)]
    return Replay(documents[:drift_from], documents[drift_from:])


def _counted(ids: np.ndarray) -> Talk:
    return Talk(ids, np.ones(len(ids), dtype=np.float32), np.ones(len(ids), dtype=bool))


def run_sample(run: Path) -> dict[str, bytes]:
    """The file that a package made of the training run ``run`` should hold; none if its packed text is gone.

    Drawn in the proportions of the recipe's last stage, which is what the model saw last.
    """
    recipe, _ = load_recipe(run / "recipe.toml")
    folders = [path.parent for path in sorted(run.glob(f"*/{SOURCES_FILE}"))]
    if not folders:
        return {}
    corpus = PackedCorpus({}, {})
    for folder in folders:
        corpus = corpus.joined(PackedCorpus.load(folder))
    return {REPLAY_NAME: replay_sample(corpus, recipe.stage[-1].passes, seed=recipe.seed)}


def export_replay(corpus: PackedCorpus, passes: Mapping[str, float], target: Path, *, tokens: int = REPLAY_TOKENS,
                  drift_tokens: int = DRIFT_TOKENS, seed: int = 1) -> None:
    """Write ``replay_sample`` to ``target``."""
    target.write_bytes(replay_sample(corpus, passes, tokens=tokens, drift_tokens=drift_tokens, seed=seed))


def replay_sample(corpus: PackedCorpus, passes: Mapping[str, float], *, tokens: int = REPLAY_TOKENS,
                  drift_tokens: int = DRIFT_TOKENS, seed: int = 1) -> bytes:
    """Documents drawn in the proportions of ``passes`` x tokens, as the content of ``replay.safetensors``."""
    rng = np.random.Generator(np.random.Philox(key=[seed, 0]))
    sizes = {name: share * len(corpus.tokens[name]) for name, share in passes.items()
             if share > 0 and name in corpus.tokens}
    total = sum(sizes.values())
    kept: dict[str, list[np.ndarray]] = {"replay": [], "drift": []}
    for name in sorted(sizes):
        order = iter(rng.permutation(corpus.document_count(name)))
        for kind, wanted in (("drift", drift_tokens), ("replay", tokens)):
            left = wanted * sizes[name] / total
            if kind == "drift":  # of a small source most is for training
                left = min(left, 0.1 * len(corpus.tokens[name]))
            while left > 0 and (index := next(order, None)) is not None:
                part = _part(corpus.document(name, int(index)), rng)
                kept[kind].append(part)
                left -= len(part)
    rng.shuffle(kept["replay"])
    return _file([*kept["replay"], *kept["drift"]], len(kept["replay"]))


def _part(ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A document, or the beginning token and a random stretch of one that is long."""
    if len(ids) <= _LONGEST_DOCUMENT:
        return np.array(ids)
    start = int(rng.integers(1, len(ids) - _LONGEST_DOCUMENT + 1))
    return np.concatenate([ids[:1], ids[start:start + _LONGEST_DOCUMENT]])


def _file(documents: list[np.ndarray], drift_from: int) -> bytes:
    starts = np.concatenate([[0], np.cumsum([len(document) for document in documents])]).astype(np.int64)
    return save({"tokens": np.concatenate(documents).astype(np.uint16), "starts": starts,
                 "drift_from": np.array([drift_from], dtype=np.int64)})

"""A corpus of a few hundred short documents, and a recipe that trains on it in a second."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

from tests.engine.tiny import sentences

RECIPE = """
name = "tiny"
seed = 5
tokens = {tokens}
precision = "float32"
evaluate_every_tokens = 1000
held_out_tokens = 400

[model]
cell = "{cell}"
vocabulary_size = 400
width = 16
blocks = 2
cell_width = 20
mlp_width = 24
copy_width = 8
copy_window = {copy_window}

[optimisation]
{optimisation}

[[stage]]
name = "base"
passes = {{ talk = 2, tales = 1 }}

[[stage]]
name = "finish"
last_tokens = 512
passes = {{ wren = 1 }}
"""
OPTIMISATION = """learning_rate = 5e-3
warm_up_tokens = 200
streams = 8
window = 16
dropout = 0.1
state_reset_chance = 0.05"""


def recipe_text(*, tokens: int = 2560, cell: str = "minlstm", copy_window: int = 16,
                optimisation: str = OPTIMISATION) -> str:
    """A TOML recipe: 128 tokens a step, two stages."""
    return RECIPE.format(tokens=tokens, cell=cell, copy_window=copy_window, optimisation=optimisation)


def write_recipe(folder: Path, **changes: object) -> Path:
    """The same as a file."""
    path = folder / "tiny.toml"
    path.write_text(recipe_text(**changes))  # type: ignore[arg-type]
    return path


def write_corpus(folder: Path) -> Path:
    """``train/``, ``heldout/`` and ``wren/`` in the real formats; returns ``folder``."""
    for name, count, seed in (("train", 90, 1), ("heldout", 8, 2)):
        (folder / name).mkdir(parents=True)
        lines = sentences(6 * count, seed)
        talks = [{"source": "talk", "turns": lines[6 * n:6 * n + 2 + n % 4],
                  **({"persona": {"B": lines[6 * n + 4:6 * n + 6]}} if n % 3 == 0 else {})} for n in range(count)]
        tales = [{"source": "tales", "text": " ".join(lines[6 * n:6 * n + 5])} for n in range(count // 2)]
        for group, records in (("chat", talks), ("story", tales)):
            with lzma.open(folder / name / f"{group}.jsonl.xz", "wt", encoding="utf-8", preset=0) as file:
                file.writelines(json.dumps(record) + "\n" for record in records)
    (folder / "wren").mkdir()
    lines = sentences(200, 3)
    blocks = [f"# topic {n}\nU: {lines[4 * n]}\nB: {lines[4 * n + 1]}\nU: {lines[4 * n + 2]}\nB: {lines[4 * n + 3]}"
              .replace("no\nnot", "no, not") for n in range(45)]
    (folder / "wren" / "01_talk.txt").write_text("\n\n".join(blocks) + "\n")
    return folder

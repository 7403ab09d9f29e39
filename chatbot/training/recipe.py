"""Recipes: one TOML file names data, mixture, seed, sizes and schedule of a training run."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from chatbot.core.errors import TrainingError
from chatbot.engine.architecture import Architecture


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelSizes(_Strict):
    """The network; see ``Architecture``."""

    cell: Literal["rnn_tanh", "rnn_relu", "gru", "lstm", "minlstm"] = "lstm"
    vocabulary_size: int = Field(8192, ge=2, le=65536)
    width: int = Field(512, ge=8, le=8192)
    blocks: int = Field(3, ge=1, le=64)
    cell_width: int = Field(512, ge=8, le=16384)
    mlp_width: int = Field(1536, ge=0, le=65536)
    copy_width: int = Field(64, ge=0, le=512)
    copy_window: int = Field(256, ge=0, le=4096)

    def architecture(self) -> Architecture:
        """The same as an ``Architecture``."""
        return Architecture(**self.model_dump())


class Optimisation(_Strict):
    """Optimiser, schedule and batch."""

    optimiser: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = Field(2e-3, gt=0, le=100)
    final_share: float = Field(0.05, ge=0, le=1, description="Learning rate at the end over its peak.")
    schedule: Literal["cosine", "linear", "constant", "warmup_stable_decay"] = "cosine"
    warm_up_tokens: int = Field(500_000, ge=0)
    decay_tokens: int = Field(0, ge=0, description="Length of the decay; warmup_stable_decay only.")
    weight_decay: float = Field(0.02, ge=0, le=1)
    beta1: float = Field(0.9, ge=0, lt=1)
    beta2: float = Field(0.98, ge=0, lt=1)
    momentum: float = Field(0.0, ge=0, lt=1)
    clip: float = Field(1.0, gt=0)
    dropout: float = Field(0.0, ge=0, lt=1)
    weight_drop: float = Field(0.0, ge=0, lt=1)
    streams: int = Field(32, ge=1, le=4096)
    window: int = Field(96, ge=2, le=4096)
    state_reset_chance: float = Field(0.01, ge=0, le=1,
                                      description="Chance that a stream's state is blanked before a window.")
    average_decay: float = Field(0.0, ge=0, lt=1, description="Decay of the weight average per step; 0: none.")


class Stage(_Strict):
    """A mixture: relative passes per source, used until only ``last_tokens`` are left for the stages after it."""

    name: str
    last_tokens: int = Field(0, ge=0, description="The stage covers the last this many tokens; 0: from the start.")
    passes: dict[str, float]

    @field_validator("passes")
    @classmethod
    def _draws_something(cls, passes: dict[str, float]) -> dict[str, float]:
        if not any(share > 0 for share in passes.values()) or min(passes.values()) < 0:
            raise ValueError("no number of passes may be below 0, and one must be above it")
        return passes


class Generated(_Strict):
    """Skill dialogues made by ``training.generated``, a source called ``generated``."""

    count: int = Field(0, ge=0, le=1_000_000)
    seed: int = 1


class DataSource(_Strict):
    """Where a source comes from and under which licence; goes into the model card and the package."""

    name: str
    licence: str
    origin: str = ""


class Recipe(_Strict):
    """A whole run."""

    name: str
    language: str = "en"
    seed: int = Field(1, ge=0, lt=2**32)
    tokens: int = Field(gt=0)
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    author_share: float = Field(0.25, ge=0, le=1)
    evaluate_every_tokens: int = Field(1_000_000, gt=0)
    held_out_tokens: int = Field(60_000, gt=0, description="Held-out tokens looked at per group during training.")
    model: ModelSizes = ModelSizes()
    optimisation: Optimisation = Optimisation()
    generated: Generated = Generated()
    benchmark: Literal["wikitext2", "ptb"] | None = Field(
        None, description="Train on this word-level benchmark instead of on the corpus of documents.")
    stage: tuple[Stage, ...] = Field(min_length=1)
    data: tuple[DataSource, ...] = ()

    def mixture(self, tokens_seen: int) -> Stage:
        """The stage in force after ``tokens_seen`` tokens."""
        current = self.stage[0]
        for stage in self.stage[1:]:
            if tokens_seen >= self.tokens - stage.last_tokens:
                current = stage
        return current

    def with_tokens(self, tokens: int | None) -> Recipe:
        """The same recipe with another length."""
        return self if tokens is None else self.model_copy(update={"tokens": tokens})

    @property
    def sources(self) -> set[str]:
        """Every source that some stage draws from."""
        return {source for stage in self.stage for source, passes in stage.passes.items() if passes > 0}


def recipe_hash(text: str) -> str:
    """SHA-256 of the recipe file, first 16 hex digits; quoted in model cards."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shipped_recipes() -> Path:
    """The folder of the recipes that come with the program."""
    return Path(__file__).with_name("recipes")


def load_recipe(path: Path) -> tuple[Recipe, str]:
    """Read and check a recipe; returns it with its text. A bare name is looked up among the shipped ones."""
    if not path.exists() and (shipped_recipes() / path.name).exists():
        path = shipped_recipes() / path.name
    try:
        text = path.read_text(encoding="utf-8")
        return Recipe.model_validate(tomllib.loads(text)), text
    except FileNotFoundError as error:
        names = ", ".join(sorted(p.name for p in shipped_recipes().glob("*.toml")))
        raise TrainingError(f"There is no recipe {path}; the program ships {names}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"The recipe {path} is not valid TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TrainingError(f"The recipe {path} is wrong at {place}: {first['msg']}.") from error

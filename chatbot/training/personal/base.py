"""The model that a personal model is made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from chatbot.core.errors import ModelError, TrainingError
from chatbot.engine.language_engine import LanguageEngine
from chatbot.engine.load import FindParent, engine_of, load_model, model_from, weights_hash
from chatbot.engine.log_memory import MEMORY_NAME, LogMemory
from chatbot.engine.network import LanguageModel
from chatbot.engine.roles import AUTHORS
from chatbot.engine.tokenizer import Tokenizer
from chatbot.training.personal.replay import REPLAY_NAME, Replay, load_replay


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A loaded package. ``model`` may be changed by a run; load it anew for another one."""

    model: LanguageModel
    tokenizer: Tokenizer
    manifest: dict[str, object]
    replay: Replay | None
    tokenizer_bytes: bytes

    @property
    def id(self) -> str:
        """The model's id."""
        return str(self.manifest.get("id", ""))

    @property
    def weights_sha256(self) -> str:
        """Which weights exactly; '' if the package does not say."""
        return weights_hash(self.manifest)

    @property
    def roles(self) -> dict[str, str]:
        """The role tokens of ``user`` and ``bot`` in a chat, where the package names them."""
        roles = self.manifest.get("roles")
        return {str(key): str(value) for key, value in roles.items()} if isinstance(roles, dict) else {}

    @property
    def free_author(self) -> str:
        """The first spare author token that no ancestor has taken."""
        taken = self.roles.get("bot")
        return AUTHORS[AUTHORS.index(taken) + 1] if taken in AUTHORS[:31] else AUTHORS[0]

    def with_weights(self, weights: dict[str, Tensor]) -> LanguageModel:
        """A model of the same architecture."""
        return model_from({name: value.clone() for name, value in weights.items()}, self.model.architecture)

    def engine(self, model: LanguageModel, roles: dict[str, str] | None = None,
               memory: LogMemory | None = None) -> LanguageEngine:
        """An engine for ``model``, in the base's own roles or others."""
        manifest = self.manifest if roles is None else {**self.manifest, "roles": roles}
        return engine_of(model, self.tokenizer, manifest, memory=memory)

    def copyable(self) -> Tensor:
        """[vocabulary] bool for the copy head."""
        return torch.tensor([not special for special in self.tokenizer.is_special])


def load_base(folder: Path, find_parent: FindParent | None = None) -> BaseModel:
    """Load a package to train from; ``ModelError`` or ``TrainingError`` if that cannot be done."""
    model, tokenizer, manifest = load_model(folder, find_parent)
    if (folder / MEMORY_NAME).exists():
        raise TrainingError(f"{manifest.get('id', folder.name)} is an instant personal model; choose a trained one or "
                            "a base model to start from.", code="training_instant_base")
    lineage = list(_lineage(folder, manifest, find_parent))
    replay = next((place for place in lineage if (place / REPLAY_NAME).exists()), folder) / REPLAY_NAME
    tokenizer_file = next(place for place in lineage if (place / "tokenizer.model").exists()) / "tokenizer.model"
    return BaseModel(model, tokenizer, manifest, load_replay(replay, tokenizer.size), tokenizer_file.read_bytes())


def _lineage(folder: Path, manifest: dict[str, object], find_parent: FindParent | None) -> Iterator[Path]:
    """The folder of a package that can be loaded, then those of its ancestors that are installed."""
    yield folder
    while manifest.get("parent") and find_parent is not None:
        try:
            folder = find_parent(str(manifest["parent"]))
            manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        except (ModelError, OSError, ValueError):  # full weights need no ancestor
            return
        yield folder

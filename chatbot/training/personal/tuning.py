"""What is changed about the base weights: everything, or low-rank differences; both are pulled back to the base.

The pull p -= rate x strength x (p - base) is L2-SP (Li et al. 2018, arXiv 1802.01483) in the form of AdamW's weight
decay. ``weights(share)`` gives the weights a share of the way from the base to the tuned ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import torch
from safetensors.torch import save
from torch import Tensor, nn

from chatbot.engine.adapter import ADAPTER_NAME, merged
from chatbot.engine.load import WEIGHTS_NAME
from chatbot.engine.network import LanguageModel
from chatbot.training.personal.low_rank import LowRankLinear, OneRowVocabulary
from chatbot.training.weight_drop import weights_dropped

PULL = 0.015
LOW_RANK = 8


class Tuning(Protocol):
    """A way of changing a model. ``values`` are the learned tensors by name."""

    model: LanguageModel
    values: dict[str, nn.Parameter]

    def applied(self, weight_drop: float) -> object:
        """A context manager inside which the model computes with the changed weights, gradients reaching ``values``."""
        ...

    def pull(self, rate: float) -> None:
        """One step back towards the base."""
        ...

    def weights(self, share: float = 1.0) -> dict[str, Tensor]:
        """All weights of the model with ``share`` of the change, float32."""
        ...

    def package_file(self, share: float) -> tuple[str, bytes]:
        """Name and content of the file that a package needs for this change, in half precision."""
        ...


def halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """As they are saved."""
    return {name: tensor.detach().half().contiguous() for name, tensor in tensors.items()}


class FullTuning:
    """All weights are learned."""

    def __init__(self, model: LanguageModel, speaker_row: tuple[int, Tensor] | None) -> None:
        """``model`` is changed in place. ``speaker_row``: a token and the embedding it begins with."""
        self.model = model
        if speaker_row is not None:
            with torch.no_grad():
                model.embedding.weight[speaker_row[0]] = speaker_row[1]
        self.values = dict(model.named_parameters())
        self._base = {name: value.detach().clone() for name, value in self.values.items()}

    def applied(self, weight_drop: float) -> object:
        """See ``Tuning``."""
        return weights_dropped(self.model, weight_drop)

    @torch.no_grad()
    def pull(self, rate: float) -> None:
        """See ``Tuning``."""
        for name, value in self.values.items():
            value.lerp_(self._base[name], rate * PULL)

    @torch.no_grad()
    def weights(self, share: float = 1.0) -> dict[str, Tensor]:
        """See ``Tuning``."""
        return {name: torch.lerp(self._base[name], value.detach(), share) for name, value in self.values.items()}

    def package_file(self, share: float) -> tuple[str, bytes]:
        """See ``Tuning``."""
        return WEIGHTS_NAME, save(halved(self.weights(share)))


class LowRankTuning:
    """Rank-8 differences of the matrices of every block, the output bias, and the speaker's row of the embedding.

    What is changed stands in the place of the model's own for one window; the model's own parameters get no gradient.
    """

    def __init__(self, model: LanguageModel, speaker: int, speaker_row: Tensor | None, seed: int) -> None:
        """``speaker``: the token whose row is learned; ``speaker_row``: the row it begins with, None: its own."""
        self.model = model
        self._base = {name: value.detach() for name, value in model.named_parameters()}
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        row = self._base["embedding.weight"][speaker]
        self._first_row = torch.zeros_like(row) if speaker_row is None else speaker_row - row
        self._index = torch.tensor([speaker])
        self._embedding = self._base["embedding.weight"].clone()
        draw = torch.Generator().manual_seed(seed)
        values: dict[str, Tensor] = {"add.bias": torch.zeros_like(self._base["bias"]),
                                     "row.embedding.weight": torch.zeros(1, len(row))}
        for name in self._matrices():
            outputs, inputs = self._base[name].shape
            values[f"down.{name}"] = torch.randn(LOW_RANK, inputs, generator=draw) * inputs ** -0.5
            values[f"up.{name}"] = torch.zeros(outputs, LOW_RANK)
        self.values = {name: nn.Parameter(value) for name, value in values.items()}

    def _matrices(self) -> list[str]:
        return [name for name, value in self._base.items() if name.startswith("blocks.") and value.ndim == 2]

    @contextmanager
    def applied(self, weight_drop: float) -> Iterator[None]:
        """See ``Tuning``; a rank of 8 is restraint enough, so no weights are dropped."""
        modules = {"embedding": self._vocabulary()}
        tensors = {"bias": self._base["bias"] + self.values["add.bias"]}
        for name in self._matrices():
            owner, up, down = name.rpartition(".")[0], self.values[f"up.{name}"], self.values[f"down.{name}"]
            linear = self.model.get_submodule(owner)
            if isinstance(linear, nn.Linear):
                modules[owner] = LowRankLinear(linear, up, down)
            else:  # a matrix of one of torch's recurrent kernels, which take it in one piece
                tensors[name] = torch.addmm(self._base[name], up, down)
        with self._replaced(modules), self._changed(tensors):
            yield

    @contextmanager
    def _replaced(self, modules: dict[str, nn.Module]) -> Iterator[None]:
        own = {name: self.model.get_submodule(name) for name in modules}
        try:
            for name, module in modules.items():
                self.model.set_submodule(name, module)
            yield
        finally:
            for name, module in own.items():
                self.model.set_submodule(name, module)

    @contextmanager
    def _changed(self, tensors: dict[str, Tensor]) -> Iterator[None]:
        places = [(name, *self._place(name)) for name in tensors]
        for name, module, own_name in places:
            module._parameters.pop(own_name)
            setattr(module, own_name, tensors[name])
        try:
            yield
        finally:
            for name, module, own_name in places:
                delattr(module, own_name)
                setattr(module, own_name, nn.Parameter(self._base[name], requires_grad=False))

    def _place(self, name: str) -> tuple[nn.Module, str]:
        module_name, _, own_name = name.rpartition(".")
        return self.model.get_submodule(module_name), own_name

    def _vocabulary(self) -> OneRowVocabulary:
        row = (self._base["embedding.weight"][self._index] + self.values["row.embedding.weight"] + self._first_row)[0]
        self._embedding[self._index] = row.detach()
        return OneRowVocabulary(self._embedding, int(self._index), row)

    @torch.no_grad()
    def pull(self, rate: float) -> None:
        """See ``Tuning``. ``down`` alone changes nothing, so only the others shrink."""
        for name, value in self.values.items():
            if not name.startswith("down."):
                value.mul_(1.0 - rate * PULL)

    def adapter(self, share: float = 1.0) -> dict[str, Tensor]:
        """What ``engine.adapter`` merges."""
        change = {name: value.detach() * (1.0 if name.startswith("down.") else share)
                  for name, value in self.values.items()}
        change["row.embedding.weight"] = change["row.embedding.weight"] + self._first_row
        return change

    def weights(self, share: float = 1.0) -> dict[str, Tensor]:
        """See ``Tuning``."""
        return merged(self._base, {**self.adapter(share), "row_index.embedding.weight": self._index})

    def package_file(self, share: float) -> tuple[str, bytes]:
        """See ``Tuning``."""
        index = {"row_index.embedding.weight": self._index.to(torch.int32)}
        return ADAPTER_NAME, save({**halved(self.adapter(share)), **index})

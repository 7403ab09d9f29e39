"""Low-rank adapters: a small difference from a parent model, merged into its weights when a package is loaded.

Hu et al. 2021, arXiv 2106.09685. For a matrix W of the parent the adapter holds ``down`` [rank, inputs] and ``up``
[outputs, rank]; the merged matrix is W + up @ down. Vectors are adapted by ``add``, single rows of a matrix (the
token of a new speaker) by ``row`` with ``row_index``. Names are ``<kind>.<parameter>``.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from chatbot.core.errors import ModelError

ADAPTER_NAME = "adapter.safetensors"
_KINDS = ("down", "up", "add", "row", "row_index")


def merged(parent: Mapping[str, Tensor], adapter: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The parent's tensors, in float32, with the adapter added. ``ModelError`` if it does not fit the parent."""
    result = {name: tensor.detach().float() for name, tensor in parent.items()}
    for kind, name in _checked_names(adapter, result):
        value, target = adapter[f"{kind}.{name}"], result[name]
        if kind == "down":
            change = adapter[f"up.{name}"].float() @ value.float()
        elif kind == "row":
            change = torch.zeros_like(target).index_add_(0, adapter[f"row_index.{name}"].long(), value.float())
        else:
            change = value.float()
        result[name] = target + change
    return result


def _checked_names(adapter: Mapping[str, Tensor], parent: Mapping[str, Tensor]) -> list[tuple[str, str]]:
    """(kind, parameter) of every change; each of ``down``, ``add`` and ``row`` once, with fitting shapes."""
    found = []
    for full_name, tensor in sorted(adapter.items()):
        kind, _, name = full_name.partition(".")
        if kind not in _KINDS or name not in parent:
            raise _misfit(full_name, "changes something that the model does not have")
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise _misfit(full_name, "holds values that are not numbers")
        if kind in ("down", "add", "row"):
            if not _fits(kind, name, adapter, parent[name]):
                raise _misfit(full_name, "has a shape that does not fit")
            found.append((kind, name))
        elif {"up": "down", "row_index": "row"}[kind] + f".{name}" not in adapter:
            raise _misfit(full_name, "lacks its other half")
    return found


def _fits(kind: str, name: str, adapter: Mapping[str, Tensor], target: Tensor) -> bool:
    value = adapter[f"{kind}.{name}"]
    if kind == "add":
        return value.shape == target.shape
    other = adapter.get(f"up.{name}" if kind == "down" else f"row_index.{name}")
    if other is None or target.ndim != 2 or value.ndim != 2 or value.shape[1] != target.shape[1]:
        return False
    if kind == "down":
        return tuple(other.shape) == (target.shape[0], value.shape[0])
    return (other.ndim == 1 and not other.is_floating_point() and len(other) == len(value)
            and bool(((other >= 0) & (other < target.shape[0])).all()))


def _misfit(name: str, what: str) -> ModelError:
    return ModelError(f"The tensor {name} of the personal model {what}; make the personal model again.",
                      code="model_adapter")

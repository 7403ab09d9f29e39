"""From a model package's folder to a ``LanguageEngine``. Reads safetensors, JSON and sentencepiece, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.overrides import TorchFunctionMode

from chatbot.core.errors import ModelError
from chatbot.core.replies import ModelSummary
from chatbot.engine.architecture import Architecture
from chatbot.engine.language_engine import LanguageEngine, check_fits
from chatbot.engine.network import LanguageModel
from chatbot.engine.products import choose_kernel
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer


def load_engine(model_folder: Path, *, kernel: str = "auto") -> LanguageEngine:
    """Load the package in ``model_folder`` for chatting. Every fault of the files is one ``ModelError``.

    ``kernel``: ``auto`` (int8 where it works), ``int8`` or ``float32``. Hashes are the catalogue's business.
    """
    model, tokenizer, manifest = load_model(model_folder)
    copyable = torch.tensor([not special for special in tokenizer.is_special])
    network = StepNetwork(model, copyable, choose_kernel(kernel))
    summary = ModelSummary(id=str(manifest.get("id", model_folder.name)),
                           name=str(manifest.get("name", model_folder.name)), parameters=model.parameter_count,
                           language=str(manifest.get("language", "")), license=str(manifest.get("licence", "")),
                           state_bytes=0, kernel=network.kernel, is_personal=bool(manifest.get("is_personal", False)))
    return LanguageEngine(network, tokenizer, summary)


class WithoutInitialisation(TorchFunctionMode):
    """While active, ``torch.nn.init`` does nothing: the weights come from a file.

    On the meta device random initialisation even does harm: it imports torch's compiler, which costs 1.4 seconds and
    about 150 MB.
    """

    def __torch_function__(self, func: Callable[..., object], types: object, args: tuple = (),
                           kwargs: dict[str, object] | None = None) -> object:
        """Let everything through but initialisation."""
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **(kwargs or {}))


def load_model(model_folder: Path) -> tuple[LanguageModel, Tokenizer, dict[str, object]]:
    """The network in float32, its tokenizer and the manifest of the package."""
    manifest = _manifest(model_folder)
    architecture = Architecture.from_dict(dict(manifest["architecture"]))  # type: ignore[call-overload]
    tokenizer = Tokenizer.load(model_folder / "tokenizer.model")
    check_fits(tokenizer, architecture.vocabulary_size)
    return model_from(_tensors(model_folder / "weights.safetensors"), architecture), tokenizer, manifest


def model_from(tensors: dict[str, Tensor], architecture: Architecture) -> LanguageModel:
    """A ``LanguageModel`` with ``tensors`` for weights; names, shapes and finiteness are checked."""
    with torch.device("meta"), WithoutInitialisation():
        model = LanguageModel(architecture)
    expected = {name: p.shape for name, p in model.named_parameters()}
    for name in sorted(expected.keys() ^ tensors.keys()):
        what = "lacks" if name in expected else "has the unknown"
        raise ModelError(f"weights.safetensors {what} tensor {name}; install the model again.", code="model_altered")
    for name, tensor in tensors.items():
        if tensor.shape != expected[name]:
            raise ModelError(f"The tensor {name} in weights.safetensors has the shape {list(tensor.shape)} instead of "
                             f"{list(expected[name])}; install the model again.", code="model_altered")
        if not bool(torch.isfinite(tensor).all()):
            raise ModelError(f"The tensor {name} in weights.safetensors holds values that are not numbers; install "
                             "the model again.", code="model_altered")
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)
    return model.eval()


def _manifest(model_folder: Path) -> dict[str, object]:
    path = model_folder / "model.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("architecture"), dict):
            raise ValueError("it does not describe a model")
    except OSError as error:
        raise ModelError(f"The model's file {path} cannot be read ({error.strerror}); install the model again.",
                         code="model_missing_file") from error
    except ValueError as error:
        raise ModelError(f"The model's file {path} is damaged ({error}); install the model again.",
                         code="model_altered") from error
    return manifest


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise ModelError(f"The model's file {path.name} is missing; install the model again.",
                         code="model_missing_file") from error
    except (OSError, SafetensorError) as error:
        raise ModelError(f"The model's file {path.name} is damaged ({error}); install the model again.",
                         code="model_altered") from error

"""From a model package's folder to a ``LanguageEngine``. Reads safetensors, JSON and sentencepiece, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.overrides import TorchFunctionMode

from chatbot.core.errors import ModelError
from chatbot.core.replies import ModelSummary
from chatbot.engine.adapter import ADAPTER_NAME, merged
from chatbot.engine.architecture import Architecture
from chatbot.engine.language_engine import LanguageEngine, check_fits
from chatbot.engine.log_memory import MEMORY_NAME, LogMemory
from chatbot.engine.network import LanguageModel
from chatbot.engine.products import choose_kernel
from chatbot.engine.roles import ROLE_TOKENS, speaks_as_another
from chatbot.engine.stepping import StepNetwork
from chatbot.engine.tokenizer import Tokenizer


FindParent = Callable[[str], Path]
"""A model's id to its folder; raises ``ModelError`` if it is not installed."""
WEIGHTS_NAME = "weights.safetensors"
_MOST_ANCESTORS = 8


def load_engine(model_folder: Path, *, kernel: str = "auto", find_parent: FindParent | None = None) -> LanguageEngine:
    """Load the package in ``model_folder`` for chatting. Every fault of the files is one ``ModelError``.

    ``kernel``: ``auto`` (int8 where it works), ``int8`` or ``float32``. Hashes are the catalogue's business. A personal
    model that is only a difference from its parent needs ``find_parent``.
    """
    model, tokenizer, manifest = load_model(model_folder, find_parent)
    return engine_of(model, tokenizer, manifest, kernel=kernel, memory=_memory(model_folder, model),
                     fallback_id=model_folder.name)


def engine_of(model: LanguageModel, tokenizer: Tokenizer, manifest: dict[str, object], *, kernel: str = "auto",
              memory: LogMemory | None = None, fallback_id: str = "") -> LanguageEngine:
    """An engine that chats with a copy of ``model``'s weights, in the roles that ``manifest`` names."""
    copyable = torch.tensor([not special for special in tokenizer.is_special])
    network = StepNetwork(model, copyable, choose_kernel(kernel), memory)
    roles, is_personal = _roles(manifest), bool(manifest.get("is_personal", False))
    summary = ModelSummary(id=str(manifest.get("id", fallback_id)),
                           name=str(manifest.get("name", fallback_id)), parameters=model.parameter_count,
                           language=str(manifest.get("language", "")), license=str(manifest.get("licence", "")),
                           state_bytes=0, kernel=network.kernel, is_personal=is_personal,
                           is_imitation=is_personal and speaks_as_another(roles))
    return LanguageEngine(network, tokenizer, summary, roles, weights_hash(manifest)[:16])


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


def load_model(model_folder: Path,
               find_parent: FindParent | None = None) -> tuple[LanguageModel, Tokenizer, dict[str, object]]:
    """The network in float32, its tokenizer and the manifest of the package; an adapter is merged into its parent."""
    manifest = read_manifest(model_folder)
    architecture = Architecture.from_dict(dict(manifest["architecture"]))  # type: ignore[call-overload]
    own, adapters = _folders(model_folder, manifest, find_parent)
    tokenizer = Tokenizer.load(own / "tokenizer.model")
    check_fits(tokenizer, architecture.vocabulary_size)
    tensors = _tensors(own / WEIGHTS_NAME)
    for adapter in adapters:
        tensors = merged(tensors, _tensors(adapter))
    return model_from(tensors, architecture), tokenizer, manifest


def _folders(folder: Path, manifest: dict[str, object], find_parent: FindParent | None) -> tuple[Path, list[Path]]:
    """The folder of the nearest ancestor with weights of its own, and the adapters to merge into it, oldest first."""
    adapters: list[Path] = []
    for _ in range(_MOST_ANCESTORS):
        files = manifest.get("files")
        if not manifest.get("parent") or not isinstance(files, dict) or WEIGHTS_NAME in files:
            return folder, adapters[::-1]
        if ADAPTER_NAME in files:
            adapters.append(folder / ADAPTER_NAME)
        parent_id = str(manifest["parent"])
        if find_parent is None:
            break
        parent = find_parent(parent_id)
        parent_manifest = read_manifest(parent)
        _check_parent(manifest, parent_manifest, parent_id)
        folder, manifest = parent, parent_manifest
    raise ModelError(f"The model {folder.name} is only a difference from the model {manifest['parent']}, which was not "
                     "found; install that one.", code="model_parent", parent=str(manifest["parent"]))


def weights_hash(manifest: dict[str, object]) -> str:
    """The SHA-256 of the file that makes a package's weights what they are; '' where the manifest does not say."""
    files = manifest.get("files")
    for name in (WEIGHTS_NAME, ADAPTER_NAME, MEMORY_NAME):
        entry = files.get(name) if isinstance(files, dict) else None
        if isinstance(entry, dict):
            return str(entry.get("sha256", ""))
    return ""


def _check_parent(manifest: dict[str, object], parent: dict[str, object], parent_id: str) -> None:
    """A difference fits only the very weights it was made from."""
    training = manifest.get("training")
    wanted = training.get("parent_weights_sha256") if isinstance(training, dict) else None
    if wanted and wanted != weights_hash(parent):
        raise ModelError(f"The model {parent_id} has changed since this personal model was made from it; make the "
                         "personal model again.", code="model_parent_changed", parent=parent_id)


def _roles(manifest: dict[str, object]) -> dict[str, str]:
    """Who is who in a chat, as far as the package says so: ``user`` and ``bot`` to role tokens."""
    roles = manifest.get("roles")
    named = roles if isinstance(roles, dict) else {}
    chosen = {name: token for name, token in named.items() if name in ("user", "bot")}
    unknown = [token for token in chosen.values() if token not in ROLE_TOKENS]
    if unknown:
        raise ModelError(f"The model speaks as {unknown[0]!r}, which is no role this program knows; it may need a "
                         "newer version of the program.", code="model_newer")
    return chosen


def _memory(model_folder: Path, model: LanguageModel) -> LogMemory | None:
    path = model_folder / MEMORY_NAME
    a = model.architecture
    return LogMemory.load(path, a.width, a.vocabulary_size) if path.exists() else None


def model_from(tensors: dict[str, Tensor], architecture: Architecture) -> LanguageModel:
    """A ``LanguageModel`` with ``tensors`` for weights; names, shapes and finiteness are checked."""
    model = blank_model(architecture)
    check_shapes({name: tuple(tensor.shape) for name, tensor in tensors.items()}, model)
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise ModelError(f"The tensor {name} in weights.safetensors holds values that are not numbers; install "
                             "the model again.", code="model_altered")
    model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)
    return model.eval()


def blank_model(architecture: Architecture) -> LanguageModel:
    """A model without weights."""
    with torch.device("meta"), WithoutInitialisation():
        return LanguageModel(architecture)


def check_shapes(found: Mapping[str, tuple[int, ...]], model: LanguageModel) -> None:
    """Refuse tensors by name and shape that are not just those of ``model``."""
    expected = {name: tuple(p.shape) for name, p in model.named_parameters()}
    for name in sorted(expected.keys() ^ found.keys()):
        what = "lacks" if name in expected else "has the unknown"
        raise ModelError(f"weights.safetensors {what} tensor {name}; install the model again.", code="model_altered")
    for name, shape in found.items():
        if shape != expected[name]:
            raise ModelError(f"The tensor {name} in weights.safetensors has the shape {list(shape)} instead of "
                             f"{list(expected[name])}; install the model again.", code="model_altered")


def read_manifest(model_folder: Path) -> dict[str, object]:
    """What ``model.json`` says, as far as loading needs it; its whole check is the catalogue's business."""
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

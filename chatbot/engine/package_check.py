"""Whether the weights of a package are those of the architecture it names. Reads headers only, no weights."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError, safe_open

from chatbot.core.errors import ModelError
from chatbot.engine.architecture import Architecture
from chatbot.engine.load import WEIGHTS_NAME, blank_model, check_shapes, read_manifest


def check_tensors_fit(folder: Path) -> None:
    """Raise the ``ModelError`` that loading would raise for a missing, unknown or wrongly shaped tensor.

    A package without weights of its own, a difference from its parent, is left to loading.
    """
    manifest, path = read_manifest(folder), folder / WEIGHTS_NAME
    if not path.exists():
        return
    architecture = Architecture.from_dict(dict(manifest["architecture"]))  # type: ignore[call-overload]
    try:
        with safe_open(path, framework="pt") as file:
            shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - not a dictionary
    except (OSError, SafetensorError) as error:
        raise ModelError(f"The model's file {path.name} is damaged ({error}); install the model again.",
                         code="model_altered") from error
    check_shapes(shapes, blank_model(architecture))

"""From a model's id to the loaded engine: finds the installed package, checks it, loads it. No Qt in here."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from chatbot.core.errors import INSTALL_AGAIN, ModelError
from chatbot.core.replies import ModelSummary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chatbot.catalog.manifest import Manifest
    from chatbot.catalog.registry import Registry
    from chatbot.engine.language_engine import LanguageEngine

log = logging.getLogger(__name__)

SHIPPED_MODEL_ID = "wren-en-s"


def installed_models() -> Registry:
    """The models of the user's folder and those that ship with the program."""
    from chatbot import paths
    from chatbot.catalog.registry import Registry
    return Registry([paths.models_folder(), paths.bundled_models()])


def installed_folder(model_id: str) -> Path:
    """Where the model ``model_id`` lies ('': the one that ships, or another if that is gone); raises ``ModelError``."""
    registry = installed_models()
    return registry.find(model_id or registry.default_id(SHIPPED_MODEL_ID))


class InstalledModels:
    """Implements ``core.protocols.InstalledModels`` over the folders of models."""

    def all(self) -> list[ModelSummary]:
        """All usable models by name, the personal ones last. Reads manifests and sizes, no weights."""
        packages = [model.package for model in installed_models().list() if model.package is not None]
        summaries = [_summary(package.manifest) for package in packages]
        return sorted(summaries, key=lambda summary: (summary.is_personal, summary.name.casefold(), summary.id))


def _summary(manifest: Manifest) -> ModelSummary:
    from chatbot.engine.roles import speaks_as_another
    return ModelSummary(manifest.id, manifest.name, manifest.parameters or 0, manifest.language, manifest.licence,
                        state_bytes=0, kernel="", is_personal=manifest.is_personal,
                        is_imitation=manifest.is_personal and speaks_as_another(manifest.roles))


def check_package(folder: Path) -> None:
    """Raise ``ModelError`` if the engine could not use the package in ``folder``, before it replaces one that it can.
    Reads no weights. Without the engine's libraries nothing is checked; loading says so."""
    try:
        from chatbot.engine.package_check import check_tensors_fit
    except ImportError:
        return
    check_tensors_fit(folder)


def load_installed_engine(model_id: str, *, threads: int = 0) -> LanguageEngine:
    """Load the model ``model_id`` ('': the one that ships, or another if that is gone) to run on ``threads`` threads.

    0 threads lets the engine choose. Raises ``ModelError`` if the model is missing, altered or too new. Call it in the
    thread that will chat: torch's number of threads belongs to the thread that sets it.
    """
    from chatbot import paths
    from chatbot.catalog.file_hash import VerifiedFiles
    started_at = time.monotonic()
    registry = installed_models()
    package = registry.package(model_id or registry.default_id(SHIPPED_MODEL_ID))
    package.verify(known=VerifiedFiles(paths.models_folder() / "verified.json"))
    load_engine, use_threads = _imported_engine()
    use_threads(threads)
    engine = load_engine(package.folder, find_parent=registry.find)
    log.info("loaded %s (%s) in %.2f s", package.id, engine.kernel, time.monotonic() - started_at)
    return engine


def _imported_engine() -> tuple[Callable[..., LanguageEngine], Callable[[int], int]]:
    try:
        from chatbot.engine.load import load_engine
        from chatbot.engine.threads import use_threads
    except ImportError as error:
        if error.name is not None and error.name.startswith("chatbot"):
            raise
        raise ModelError(f"The language model cannot run because the Python package {error.name or 'torch'} is "
                         f"missing or broken ({error}); {INSTALL_AGAIN}",
                         code="torch_missing", package=error.name or "torch") from error
    return load_engine, use_threads

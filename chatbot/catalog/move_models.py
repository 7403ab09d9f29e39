"""Moves the folder of models to another place: copied, verified, and only then deleted at the old one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from chatbot.catalog.file_hash import Progress
from chatbot.catalog.install import STAGING, ModelsFolder
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.registry import Registry
from chatbot.catalog.transfer import check_free_space
from chatbot.catalog.transfer_control import Patience
from chatbot.core.errors import ModelError


def move_models(old: Path, new: Path, switch: Callable[[Path], None], progress: Progress | None = None) -> list[str]:
    """Move every model from ``old`` to ``new``, call ``switch(new)`` to make it count, then delete the old ones.

    Nothing is deleted unless all copies are verified. Raises ``ModelError`` if a model is broken or ``new`` cannot be
    used; ``old`` then stays as it was. Returns the ids that were moved.
    """
    old, new = old.resolve(), new.resolve()
    if old == new or old in new.parents or new in old.parents:
        raise ModelError(f"The models cannot be moved from {old} to {new}: one lies in the other.")
    models = Registry([old]).list()
    for model in models:
        if model.problem is not None:
            raise ModelError(f"The models were not moved because one is broken; repair or remove it first: "
                             f"{model.problem}")
    packages = [model.package for model in models if model.package is not None]
    new.mkdir(parents=True, exist_ok=True)
    target = ModelsFolder(new)
    target.prepare()
    check_free_space(new, sum(package.manifest.size for package in packages), Patience().spare_disk_bytes)
    copied = _copy_all(packages, target, progress)
    switch(new)
    for package in packages:
        shutil.rmtree(package.folder, ignore_errors=True)
    shutil.rmtree(old / STAGING, ignore_errors=True)
    return copied


def _copy_all(packages: list[ModelPackage], target: ModelsFolder, progress: Progress | None) -> list[str]:
    """Copies are made only where the same model is not there already, so that a broken-off move can be repeated."""
    copied = []
    for package in packages:
        if not _is_there(package, target.folder):
            target.add_folder(package.folder, progress=progress)
        copied.append(package.id)
    return copied


def _is_there(package: ModelPackage, folder: Path) -> bool:
    try:
        other = ModelPackage.load(folder / package.id)
    except ModelError:
        return False
    if other.manifest != package.manifest:
        raise ModelError(f"{folder} holds another model called {package.id}; remove or rename it first.",
                         code="model_exists")
    other.verify(deep=True)
    return True

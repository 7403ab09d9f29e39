"""The installed models: those bundled with the program and those in the user's folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chatbot.catalog.package import ModelPackage
from chatbot.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """One folder that holds, or should hold, a model. Exactly one of ``package`` and ``problem`` is None."""

    id: str
    folder: Path
    package: ModelPackage | None
    problem: ModelError | None
    is_removable: bool
    """Whether it lies in the first folder, the user's own; the others come with the program."""

    @property
    def is_usable(self) -> bool:
        """Whether manifest and sizes are in order."""
        return self.package is not None


class Registry:
    """Finds models in ``folders``, each of which holds one folder per model.

    The first folder is the user's; a model there hides one of the same id in a later folder. A broken package is
    listed with its problem and never hides the others.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = list(folders)

    def list(self) -> list[InstalledModel]:
        """All installed models by id. Reads manifests and sizes only."""
        found: dict[str, InstalledModel] = {}
        for model in self._scan():
            known = found.get(model.id)
            if known is None or (not known.is_usable and model.is_usable):
                found[model.id] = model
        return sorted(found.values(), key=lambda model: model.id)

    def find(self, model_id: str) -> Path:
        """The folder of a usable model, or ``ModelError`` with the reason why it cannot be used."""
        return self.package(model_id).folder

    def package(self, model_id: str) -> ModelPackage:
        """The opened package of a usable model, or ``ModelError`` with the reason why it cannot be used."""
        models = {model.id: model for model in self.list()}
        model = models.get(model_id)
        if model is None:
            known = ", ".join(model.id for model in models.values() if model.is_usable) or "none"
            raise ModelError(f"There is no model called {model_id!r} (installed: {known}); install it or choose "
                             "another.", code="model_missing", model_id=model_id)
        if model.package is None:
            assert model.problem is not None
            raise model.problem
        parent = models.get(model.package.manifest.parent or "")
        if model.package.manifest.needs_parent_weights and (parent is None or not parent.is_usable):
            raise ModelError(f"The model {model_id} was made from {model.package.manifest.parent}, which is missing or "
                             "broken; install that first.", code="model_missing", model_id=model_id)
        return model.package

    def default_id(self, preferred: str | None = None) -> str:
        """``preferred`` if it is usable, else the first usable base model, else the first usable one."""
        usable = [model.package for model in self.list() if model.package is not None]
        if not usable:
            raise ModelError("No usable model is installed; install one with: chatbot models download ID",
                             code="model_missing")
        if preferred in {package.id for package in usable}:
            return preferred
        return min(usable, key=lambda package: (package.manifest.is_personal, package.id)).id

    def _scan(self) -> Iterator[InstalledModel]:
        for number, parent in enumerate(self.folders):
            for folder in _subfolders(parent):
                yield _opened(folder, is_removable=number == 0)


def _subfolders(parent: Path) -> list[Path]:
    """Folders that may be packages. Hidden ones are unfinished downloads and writes."""
    try:
        return sorted(path for path in parent.iterdir() if not path.name.startswith(".") and path.is_dir())
    except OSError:
        return []


def _opened(folder: Path, is_removable: bool) -> InstalledModel:
    try:
        package = ModelPackage.load(folder)
    except ModelError as problem:
        return InstalledModel(folder.name, folder, None, problem, is_removable)
    except OSError as error:
        problem = ModelError(f"The model in {folder.name} cannot be read ({error.strerror}).")
        return InstalledModel(folder.name, folder, None, problem, is_removable)
    return InstalledModel(package.id, folder, package, None, is_removable)

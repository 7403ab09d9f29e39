"""A models handle without a thread: it remembers what was wished, and the test sends the answers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot


class FakeModelsHandle(QObject):
    """The signals and methods of ``worker.models_handle.ModelsHandle``; ``wishes`` holds the calls in order."""

    shelf_ready = Signal(object)
    progress_ready = Signal(object)
    job_done = Signal(object)
    job_failed = Signal(object)
    busy_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.wishes: list[tuple[object, ...]] = []

    def refresh(self) -> None:
        """Remember it."""
        self.wishes.append(("refresh",))

    def ask_catalogues(self) -> None:
        """Remember it."""
        self.wishes.append(("ask_catalogues",))

    def add_catalogue(self, address: str) -> None:
        """Remember it."""
        self.wishes.append(("add_catalogue", address))

    @Slot(str)
    def remove_catalogue(self, address: str) -> None:
        """Remember it."""
        self.wishes.append(("remove_catalogue", address))

    def download(self, model_id: str, source: str) -> None:
        """Remember it."""
        self.wishes.append(("download", model_id, source))

    def pause(self, model_id: str) -> None:
        """Remember it."""
        self.wishes.append(("pause", model_id))

    def cancel(self, model_id: str) -> None:
        """Remember it."""
        self.wishes.append(("cancel", model_id))

    def add(self, path: Path, may_replace: bool = False) -> None:
        """Remember it."""
        self.wishes.append(("add", path, may_replace))

    def remove(self, folder: Path) -> None:
        """Remember it."""
        self.wishes.append(("remove", folder))

    def verify(self, model_id: str) -> None:
        """Remember it."""
        self.wishes.append(("verify", model_id))

    def move(self, folder: Path) -> None:
        """Remember it."""
        self.wishes.append(("move", folder))

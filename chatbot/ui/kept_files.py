"""Every file the program keeps on this computer: what it is, how large, and whether it holds words of a person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from chatbot import paths
from chatbot.worker.personal_job import trainings_folder

_CHATS = QT_TRANSLATE_NOOP("KeptFiles", "Your conversations")
_BACKUP = QT_TRANSLATE_NOOP("KeptFiles", "Backup of your conversations")
_SETTINGS = QT_TRANSLATE_NOOP("KeptFiles", "Settings")
_PERSONAL = QT_TRANSLATE_NOOP("KeptFiles", "Model")
_TRAINING = QT_TRANSLATE_NOOP("KeptFiles", "Unfinished training of a personal model")
_LOG = QT_TRANSLATE_NOOP("KeptFiles", "Log, without any message text")
_CACHE = QT_TRANSLATE_NOOP("KeptFiles", "Cache; may be deleted at any time")
_OTHER = QT_TRANSLATE_NOOP("KeptFiles", "Other")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file. ``purpose`` is an English source of the context ``KeptFiles``."""

    path: Path
    bytes: int
    purpose: str

    @property
    def purpose_text(self) -> str:
        """The purpose in the language of the window."""
        return QCoreApplication.translate("KeptFiles", self.purpose)

    @property
    def has_own_words(self) -> bool:
        """Whether the file holds words that a person wrote."""
        return self.purpose in (_CHATS, _BACKUP, _TRAINING)


def kept_files() -> list[KeptFile]:
    """All files in the program's folders, largest first. Links are listed, never followed."""
    folders = (paths.data_folder(), paths.config_folder(), paths.cache_folder(), paths.log_folder())
    found = {path: size for folder in folders for path, size in _files_below(folder)}
    files = [KeptFile(path, size, _purpose(path)) for path, size in found.items()]
    return sorted(files, key=lambda file: (-file.bytes, str(file.path)))


def _files_below(folder: Path) -> Iterator[tuple[Path, int]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            try:
                yield path, path.lstat().st_size
            except OSError:
                continue  # it went away while we looked


def _purpose(path: Path) -> str:
    database = paths.database_file()
    if path.parent == database.parent and path.name.startswith(database.stem):
        return _CHATS
    if path.is_relative_to(paths.models_folder()):
        return _PERSONAL
    if path.is_relative_to(trainings_folder()):
        return _TRAINING
    if path.is_relative_to(paths.data_folder()) and database.stem in path.name:
        return _BACKUP
    for folder, purpose in ((paths.log_folder(), _LOG), (paths.cache_folder(), _CACHE),
                            (paths.config_folder(), _SETTINGS)):
        if path.is_relative_to(folder):
            return purpose
    return _OTHER

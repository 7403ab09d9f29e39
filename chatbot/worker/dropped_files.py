"""What dropped files are, by their content: model packages, this program's own exports, chat logs.

Only the beginning of a file and the table of contents of an archive are looked at, in a thread of its own: a slow
disk or a large archive never makes the window wait.
"""

from __future__ import annotations

import logging
import threading
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QObject, Qt, Signal, Slot

from chatbot.core.held_databases import is_held_database

log = logging.getLogger(__name__)

THREAD_NAME = "dropped files"
_HEAD_BYTES = 4096
_ZIP_MAGIC = b"PK\x03\x04"
_EXPORT_MARK = b"wren-chatbot-conversations"
_MANIFEST, _WEIGHTS = "model.json", ".safetensors"


@dataclass(frozen=True, slots=True)
class DroppedFiles:
    """The dropped paths by what they are, each kind in the order of the drop. What is nothing known is a log: the
    reader of logs says best what is wrong with a file."""

    packages: tuple[Path, ...] = ()
    exports: tuple[Path, ...] = ()
    logs: tuple[Path, ...] = ()


def sort_files(paths: Sequence[Path]) -> DroppedFiles:
    """Look at each of ``paths``. Never raises for a file that cannot be read."""
    kinds: dict[str, list[Path]] = {"package": [], "export": [], "log": []}
    for path in paths:
        kinds[_kind_of(path)].append(path)
    return DroppedFiles(*(tuple(found) for found in kinds.values()))


def _kind_of(path: Path) -> str:
    try:
        if path.is_dir():
            return "package" if _is_package(entry.name for entry in path.iterdir()) else "log"
        if is_held_database(path):
            return "log"
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if head.startswith(_ZIP_MAGIC):
            return "package" if _is_package(_upper_names(path)) else "log"
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return "log"
    return "export" if head.lstrip().startswith(b"{") and _EXPORT_MARK in head else "log"


def _upper_names(path: Path) -> list[str]:
    """Names of the members at the top of an archive or in a folder at its top, where a package has its files."""
    with zipfile.ZipFile(path) as archive:
        members = [PurePosixPath(name) for name in archive.namelist()]
    return [member.name for member in members if len(member.parts) <= 2]


def _is_package(names: Iterable[str]) -> bool:
    """A manifest or weights: also a broken package is one, and the page of models says what is wrong with it."""
    return any(name == _MANIFEST or name.endswith(_WEIGHTS) for name in names)


class DroppedFilesSorter(QObject):
    """Sorts drops beside the window.

    Signals:
        sorted_ready(DroppedFiles): one for each drop, in the window's thread.
    """

    sorted_ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = _Answers()
        self._answers.found.connect(self._on_found, Qt.ConnectionType.QueuedConnection)

    def sort(self, paths: Sequence[Path]) -> None:
        """Look at ``paths``; ``sorted_ready`` follows."""
        threading.Thread(target=_sort_and_tell, args=(tuple(paths), self._answers), name=THREAD_NAME,
                         daemon=True).start()

    @Slot(object)
    def _on_found(self, found: DroppedFiles) -> None:
        self.sorted_ready.emit(found)


class _Answers(QObject):
    """What a thread speaks through. It belongs to the threads as well, so that a window may go away meanwhile."""

    found = Signal(object)


def _sort_and_tell(paths: tuple[Path, ...], answers: _Answers) -> None:
    """In a thread that nobody waits for: a disk that does not answer must not keep the program from ending."""
    try:
        answers.found.emit(sort_files(paths))
    except Exception:  # the reader of logs says what is wrong with a file; what is wrong with us goes to the log
        log.exception("a drop could not be looked at")

"""What dropped files are, by their content: model packages, this program's own exports, chat logs.

Only the beginning of a file and the table of contents of an archive are looked at, in a thread of the pool: a slow
disk or a large archive never makes the window wait.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

log = logging.getLogger(__name__)

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
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: set[_Sorting] = set()
        self._done.connect(self._on_done)

    def sort(self, paths: Sequence[Path]) -> None:
        """Look at ``paths``; ``sorted_ready`` follows."""
        sorting = _Sorting(self, paths)
        self._running.add(sorting)
        QThreadPool.globalInstance().start(sorting)

    @Slot(object, object)
    def _on_done(self, sorting: _Sorting, found: DroppedFiles) -> None:
        self._running.discard(sorting)
        self.sorted_ready.emit(found)


class _Sorting(QRunnable):
    def __init__(self, sorter: DroppedFilesSorter, paths: Sequence[Path]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._sorter, self._paths = sorter, tuple(paths)

    def run(self) -> None:
        """Called by the thread pool."""
        try:
            self._sorter._done.emit(self, sort_files(self._paths))
        except RuntimeError:  # the window is gone
            log.info("a drop came too late to be looked at")
        except Exception:  # an exception that leaves run() ends the process
            log.exception("a drop could not be looked at")

"""What one chosen path holds: a single file, or all files of a folder or an archive."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chatbot.chatlogs.archives import MEMBER_LIMIT, is_tar, is_zip, tar_sources, zip_sources
from chatbot.chatlogs.sources import Source, file_source, folder_sources

MEMBER_BYTES = 32 << 20
"""Largest auxiliary file (list of users and the like) that is read whole."""


@dataclass(slots=True)
class Bundle:
    """Files that belong together. ``refused`` holds a sentence for each kind of member that was not read."""

    name: str
    sources: list[Source]
    is_single: bool = True
    refused: list[str] = field(default_factory=list)
    _cache: dict[str, Any] = field(default_factory=dict)

    def neighbour(self, source: Source, name: str) -> Source | None:
        """The file ``name`` in the folder of ``source``."""
        folder = source.name.rpartition("/")[0]
        wanted = f"{folder}/{name}" if folder else name
        return next((other for other in self.sources if other.name == wanted), None)

    def ending(self, suffix: str) -> list[Source]:
        """All files whose name ends so."""
        return [source for source in self.sources if source.name.endswith(suffix)]

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """The result of ``make``, which is called only the first time."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]


def open_bundle(path: Path, open_archives: ExitStack) -> Bundle:
    """Look at ``path``. Archives stay open until ``open_archives`` is closed. Raises ``ImportProblem``."""
    if path.is_dir():
        return Bundle(path.name, list(folder_sources(path, MEMBER_LIMIT)), is_single=False)
    source = file_source(path)
    head = source.head
    refused: list[str] = []
    if is_zip(head):
        members = zip_sources(path, refused, open_archives)
    elif is_tar(head):
        members = tar_sources(path, refused, open_archives)
    else:
        return Bundle(path.name, [source])
    sources = list(members)
    for member in sources:
        member.name = f"{path.name}/{member.name}"
    return Bundle(path.name, sources, is_single=False, refused=refused)

"""SHA-256 of files, and the memory of which files were already found good."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from chatbot.catalog.limits import MIB

Progress = Callable[[int], None]
"""Told how many more bytes were read; may raise to stop."""


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """SHA-256 of the file as lower-case hex, in constant memory."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        buffer = bytearray(MIB)
        view = memoryview(buffer)
        while count := file.readinto(buffer):
            digest.update(view[:count])
            if progress is not None:
                progress(count)
    return digest.hexdigest()


class VerifiedFiles:
    """Remembers hashes by path, size and time of change, so that a start need not read every weight again.

    Kept as a small JSON file beside the models. It guards against damage, not against an attacker who can write to
    the user's own folders; ``chatbot models verify`` reads every byte.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._read()

    def is_known(self, file: Path, sha256: str) -> bool:
        """Whether ``file``, unchanged since, was found to have ``sha256``."""
        return self._known.get(str(file.resolve())) == [*_stamp(file), sha256]

    def remember(self, file: Path, sha256: str) -> None:
        """Note that ``file`` as it now is has ``sha256``. A folder that cannot be written only costs time later."""
        self._known[str(file.resolve())] = [*_stamp(file), sha256]
        self._known = {name: value for name, value in self._known.items() if Path(name).exists()}
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        try:
            temporary.write_text(json.dumps(self._known), "utf-8")
            temporary.replace(self._path)
        except OSError:
            temporary.unlink(missing_ok=True)

    def _read(self) -> dict[str, list[object]]:
        try:
            known = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns

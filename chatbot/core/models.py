"""Models as the window sees them: rows of the models page, and how far a download is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ModelStage(StrEnum):
    """Where a model is on its way to this computer."""

    INSTALLED = "installed"
    BROKEN = "broken"
    """Installed but unusable; ``ModelRow.problem`` says why."""
    AVAILABLE = "available"
    """Offered by a catalogue."""
    UNFINISHED = "unfinished"
    """A download that was paused, failed or broken off; it can be gone on with."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model. Sizes are in bytes; texts are whatever the publisher wrote: show them as plain text or safely."""

    id: str
    name: str
    stage: ModelStage
    version: str = ""
    language: str = ""
    license: str = ""
    bytes: int = 0
    parameters: int | None = None
    memory_bytes: int | None = None
    description: str = ""
    card: str = ""
    """The model card as Markdown; of a model that is not installed only as far as its catalogue tells it."""
    quality: tuple[tuple[str, float], ...] = ()
    """Measured numbers by name."""
    is_personal: bool = False
    is_removable: bool = False
    parent: str | None = None
    problem: str | None = None
    folder: Path | None = None
    source: str | None = None
    """The catalogue that offers it (or a newer version of it), to download from."""
    update_version: str | None = None
    """The version ``source`` offers, if it is newer than the installed one."""
    done_bytes: int = 0
    """What an unfinished download has."""


@dataclass(frozen=True, slots=True)
class ModelShelf:
    """Everything the models page shows."""

    rows: tuple[ModelRow, ...]
    folder: Path
    """The user's folder of models."""
    used_bytes: int
    free_bytes: int
    catalogues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """How far a download is. ``phase`` is ``waiting``, ``fetching``, ``checking`` or ``installed``."""

    model_id: str
    phase: str
    done_bytes: int
    total_bytes: int
    bytes_per_second: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class ModelJob:
    """A longer job on installed models that has ended well. ``what`` is ``added``, ``removed``, ``verified``,
    ``moved``, ``installed``, ``paused`` or ``cancelled``."""

    what: str
    model_id: str

"""Errors a user can meet, and the record that carries one across threads.

Two kinds, as in qutebrowser: a ``KnownError`` is the world's fault (disk full, file altered) and is shown
as one sentence; anything else is a bug and goes to the log with its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass, field

INSTALL_AGAIN = "install the program again as its README says: python -m pip install -c constraints.txt ."
"""What to do where a package is missing; the second half of a sentence."""


class KnownError(Exception):
    """A failure the user can understand and act on.

    ``code`` is a stable snake_case word that the window translates; ``str(error)`` is the English sentence, which
    says what is wrong and what to do. ``details`` holds the values to be put into a translated sentence.
    """

    code = "known_error"

    def __init__(self, sentence: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code
        self.details = details


class StorageError(KnownError):
    """The chat database cannot be opened, read or written."""

    code = "storage"


class ModelError(KnownError):
    """A model package is missing, altered, too new or does not fit the program."""

    code = "model"


class SettingsError(KnownError):
    """A settings file or value cannot be used."""

    code = "settings"


class ImportProblem(KnownError):
    """A file chosen for import cannot be read."""

    code = "import"


class TrainingError(KnownError):
    """A training run cannot start or go on."""

    code = "training"


class DownloadError(KnownError):
    """A download or a catalogue cannot be used."""

    code = "download"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a value: what crosses threads and what the window shows."""

    code: str
    sentence: str
    job_id: int | None = None
    is_bug: bool = False
    details: dict[str, object] = field(default_factory=dict)

    @classmethod
    def from_error(cls, error: BaseException, job_id: int | None = None) -> Problem:
        """Describe ``error``; an error that is not a ``KnownError`` is marked as a bug."""
        if isinstance(error, KnownError):
            return cls(error.code, str(error), job_id, False, dict(error.details))
        return cls("bug", f"{type(error).__name__}: {error}", job_id, True)

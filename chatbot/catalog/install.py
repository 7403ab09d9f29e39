"""Puts whole packages into the user's models folder, atomically, and takes them out again."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from chatbot.catalog.file_hash import Progress, VerifiedFiles
from chatbot.catalog.limits import MANIFEST_NAME
from chatbot.catalog.package import ModelPackage, flush_folder
from chatbot.catalog.transfer import check_free_space, disk_problem, writing_to
from chatbot.catalog.transfer_control import Patience
from chatbot.core.errors import DownloadError, KnownError, ModelError

STAGING = ".downloads"
"""Folder in the models folder where packages are put together; the registry does not look at it."""
REPLACED = ".replaced-"
"""Prefix of an old version while the new one is put in its place."""


class ModelsFolder:
    """The user's folder of installed models. Every change of it goes through here."""

    def __init__(self, folder: Path, check: Callable[[Path], None] = lambda _: None) -> None:
        """``check`` looks at a whole package before it is put in place and raises ``ModelError`` if it is of no use:
        what only the engine can tell."""
        self.folder = folder
        self._check = check
        self.staging = folder / STAGING
        self.verified = VerifiedFiles(folder / "verified.json")

    def prepare(self) -> None:
        """Make the folders, and finish or undo what a killed program left half done."""
        with writing_to(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self.staging.mkdir(mode=0o700, exist_ok=True)
        with self._changing():
            self._recover()

    def put_in_place(self, staged: Path, model_id: str, may_replace: bool = False) -> ModelPackage:
        """Move the whole, verified package ``staged`` to where models are. An old version goes only if this works."""
        self._check(staged)
        target = self.folder / model_id
        with self._changing():
            if target.exists() and not may_replace:
                raise exists_already(model_id)
            old = self.folder / (REPLACED + model_id)
            try:
                flush_folder(staged)
                if target.exists():
                    target.rename(old)
                staged.rename(target)
                _flush_directory(self.folder)
            except OSError as error:
                self._recover()
                raise disk_problem(error, self.folder) from error
            shutil.rmtree(old, ignore_errors=True)
        return ModelPackage.load(target)

    def add_folder(self, source: Path, may_replace: bool = False, progress: Progress | None = None) -> ModelPackage:
        """Install a copy of the package in ``source``. The original is not touched."""
        package = ModelPackage.load(source)
        if (self.folder / package.id).exists() and not may_replace:
            raise exists_already(package.id)
        self.prepare()
        check_free_space(self.folder, package.manifest.size, Patience().spare_disk_bytes)
        with self.claim(package.id), self.scratch(package.id) as scratch:
            with writing_to(self.folder):
                for name in (MANIFEST_NAME, *package.manifest.files):
                    shutil.copyfile(source / name, scratch / name)
            copy = ModelPackage.load(scratch)
            copy.verify(deep=True, progress=progress)
            return self.put_in_place(scratch, package.id, may_replace)

    def remove(self, model_id: str) -> Path:
        """Delete an installed model for good, also a broken one. Returns the folder that is gone."""
        target = self.folder / model_id
        if not model_id or model_id.startswith(".") or target.parent != self.folder or not target.is_dir():
            raise ModelError(f"There is no model called {model_id!r} in {self.folder} that could be removed.",
                             code="model_missing")
        with self._changing():
            doomed = self.staging / f"removed-{model_id}-{os.getpid()}"
            with writing_to(self.folder):
                self.staging.mkdir(mode=0o700, exist_ok=True)
                target.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)
        return target

    @contextmanager
    def claim(self, model_id: str) -> Iterator[None]:
        """Hold ``model_id`` against other programs that would download or install it at the same time.

        That the folder takes no new model is said here, before the first byte, and not when the last one is there.
        """
        if not os.access(self.folder, os.W_OK):
            raise disk_problem(PermissionError(errno.EACCES, os.strerror(errno.EACCES)), self.folder)
        lock = FileLock(self.staging / f"{model_id}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise DownloadError(f"The model {model_id} is being downloaded or installed by another window or program; "
                                "wait until it is done.", code="busy") from None
        except OSError as error:
            raise disk_problem(error, self.staging) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def scratch(self, model_id: str) -> Iterator[Path]:
        """An empty folder to put a package together in; deleted at the end if it is still there."""
        folder = self.staging / f"adding-{model_id}-{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        with writing_to(self.folder):
            folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Renames in the models folder happen one after the other, across programs."""
        try:
            with FileLock(self.folder / ".changing.lock", timeout=10):
                yield
        except Timeout:
            raise DownloadError(f"Another program is changing {self.folder}; try again in a moment.",
                                code="busy") from None
        except OSError as error:
            raise disk_problem(error, self.folder) from error

    def _recover(self) -> None:
        """Put an old version back whose successor never arrived, and delete what is left over."""
        for old in self.folder.glob(REPLACED + "*"):
            target = self.folder / old.name.removeprefix(REPLACED)
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(target)
        for left in [*self.staging.glob("adding-*"), *self.staging.glob("removed-*")]:
            if not _is_alive(left):
                shutil.rmtree(left, ignore_errors=True)


def exists_already(model_id: str) -> KnownError:
    """The refusal to replace a model silently."""
    return ModelError(f"A model called {model_id} is installed already; remove it first or ask for it to be replaced.",
                      code="model_exists", model=model_id)


def _is_alive(left: Path) -> bool:
    """Whether the process whose number ends the name still runs (True also when that cannot be told)."""
    number = left.name.rpartition("-")[2]
    if not number.isdigit() or os.name == "nt":
        return int(number or 0) == os.getpid() if number.isdigit() else False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _flush_directory(folder: Path) -> None:
    """Make renames survive a power cut, where the system can."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

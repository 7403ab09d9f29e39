"""Downloads one package: claims it, fetches its files one after the other, checks them and puts them in place."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chatbot.catalog.file_hash import sha256_of
from chatbot.catalog.http_client import HttpClient
from chatbot.catalog.install import ModelsFolder, exists_already
from chatbot.catalog.limits import MANIFEST_NAME
from chatbot.catalog.offers import PackageOffer
from chatbot.catalog.package import ModelPackage, check_program_version
from chatbot.catalog.transfer import FileTransfer, check_free_space, disk_problem
from chatbot.catalog.transfer_control import Patience, StopReason, TransferControl, TransferStoppedError
from chatbot.catalog.unfinished import forget_unfinished, remember_unfinished
from chatbot.core.errors import ModelError

REPORTS_PER_SECOND = 10
SPEED_WINDOW_S = 5.0


class DownloadPhase(StrEnum):
    """What a download is doing."""

    FETCHING = "fetching"
    CHECKING = "checking"
    INSTALLED = "installed"


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is. Bytes are of the whole package."""

    model_id: str
    phase: DownloadPhase
    done_bytes: int
    total_bytes: int
    bytes_per_second: float = 0.0
    seconds_left: float | None = None


Notify = Callable[[DownloadProgress], None]


class PackageDownload:
    """The download of one offered package into ``models``. ``run`` blocks; ``control`` pauses or cancels it."""

    def __init__(self, offer: PackageOffer, models: ModelsFolder, control: TransferControl | None = None,
                 patience: Patience | None = None, notify: Notify = lambda _: None, may_replace: bool = False) -> None:
        self.offer = offer
        self.control = control or TransferControl()
        self._models = models
        self._patience = patience or Patience()
        self._may_replace = may_replace
        self._staged = models.staging / offer.id
        self._meter = ProgressMeter(offer, notify)
        self._hashed: set[str] = set()

    def run(self) -> ModelPackage:
        """Fetch, check and install. What a paused, failed or killed run fetched is used by the next one.

        Raises ``TransferStoppedError`` when stopped, ``DownloadError`` or ``ModelError`` when it cannot be done.
        """
        check_program_version(self.offer.manifest)
        if (self._models.folder / self.offer.id).exists() and not self._may_replace:
            raise exists_already(self.offer.id)
        if self.offer.folder is not None:
            return self._models.add_folder(self.offer.folder, self._may_replace)
        self._models.prepare()
        with self._models.claim(self.offer.id), self._cleaning_up():
            self._prepare_staging()
            self._fetch_all()
            package = self._checked()
            package = self._models.put_in_place(self._staged, self.offer.id, self._may_replace)
            forget_unfinished(self._models.staging, self.offer.id)
        self._meter.report(DownloadPhase.INSTALLED)
        return package

    @contextmanager
    def _cleaning_up(self) -> Iterator[None]:
        """After a cancel nothing is left; after a wrong package nothing that the next try would trip over.

        What the disk refuses becomes one sentence here, wherever in the download it happened.
        """
        try:
            yield
        except TransferStoppedError as stop:
            if stop.reason is StopReason.CANCEL:
                discard_unfinished(self._models, self.offer.id)
            raise
        except OSError as error:
            raise disk_problem(error, self._models.folder) from error
        except ModelError:
            discard_unfinished(self._models, self.offer.id)
            raise

    def _prepare_staging(self) -> None:
        for path in self._staged.glob("*"):
            if path.name.removesuffix(".json").removesuffix(".part") not in self.offer.files:
                path.unlink()
        missing = sum(self._missing_bytes(name) for name in self.offer.files)
        check_free_space(self._models.folder, missing, self._patience.spare_disk_bytes)
        self._staged.mkdir(exist_ok=True)
        remember_unfinished(self._models.staging, self.offer)

    def _missing_bytes(self, name: str) -> int:
        size = self.offer.manifest.files[name].size
        for path in (self._staged / name, self._staged / f"{name}.part"):
            if path.exists():
                return max(0, size - path.stat().st_size)
        return size

    def _fetch_all(self) -> None:
        headers_origin = next((wanted.address for wanted in self.offer.files.values()), None)
        with HttpClient(self._patience.timeouts, self.offer.headers, headers_origin) as client:
            for name, wanted in sorted(self.offer.files.items(), key=lambda item: item[1].size or 0):
                self.control.check()
                if not self._is_there(name):
                    FileTransfer(wanted, self._staged / name, client, self.control, self._patience,
                                 self._meter.file_progress).run()
                    if not wanted.chunks:
                        self._hashed.add(name)
                self._meter.file_done(self.offer.manifest.files[name].size)

    def _is_there(self, name: str) -> bool:
        """Whether an earlier run fetched the file whole, or the installed version has the same one."""
        target, entry = self._staged / name, self.offer.manifest.files[name]
        installed = self._models.folder / self.offer.id / name
        if not target.exists() and _has_size(installed, entry.size) and self._hash(installed) == entry.sha256:
            temporary = target.with_name(f"{name}.part")
            shutil.copyfile(installed, temporary)
            temporary.replace(target)
        if not target.exists():
            return False
        if _has_size(target, entry.size) and self._hash(target) == entry.sha256:
            self._hashed.add(name)
            return True
        target.unlink()
        return False

    def _hash(self, path: Path) -> str:
        return sha256_of(path, lambda _: self.control.check())

    def _checked(self) -> ModelPackage:
        self._meter.report(DownloadPhase.CHECKING)
        (self._staged / MANIFEST_NAME).write_text(self.offer.manifest.to_text(), "utf-8", newline="\n")
        package = ModelPackage.load(self._staged)
        package.verify(deep=True, progress=lambda _: self.control.check(), hashed=self._hashed)
        return package


class ProgressMeter:
    """Turns bytes into speed and time left, and reports at most some times a second."""

    def __init__(self, offer: PackageOffer, notify: Notify) -> None:
        self._model_id = offer.id
        self._total = offer.manifest.size
        self._notify = notify
        self._earlier_files = 0
        self._done = 0
        self._reported_at = 0.0
        self._samples: deque[tuple[float, int]] = deque()

    def file_progress(self, have: int) -> None:
        """``have`` bytes of the present file are on disk."""
        self._done = self._earlier_files + have
        now = time.monotonic()
        if now - self._reported_at >= 1 / REPORTS_PER_SECOND:
            self._reported_at = now
            self._samples.append((now, self._done))
            while now - self._samples[0][0] > SPEED_WINDOW_S:
                self._samples.popleft()
            self.report(DownloadPhase.FETCHING)

    def file_done(self, size: int) -> None:
        """The present file is whole."""
        self._earlier_files += size
        self._done = self._earlier_files
        self.report(DownloadPhase.FETCHING)

    def report(self, phase: DownloadPhase) -> None:
        """Tell how far the download is."""
        speed = self._speed()
        left = (self._total - self._done) / speed if speed > 0 else None
        self._notify(DownloadProgress(self._model_id, phase, self._done, self._total, speed, left))

    def _speed(self) -> float:
        if len(self._samples) < 2:
            return 0.0
        (first_time, first_bytes), (last_time, last_bytes) = self._samples[0], self._samples[-1]
        return max(0.0, (last_bytes - first_bytes) / (last_time - first_time)) if last_time > first_time else 0.0


def discard_unfinished(models: ModelsFolder, model_id: str) -> None:
    """Delete what an unfinished download left. The caller holds the claim, or nobody downloads it."""
    shutil.rmtree(models.staging / model_id, ignore_errors=True)
    forget_unfinished(models.staging, model_id)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size == size

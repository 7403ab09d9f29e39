"""Works on the models folder in a thread of its own. Only ``ModelsHandle`` knows this class."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.models import ModelJob, TransferProgress
from chatbot.worker.model_shelf import gather_shelf

if TYPE_CHECKING:
    from chatbot.catalog.download import DownloadProgress
    from chatbot.catalog.download_queue import DownloadQueue
    from chatbot.catalog.install import ModelsFolder
    from chatbot.catalog.known_catalogues import KnownCatalogues
    from chatbot.catalog.offers import PackageOffer
    from chatbot.catalog.package import ModelPackage

log = logging.getLogger(__name__)

DOWNLOADS_AT_ONCE = 2


class ModelsWorker(QObject):
    """One slot per wish. Short and long jobs run one after the other; downloads run beside them in a queue.

    Signals (any of them may be emitted from a download's thread, so connect them queued):
        shelf_ready(ModelShelf), progress_ready(TransferProgress), job_done(ModelJob), job_failed(Problem),
        busy_changed(str): id of the model that is being added, verified or moved, empty when none is.
    """

    shelf_ready = Signal(object)
    progress_ready = Signal(object)
    job_done = Signal(object)
    job_failed = Signal(object)
    busy_changed = Signal(str)

    def __init__(self, bundled: Path, stop: threading.Event) -> None:
        """``bundled`` is the folder of models that come with the program; ``stop`` ends a long job early."""
        super().__init__()
        self._bundled = bundled
        self._stop = stop
        self._offers: dict[str, PackageOffer] = {}
        self._queue: DownloadQueue | None = None
        self._early_stops: dict[str, str] = {}
        """Downloads that were stopped while their catalogue was being asked."""

    @Slot()
    def refresh(self) -> None:
        """Look at the disk; asks nobody."""
        with self._reporting("tidying the folder of models"):
            self._prepare_once()
        with self._reporting("listing models"):
            self._emit_shelf()

    @Slot()
    def ask_catalogues(self) -> None:
        """Ask every catalogue the user has added what it offers now."""
        from chatbot.catalog.offers import read_offers
        found: dict[str, PackageOffer] = {}
        with self._busy("catalogues"):
            for address in self._catalogues().list():
                with self._reporting(f"asking {address}"):
                    for offer in read_offers(address).packages:
                        found.setdefault(offer.id, offer)
        self._offers = found
        self.refresh()

    @Slot(str)
    def add_catalogue(self, address: str) -> None:
        """Keep an address and ask it."""
        with self._reporting("adding a catalogue"):
            from chatbot.catalog.offers import read_offers
            with self._busy("catalogues"):
                offers = read_offers(address)
                self._catalogues().add(address)
            self._offers |= {offer.id: offer for offer in offers.packages}
        self.refresh()

    @Slot(str)
    def remove_catalogue(self, address: str) -> None:
        """Forget an address and what it offered."""
        with self._reporting("removing a catalogue"):
            self._catalogues().remove(address)
        self.ask_catalogues()

    @Slot(str, str)
    def download(self, model_id: str, source: str) -> None:
        """Begin or go on with a download. An installed version is replaced when the new one is whole."""
        with self._reporting(f"downloading {model_id}", model_id):
            from chatbot.catalog.download import PackageDownload
            from chatbot.catalog.download_queue import DownloadQueue
            offer = self._offer(model_id, source)
            stopped_as = self._early_stops.pop(model_id, None)
            if stopped_as is not None:
                self.job_done.emit(ModelJob(stopped_as, model_id))
                return
            if self._queue is None:
                self._queue = DownloadQueue(self._on_download_ended, DOWNLOADS_AT_ONCE)
            download = PackageDownload(offer, self._models(), notify=self._on_progress, may_replace=True)
            if self._queue.add(download):
                self.progress_ready.emit(TransferProgress(model_id, "waiting", 0, offer.manifest.size))

    def stop_download(self, model_id: str, is_cancelled: bool) -> None:
        """Pause or cancel. For the window's thread, like ``forget_stop`` and ``close``, and only those."""
        from chatbot.catalog.transfer_control import StopReason
        reason = StopReason.CANCEL if is_cancelled else StopReason.PAUSE
        if self._queue is None or not self._queue.stop(model_id, reason):
            self._early_stops[model_id] = "cancelled" if is_cancelled else "paused"

    def forget_stop(self, model_id: str) -> None:
        """A new download is wished: a stop of an earlier one does not count for it. """
        self._early_stops.pop(model_id, None)

    @Slot(str)
    def discard(self, model_id: str) -> None:
        """Delete what an unfinished download has."""
        with self._reporting(f"discarding {model_id}"):
            from chatbot.catalog.download import discard_unfinished
            models = self._models()
            with models.claim(model_id):
                discard_unfinished(models, model_id)
            self.job_done.emit(ModelJob("cancelled", model_id))
        self.refresh()

    @Slot(object, bool)
    def add(self, path: Path, may_replace: bool) -> None:
        """Install from a folder or zip file."""
        with self._reporting(f"adding {path.name}"), self._busy(path.name):
            from chatbot.catalog.zip_package import add_zip
            models = self._models()
            add = models.add_folder if path.is_dir() else lambda *arguments: add_zip(models, *arguments)
            package = add(path, may_replace, self._check_stop)
            self.job_done.emit(ModelJob("added", package.id))
        self.refresh()

    @Slot(object)
    def remove(self, folder: Path) -> None:
        """Delete the installed model in ``folder``."""
        with self._reporting(f"removing {folder.name}"):
            self._models().remove(folder.name)
            self.job_done.emit(ModelJob("removed", folder.name))
        self.refresh()

    @Slot(str)
    def verify(self, model_id: str) -> None:
        """Read every byte of an installed model."""
        with self._reporting(f"verifying {model_id}", model_id), self._busy(model_id):
            from chatbot.catalog.registry import Registry
            Registry(self._folders()).package(model_id).verify(deep=True, progress=self._check_stop)
            self.job_done.emit(ModelJob("verified", model_id))
        self.refresh()

    @Slot(object)
    def move(self, folder: Path) -> None:
        """Move the user's folder of models."""
        with self._reporting(f"moving models to {folder}"), self._busy("models"):
            from chatbot import paths
            from chatbot.catalog.move_models import move_models
            if self._queue is not None and self._queue.running_ids:
                raise KnownError("Models cannot be moved while one is being downloaded; pause it first.", code="busy")
            move_models(paths.models_folder(), folder, paths.set_models_folder, self._check_stop)
            self.job_done.emit(ModelJob("moved", str(folder)))
        self.refresh()

    def close(self) -> None:
        """Pause all downloads and wait for their threads."""
        self._stop.set()
        if self._queue is not None:
            self._queue.close()

    def _emit_shelf(self) -> None:
        self.shelf_ready.emit(gather_shelf(self._folders(), self._offers.values(), self._catalogues().list()))

    def _prepare_once(self) -> None:
        """Undo what a killed program left half done, if there is a folder at all."""
        models = self._models()
        if models.folder.is_dir():
            models.prepare()

    def _offer(self, model_id: str, source: str) -> PackageOffer:
        known = self._offers.get(model_id)
        if known is not None and known.source == source:
            return known
        from chatbot.catalog.offers import read_offers
        offer = self._offers[model_id] = read_offers(source).find(model_id)
        return offer

    def _on_progress(self, progress: DownloadProgress) -> None:
        self.progress_ready.emit(TransferProgress(progress.model_id, str(progress.phase), progress.done_bytes,
                                                  progress.total_bytes, progress.bytes_per_second,
                                                  progress.seconds_left))

    def _on_download_ended(self, model_id: str, package: ModelPackage | None, error: BaseException | None) -> None:
        from chatbot.catalog.transfer_control import StopReason, TransferStoppedError
        if package is not None:
            self.job_done.emit(ModelJob("installed", model_id))
        elif isinstance(error, TransferStoppedError):
            what = "paused" if error.reason is StopReason.PAUSE else "cancelled"
            self.job_done.emit(ModelJob(what, model_id))
        elif error is not None:
            self._fail(error, f"downloading {model_id}", model_id)

    def _check_stop(self, _count: int) -> None:
        if self._stop.is_set():
            raise KnownError("It was stopped.", code="stopped")

    def _models(self) -> ModelsFolder:
        from chatbot import paths
        from chatbot.catalog.install import ModelsFolder
        from chatbot.worker.installed_engine import check_package
        return ModelsFolder(paths.models_folder(), check_package)

    def _folders(self) -> list[Path]:
        from chatbot import paths
        return [paths.models_folder(), self._bundled]

    def _catalogues(self) -> KnownCatalogues:
        from chatbot import paths
        from chatbot.catalog.known_catalogues import KnownCatalogues
        return KnownCatalogues(paths.config_folder() / "catalogues.json")

    @contextmanager
    def _busy(self, what: str) -> Iterator[None]:
        self.busy_changed.emit(what)
        try:
            yield
        finally:
            self.busy_changed.emit("")

    @contextmanager
    def _reporting(self, doing: str, model_id: str = "") -> Iterator[None]:
        """Last line of defence: whatever goes wrong leaves as a ``Problem`` and the thread lives on."""
        try:
            yield
        except Exception as error:
            self._fail(error, doing, model_id)

    def _fail(self, error: BaseException, doing: str, model_id: str) -> None:
        if isinstance(error, KnownError):
            log.info("%s failed: %s", doing, error)
        else:
            log.error("%s failed", doing, exc_info=error)
        problem = Problem.from_error(error)
        self.job_failed.emit(Problem(problem.code, problem.sentence, None, problem.is_bug,
                                     {**problem.details, "model_id": model_id}))



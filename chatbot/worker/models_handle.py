"""The window's door to installed and downloadable models: starts the thread and passes wishes and answers."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.models import ModelJob, ModelShelf, TransferProgress
from chatbot.worker.models_worker import ModelsWorker
from chatbot.worker.named_thread import NamedThread


class ModelsHandle(QObject):
    """Lives in the window's thread. Nothing is asked of another computer unless ``ask_catalogues``, ``add_catalogue``,
    ``download`` or ``remove_catalogue`` is called, which only a person's click does.

    Signals:
        shelf_ready(ModelShelf): after every change.
        progress_ready(TransferProgress): at most ten times a second for each download.
        job_done(ModelJob), job_failed(Problem): one of them ends every job; ``Problem.details["model_id"]`` may be "".
        busy_changed(str): what is being added, verified, moved or asked; empty when nothing is.
    """

    shelf_ready = Signal(object)
    progress_ready = Signal(object)
    job_done = Signal(object)
    job_failed = Signal(object)
    busy_changed = Signal(str)

    _refresh_requested = Signal()
    _catalogues_requested = Signal()
    _catalogue_added = Signal(str)
    _catalogue_removed = Signal(str)
    _download_requested = Signal(str, str)
    _discard_requested = Signal(str)
    _add_requested = Signal(object, bool)
    _remove_requested = Signal(object)
    _verify_requested = Signal(str)
    _move_requested = Signal(object)

    def __init__(self, bundled: Path, parent: QObject | None = None) -> None:
        """``bundled``: the folder of models that come with the program. The thread starts with the first wish."""
        super().__init__(parent)
        self._stop = threading.Event()
        self._is_shut_down = False
        self._running: set[str] = set()
        self._worker = ModelsWorker(bundled, self._stop)
        self._thread = NamedThread("models", self)
        self._worker.moveToThread(self._thread)
        self._connect()

    @property
    def running_downloads(self) -> frozenset[str]:
        """Models that are being downloaded or wait for their turn."""
        return frozenset(self._running)

    def refresh(self) -> None:
        """Look at the disk."""
        self._send(self._refresh_requested)

    def ask_catalogues(self) -> None:
        """Ask the added catalogues what they offer. Opens the network."""
        self._send(self._catalogues_requested)

    def add_catalogue(self, address: str) -> None:
        """Keep a catalogue and ask it. Opens the network unless it is a folder."""
        self._send(self._catalogue_added, address)

    def remove_catalogue(self, address: str) -> None:
        """Forget a catalogue."""
        self._send(self._catalogue_removed, address)

    def download(self, model_id: str, source: str) -> None:
        """Begin, go on with, or update. Opens the network."""
        self._running.add(model_id)
        self._worker.forget_stop(model_id)
        self._send(self._download_requested, model_id, source)

    def pause(self, model_id: str) -> None:
        """Stop a download and keep what it has."""
        self._worker.stop_download(model_id, is_cancelled=False)

    def cancel(self, model_id: str) -> None:
        """Stop a download, or forget an unfinished one, and delete what it has."""
        if model_id in self._running:
            self._worker.stop_download(model_id, is_cancelled=True)
        else:
            self._send(self._discard_requested, model_id)

    def add(self, path: Path, may_replace: bool = False) -> None:
        """Install from a folder or zip file."""
        self._send(self._add_requested, path, may_replace)

    def remove(self, folder: Path) -> None:
        """Delete the installed model in ``folder``."""
        self._send(self._remove_requested, folder)

    def verify(self, model_id: str) -> None:
        """Read every byte of an installed model."""
        self._send(self._verify_requested, model_id)

    def move(self, folder: Path) -> None:
        """Move the user's folder of models."""
        self._send(self._move_requested, folder)

    def shutdown(self, wait_ms: int = 3000) -> bool:
        """Pause downloads, stop long jobs, end the thread; whether it ended in time. Twice does no harm."""
        if self._is_shut_down:
            return True
        self._is_shut_down = True
        self._worker.close()
        self._thread.quit()
        return self._thread.wait(wait_ms)

    def _send(self, signal: Signal, *arguments: object) -> None:
        if self._is_shut_down:
            return
        if not self._thread.isRunning():
            self._thread.start()
        signal.emit(*arguments)

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        worker = self._worker
        for signal, slot in ((self._refresh_requested, worker.refresh), (self._add_requested, worker.add),
                             (self._catalogues_requested, worker.ask_catalogues), (self._move_requested, worker.move),
                             (self._catalogue_added, worker.add_catalogue), (self._remove_requested, worker.remove),
                             (self._catalogue_removed, worker.remove_catalogue),
                             (self._download_requested, worker.download), (self._verify_requested, worker.verify),
                             (self._discard_requested, worker.discard), (worker.shelf_ready, self._on_shelf_ready),
                             (worker.progress_ready, self._on_progress_ready), (worker.job_done, self._on_job_done),
                             (worker.job_failed, self._on_job_failed), (worker.busy_changed, self._on_busy_changed)):
            signal.connect(slot, queued)

    @Slot(object)
    def _on_shelf_ready(self, shelf: ModelShelf) -> None:
        self.shelf_ready.emit(shelf)

    @Slot(object)
    def _on_progress_ready(self, progress: TransferProgress) -> None:
        if progress.model_id in self._running:
            self.progress_ready.emit(progress)

    @Slot(object)
    def _on_job_done(self, job: ModelJob) -> None:
        if job.what in ("installed", "paused", "cancelled"):
            self._running.discard(job.model_id)
            self.refresh()
        self.job_done.emit(job)

    @Slot(object)
    def _on_job_failed(self, problem: Problem) -> None:
        if self._is_shut_down:
            return
        model_id = str(problem.details.get("model_id", ""))
        self._running.discard(model_id)
        self.job_failed.emit(problem)
        if model_id:
            self.refresh()

    @Slot(str)
    def _on_busy_changed(self, what: str) -> None:
        self.busy_changed.emit(what)

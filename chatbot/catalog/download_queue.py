"""Several downloads at once, with a limit; the others wait their turn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from chatbot.catalog.download import PackageDownload
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.transfer_control import StopReason, TransferStoppedError

Ended = Callable[[str, ModelPackage | None, BaseException | None], None]
"""Told the model's id and either the installed package or why there is none; called in a download's thread."""


class DownloadQueue:
    """Runs ``PackageDownload``s in ``limit`` threads. ``ended`` is called exactly once for each that was added."""

    def __init__(self, ended: Ended, limit: int = 2) -> None:
        self._ended = ended
        self._pool = ThreadPoolExecutor(limit, thread_name_prefix="download")
        self._running: dict[str, PackageDownload] = {}
        self._futures: dict[str, Future[ModelPackage]] = {}
        self._lock = threading.Lock()

    def add(self, download: PackageDownload) -> bool:
        """Start it as soon as a thread is free. False if the same model is being downloaded or waits already."""
        model_id = download.offer.id
        with self._lock:
            if model_id in self._running:
                return False
            self._running[model_id] = download
            future = self._futures[model_id] = self._pool.submit(download.run)
        future.add_done_callback(lambda done: self._finish(download, done))
        return True

    def stop(self, model_id: str, reason: StopReason) -> bool:
        """Pause or cancel a download, also one that waits. False if there is none."""
        with self._lock:
            download, future = self._running.get(model_id), self._futures.get(model_id)
        if download is None or future is None:
            return False
        download.control.stop(reason)
        future.cancel()  # ends one that waits for a thread; one that runs is ended by its control
        return True

    @property
    def running_ids(self) -> list[str]:
        """Models that are being downloaded or wait."""
        with self._lock:
            return list(self._running)

    def close(self) -> None:
        """Pause everything and wait until all threads have ended."""
        for model_id in self.running_ids:
            self.stop(model_id, StopReason.PAUSE)
        self._pool.shutdown(wait=True)

    def _finish(self, download: PackageDownload, future: Future[ModelPackage]) -> None:
        with self._lock:
            self._running.pop(download.offer.id, None)
            self._futures.pop(download.offer.id, None)
        error = TransferStoppedError(download.control.reason) if future.cancelled() else future.exception()
        self._ended(download.offer.id, None if error else future.result(), error)

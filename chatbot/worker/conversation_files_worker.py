"""Exports and imports conversations in a thread of its own. Only ``ConversationFilesHandle`` knows this class."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from chatbot.core.errors import KnownError, Problem

log = logging.getLogger(__name__)

SHORTEST_PAUSE_S = 0.005


class ConversationFilesWorker(QObject):
    """One slot per wish, each with a connection of its own to the database that the window holds open.

    Signals:
        exported(int, Path), imported(list of int), failed(Problem): one of them ends every wish, unless the program
        ends before.
    """

    exported = Signal(int, object)
    imported = Signal(object)
    failed = Signal(object)

    def __init__(self, database: Path, stop: threading.Event) -> None:
        """``stop`` ends a long job early, which leaves everything as it was."""
        super().__init__()
        self._database = database
        self._stop = stop
        self._rested_at = 0.0

    @Slot(object, str, object)
    def export(self, conversation_ids: Sequence[int] | None, file_format: str, target: Path) -> None:
        """Write conversations (None: all) to ``target``; they are as they were when this began."""
        from chatbot.storage.opening import open_beside
        with self._reporting("exporting"), closing(open_beside(self._database, self._check_stop)) as store:
            count = store.export(conversation_ids, file_format, target)
            self.exported.emit(count, target)

    @Slot(object)
    def import_file(self, source: Path) -> None:
        """Add the conversations of an export."""
        from chatbot.storage.opening import open_beside
        with self._reporting("importing"), closing(open_beside(self._database, self._breathe)) as store:
            self._rested_at = time.monotonic()
            self.imported.emit(store.import_json(source))

    @Slot()
    def finish(self) -> None:
        """Everything that was wished before is done: end the thread."""
        QThread.currentThread().quit()

    def _breathe(self) -> None:
        """Between two transactions: let the window write, for as long as it may have waited."""
        worked_s = time.monotonic() - self._rested_at
        self._stop.wait(max(SHORTEST_PAUSE_S, worked_s))
        self._rested_at = time.monotonic()
        self._check_stop()

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise KnownError("It was stopped.", code="stopped")

    @contextmanager
    def _reporting(self, doing: str) -> Iterator[None]:
        """Last line of defence: whatever goes wrong leaves as a ``Problem`` and the thread lives on."""
        try:
            yield
        except KnownError as error:
            log.info("%s failed: %s", doing, error)
            self.failed.emit(Problem.from_error(error))
        except Exception as error:
            log.exception("%s failed", doing)
            self.failed.emit(Problem.from_error(error))

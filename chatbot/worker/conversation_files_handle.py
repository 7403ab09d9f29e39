"""The window's door to exports and imports: starts the thread and passes wishes and answers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.worker.conversation_files_worker import ConversationFilesWorker
from chatbot.worker.named_thread import NamedThread

log = logging.getLogger(__name__)

STOP_WAIT_MS = 3000
"""How long the end waits for a job that was told to stop."""


class ConversationFilesHandle(QObject):
    """Lives in the window's thread and implements ``core.conversation_files.ConversationFiles``.

    Wishes are fulfilled one after the other in a thread that starts with the first of them.
    """

    exported = Signal(int, object)
    imported = Signal(object)
    failed = Signal(object)

    _export_requested = Signal(object, str, object)
    _import_requested = Signal(object)
    _finish_requested = Signal()

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        """``database``: the file that the window's store holds open."""
        super().__init__(parent)
        self._stop = threading.Event()
        self._is_shut_down = False
        self._worker = ConversationFilesWorker(database, self._stop)
        self._thread = NamedThread("conversation files", self)
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._export_requested.connect(self._worker.export, queued)
        self._import_requested.connect(self._worker.import_file, queued)
        self._finish_requested.connect(self._worker.finish, queued)
        self._worker.exported.connect(self._on_exported, queued)
        self._worker.imported.connect(self._on_imported, queued)
        self._worker.failed.connect(self._on_failed, queued)

    def export(self, conversation_ids: Sequence[int] | None, file_format: str, target: Path) -> None:
        """Write conversations (None: all) to ``target``."""
        if self._may_begin():
            self._export_requested.emit(conversation_ids, file_format, target)

    def import_file(self, source: Path) -> None:
        """Add the conversations of one of our JSON exports."""
        if self._may_begin():
            self._import_requested.emit(source)

    def shutdown(self, wait_ms: int) -> bool:
        """Let what was wished be done for at most ``wait_ms``, then stop it; whether the thread has ended.

        A stopped export leaves the file as it was, a stopped import nothing. Twice does no harm.
        """
        self._is_shut_down = True
        if not self._thread.isRunning():
            return True
        self._finish_requested.emit()
        if self._thread.wait(wait_ms):
            return True
        log.warning("an export or import took too long and was stopped")
        self._stop.set()
        return self._thread.wait(STOP_WAIT_MS)

    def _may_begin(self) -> bool:
        if self._is_shut_down:
            return False
        if not self._thread.isRunning():
            self._thread.start()
        return True

    @Slot(int, object)
    def _on_exported(self, count: int, target: Path) -> None:
        self.exported.emit(count, target)

    @Slot(object)
    def _on_imported(self, conversation_ids: list[int]) -> None:
        self.imported.emit(conversation_ids)

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        if not self._is_shut_down:
            self.failed.emit(problem)

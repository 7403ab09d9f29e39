"""Reads chat exports and own chats in a thread of its own. Only ``PersonalLogHandle`` knows this class."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import KnownError, Problem
from chatbot.core.personal import LogOverview
from chatbot.worker.own_chats import open_own_chats

log = logging.getLogger(__name__)

REVIEW_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class LogRequest:
    """A wish to read ``files``; ``names`` count as private data. ``stop`` ends the reading."""

    files: tuple[Path, ...]
    date_order: str | None
    names: tuple[str, ...]
    stop: threading.Event
    own_chats_for: str | None = None
    """Not files but the program's own conversations, for a model made from this one."""


class PersonalLogWorker(QObject):
    """One log after the other; whatever goes wrong leaves as a ``Problem`` and the thread lives on."""

    progressed = Signal(int, int)
    """(kilobytes read, kilobytes in all) of the present file; a large file has more bytes than an int holds."""
    was_read = Signal(object, object)
    """(LogRequest, LogOverview)"""
    failed = Signal(object, object)
    """(LogRequest, Problem)"""

    @Slot(object)
    def read(self, request: LogRequest) -> None:
        """Read the files, look for private data, forget the messages."""
        try:
            self.was_read.emit(request, self._overview(request))
        except Exception as error:  # last line of defence: the thread must live on
            if request.stop.is_set():
                return
            if not isinstance(error, KnownError):
                log.exception("reading a log failed")
            self.failed.emit(request, Problem.from_error(error))

    def _overview(self, request: LogRequest) -> LogOverview:
        from chatbot.chatlogs.reading import read_log
        from chatbot.chatlogs.records import DateOrder, PrivateDataOptions, ReadOptions
        private = PrivateDataOptions(names=request.names)
        order = DateOrder(request.date_order) if request.date_order else None
        options = ReadOptions(order, private_data=private, stop=request.stop, on_progress=self._on_progress)
        base_id = request.own_chats_for
        opened = read_log(request.files, options) if base_id is None else open_own_chats(base_id, options)
        with opened as found:
            review = tuple(found.review_list(private, REVIEW_LIMIT))
            return LogOverview(request.files, found.report, review, base_id is not None)

    def _on_progress(self, progress: Any) -> None:
        self.progressed.emit(progress.bytes_read // 1024, max(1, progress.total_bytes // 1024))

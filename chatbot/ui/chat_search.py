"""Searching all messages while the user types."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from chatbot.core.protocols import ChatStore
from chatbot.ui.reporting import reporting

DELAY_MS = 150
LIMIT = 200


class ChatSearch(QObject):
    """Asks the store a moment after the last key press."""

    found = Signal(str, object)
    """(query, list of SearchHit)"""
    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._query = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._on_time)

    @Slot(str)
    def search(self, query: str) -> None:
        """Search for ``query`` soon; an empty one finds nothing."""
        self._query = query
        self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        with reporting(self.problem_raised):
            hits = self._store.search(self._query, LIMIT) if self._query.strip() else []
            self.found.emit(self._query, hits)

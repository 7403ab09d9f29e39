"""Searching all messages while the user types."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from chatbot.core.messages import SearchHit
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
        self._hits: list[SearchHit] | None = None
        """What was found last for the same query; None: it was just typed."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._on_time)

    @Slot(str)
    def search(self, query: str) -> None:
        """Search for ``query`` soon; an empty one finds nothing."""
        self._query, self._hits = query, None
        self._timer.start()

    @Slot()
    def refresh(self) -> None:
        """Conversations were written, named, deleted or brought back: what was found may have changed."""
        if self._query.strip():
            self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        with reporting(self.problem_raised):
            hits = self._store.search(self._query, LIMIT) if self._query.strip() else []
            if hits != self._hits:
                self._hits = hits
                self.found.emit(self._query, hits)

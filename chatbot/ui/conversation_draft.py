"""Unsent text of the shown conversation, stored a moment after the last key press."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from chatbot.core.protocols import ChatStore
from chatbot.ui.reporting import reporting

DELAY_MS = 400


class ConversationDraft(QObject):
    """Belongs to one conversation at a time; ``store`` before another is opened."""

    problem_raised = Signal(object)

    def __init__(self, store: ChatStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._conversation_id: int | None = None
        self._text: str | None = None
        """What the store does not have yet; None: nothing."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.store)

    def begin(self, conversation_id: int) -> None:
        """Text kept from now on belongs to this conversation."""
        self.store()
        self._conversation_id = conversation_id

    @Slot(str)
    def keep(self, text: str) -> None:
        """Remember unsent text; it reaches the store a moment later."""
        self._text = text
        self._timer.start()

    @Slot()
    def store(self) -> None:
        """Store unsent text now."""
        self._timer.stop()
        text, self._text = self._text, None
        if text is not None and self._conversation_id is not None:
            with reporting(self.problem_raised):
                self._store.set_draft(self._conversation_id, text)

    def drop(self) -> None:
        """The text was sent."""
        self._timer.stop()
        self._text = None

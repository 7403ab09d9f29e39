"""The flow of a chat: key press, stored exchange, reply request, pieces, stored reply. A QObject without widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from chatbot.core.protocols import ChatStore, EngineHandle, WindowSettings


class ChatController(QObject):
    """Owns what is shown and what is written; windows only show it and pass wishes on."""

    conversation_opened = Signal(object)
    """(Conversation)"""
    conversations_changed = Signal()
    busy_changed = Signal(bool)
    """A reply of the shown conversation is being written."""
    reply_finished = Signal(object)
    """(Message) of the shown conversation, once, when it is whole"""
    problem_raised = Signal(object)
    """(Problem)"""
    sampling_shown = Signal(object, bool)
    """(Sampling, whether it belongs to this conversation alone)"""
    distribution_changed = Signal(object)
    """(Distribution | None)"""

    def __init__(self, store: ChatStore, engine: EngineHandle, settings: WindowSettings,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._engine = engine
        self._settings = settings

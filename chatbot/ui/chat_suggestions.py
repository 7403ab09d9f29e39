"""Suggestions for the message that is being written: from the text in the field to a request, and back."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import KnownError
from chatbot.core.protocols import ChatStore, EngineHandle, WindowSettings
from chatbot.core.replies import Suggestion, SuggestionRequest, Turn
from chatbot.ui.chat_controller import ChatController

log = logging.getLogger(__name__)


class ChatSuggestions(QObject):
    """Asks the loaded model how the message may go on. Quiet about every problem: nobody asked for a suggestion.

    Signals:
        ready(str, str): the typed text and the words that may follow it.
        withdrawn(): the user does not want any.
    """

    ready = Signal(str, str)
    withdrawn = Signal()

    def __init__(self, store: ChatStore, engine: EngineHandle, settings: WindowSettings, controller: ChatController,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._engine = engine
        self._settings = settings
        self._controller = controller
        self._place: tuple[bytes | None, tuple[Turn, ...]] | None = None
        """State and turns at the end of the shown conversation, kept because every pause in typing needs them."""
        self._place_of: tuple[object, ...] = ()
        self._last_job_id = 0
        rows = controller.model
        for signal in (rows.rowsInserted, rows.rowsRemoved, rows.modelReset, rows.dataChanged,
                       controller.conversation_opened, controller.language_model.changed):
            signal.connect(self.forget_place)
        engine.suggestion_ready.connect(self._on_suggestion_ready)

    @Slot()
    def forget_place(self) -> None:
        """The conversation or the model is another now."""
        self._place = None

    @Slot(str)
    def ask(self, text: str) -> None:
        """Ask how ``text`` may go on; without a free and loaded model there is no answer."""
        controller = self._controller
        if not self._settings.are_suggestions_shown or self._engine.is_busy or controller.conversation is None:
            return
        model_id = controller.language_model.loaded_id(controller.wanted_model_id)
        if model_id is None:
            return
        try:
            state, turns = self._end_of(controller.conversation.id, model_id)
        except KnownError as error:
            log.info("no suggestion: %s", error)
            return
        self._last_job_id += 1
        self._engine.request_suggestion(SuggestionRequest(self._last_job_id, model_id, turns, text, state))

    def _end_of(self, conversation_id: int, model_id: str) -> tuple[bytes | None, tuple[Turn, ...]]:
        forgets = self._controller.model.forgets_next
        if self._place is None or self._place_of != (conversation_id, model_id, forgets):
            head_id = self._store.conversation(conversation_id).head_id
            state, later = (None, []) if forgets else self._store.nearest_state(head_id, model_id)
            self._place = state, tuple(Turn(each.role, each.text, each.id) for each in later)
            self._place_of = (conversation_id, model_id, forgets)
        return self._place

    @Slot(str)
    def on_setting_changed(self, name: str) -> None:
        """Suggestions may have been switched off."""
        if name == "are_suggestions_shown" and not self._settings.are_suggestions_shown:
            self.withdrawn.emit()

    @Slot(object)
    def _on_suggestion_ready(self, suggestion: Suggestion) -> None:
        is_wanted = suggestion.job_id == self._last_job_id and self._settings.are_suggestions_shown
        if is_wanted and suggestion.text:
            self.ready.emit(suggestion.typed, suggestion.text)

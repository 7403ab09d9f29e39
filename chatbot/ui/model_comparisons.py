"""Where comparing models meets the chat window: one window, made when it is wanted first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from chatbot.core.messages import Conversation
from chatbot.core.protocols import ChatStore
from chatbot.core.sampling import Sampling
from chatbot.ui.chat_language_model import ModelStatus

if TYPE_CHECKING:
    from chatbot.ui.main_window import MainWindow
    from chatbot.ui.model_comparison_window import ModelComparisonWindow
    from chatbot.worker.engine_handle import EngineHandle


class ModelComparisons(QObject):
    """Opens the window, tells it what the chat window shows, and gives a conversation the model that was liked."""

    def __init__(self, window: MainWindow, store: ChatStore, make_engine: Callable[[], EngineHandle]) -> None:
        """``make_engine`` gives the door to an engine thread of its own, called when it is wanted first."""
        super().__init__(window)
        self._window, self._store, self._make_engine = window, store, make_engine
        self._made: ModelComparisonWindow | None = None
        window.header.model_button.comparison_wanted.connect(self.open)
        window.controller.conversation_opened.connect(self._on_conversation_shown)
        window.controller.conversation_changed.connect(self._on_conversation_shown)
        window.controller.language_model.changed.connect(self._on_model_changed)

    @property
    def comparison_window(self) -> ModelComparisonWindow:
        """The one window."""
        if self._made is None:
            from chatbot.ui.model_comparison import ModelComparison
            from chatbot.ui.model_comparison_window import ModelComparisonWindow
            comparison = ModelComparison(self._store, self._make_engine(), self)
            self._made = ModelComparisonWindow(self._store, comparison, self._present_sampling, self._window)
            self._made.model_chosen.connect(self._window.controller.choose_model)
        return self._made

    @Slot()
    @Slot(str)
    def open(self, model_id: str = "") -> None:
        """Show the window, with ``model_id`` as the second model if it is given."""
        shown, language_model = self.comparison_window, self._window.controller.language_model
        language_model.look()
        here, before = self._writing_id(), shown.chosen_ids
        wanted = [each for each in before if each] if before != ("", "") and not model_id else [here]
        if model_id == here:
            wanted = [model_id, *(each for each in reversed(before) if each)]
        elif model_id:
            wanted = [here, model_id]
        shown.show_models(language_model.installed, wanted)
        self._tell()
        shown.show()
        shown.raise_()
        shown.activateWindow()

    @Slot(object)
    def _on_conversation_shown(self, _conversation: Conversation) -> None:
        self._tell()

    @Slot(object)
    def _on_model_changed(self, _status: ModelStatus) -> None:
        self._tell()

    def _tell(self) -> None:
        if self._made is not None:
            self._made.show_conversation(self._window.controller.conversation, self._writing_id())

    def _writing_id(self) -> str:
        """The model of the shown conversation by its real id; '' while that is not known."""
        language_model = self._window.controller.language_model
        return language_model.loaded_id(self._window.controller.wanted_model_id) or ""

    def _present_sampling(self) -> Sampling:
        return self._window.controller.sampling.sampling

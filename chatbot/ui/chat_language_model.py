"""Which language model is loaded, as far as the window knows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.protocols import EngineHandle
from chatbot.core.replies import ModelSummary


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """``wanted_id`` is the id that was asked for ('': the default model)."""

    wanted_id: str
    summary: ModelSummary | None = None
    problem: Problem | None = None
    is_loading: bool = False


class ChatLanguageModel(QObject):
    """Asks for models one at a time and remembers the answer."""

    changed = Signal(object)
    """(ModelStatus)"""

    def __init__(self, engine: EngineHandle, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.status = ModelStatus("")
        engine.model_ready.connect(self._on_model_ready)
        engine.model_failed.connect(self._on_model_failed)

    def load(self, model_id: str) -> None:
        """Have ``model_id`` loaded unless it is loaded or another one is on its way."""
        if not self.status.is_loading and self.loaded_id(model_id) is None:
            self._set(ModelStatus(model_id, self.status.summary, None, True))
            self._engine.load_model(model_id)

    def loaded_id(self, wanted_id: str) -> str | None:
        """The real id of the loaded model if it is the wanted one, else None."""
        summary = self.status.summary
        if summary is None or self.status.is_loading or self.status.problem is not None:
            return None
        return summary.id if wanted_id in (summary.id, self.status.wanted_id) else None

    @Slot(object)
    def _on_model_ready(self, summary: ModelSummary) -> None:
        self._set(ModelStatus(self.status.wanted_id, summary))

    @Slot(object)
    def _on_model_failed(self, problem: Problem) -> None:
        self._set(ModelStatus(self.status.wanted_id, None, problem))

    def _set(self, status: ModelStatus) -> None:
        self.status = status
        self.changed.emit(status)

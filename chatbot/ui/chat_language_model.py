"""Which language model is loaded and which ones there are, as far as the window knows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.errors import Problem
from chatbot.core.protocols import EngineHandle, InstalledModels
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

    def __init__(self, engine: EngineHandle, installed: InstalledModels | None = None,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._installed = installed
        self.installed: list[ModelSummary] = []
        """The models there were when they were looked for last."""
        self.status = ModelStatus("")
        engine.model_ready.connect(self._on_model_ready)
        engine.model_failed.connect(self._on_model_failed)

    def load(self, model_id: str) -> None:
        """Have ``model_id`` loaded unless it is loaded or another one is on its way."""
        if not self.status.is_loading and self.loaded_id(model_id) is None:
            self._set(ModelStatus(model_id, self.status.summary, None, True))
            self._engine.load_model(model_id)

    def may_load(self, model_id: str) -> bool:
        """Whether showing a conversation with ``model_id`` should load it: not before the first load, which waits for
        the window, and not again if it has just failed."""
        status = self.status
        return status.summary is not None or (status.problem is not None and status.wanted_id != model_id)

    def reload(self) -> None:
        """Have the model loaded again: its files are others now. Replies wait until it is."""
        wanted_id = self.status.wanted_id
        self._set(ModelStatus(wanted_id, self.status.summary, None, True))
        self._engine.reload_model(wanted_id)

    def look(self) -> None:
        """Look which models are installed. A loaded one counts even if its folder is gone."""
        self.installed = [] if self._installed is None else self._installed.all()
        loaded = self.status.summary
        if loaded is not None and loaded.id not in {model.id for model in self.installed}:
            self.installed.append(loaded)

    def loaded_id(self, wanted_id: str) -> str | None:
        """The real id of the loaded model if it is the wanted one, else None."""
        summary = self.status.summary
        if summary is None or self.status.is_loading or self.status.problem is not None:
            return None
        return summary.id if wanted_id in (summary.id, self.status.wanted_id) else None

    @Slot(object)
    def _on_model_ready(self, summary: ModelSummary) -> None:
        self.status = ModelStatus(self.status.wanted_id, summary)
        self.look()
        self.changed.emit(self.status)

    @Slot(object)
    def _on_model_failed(self, problem: Problem) -> None:
        self._set(ModelStatus(self.status.wanted_id, None, problem))

    def _set(self, status: ModelStatus) -> None:
        self.status = status
        self.changed.emit(status)

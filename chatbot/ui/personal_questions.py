"""What making a personal model asks before something is gone for good; tests answer in the person's place."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chatbot.ui.model_questions import is_confirmed


class PersonalQuestions(QObject):
    """Every answer is False when the person changes their mind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def may_delete(self, title: str) -> bool:
        """Whether the new model may be deleted."""
        question = self.tr("Delete “{0}”? The model and everything it learned go for good. The chat it learned from is "
                           "not touched.")
        return is_confirmed(self._window, self.tr("Delete model"), question.format(title), self.tr("Delete"))

    def may_give_up(self, title: str) -> bool:
        """Whether an unfinished training may be forgotten."""
        question = self.tr("Give up “{0}”? What was learned so far goes for good. The chat it learned from is not "
                           "touched.")
        return is_confirmed(self._window, self.tr("Unfinished training"), question.format(title), self.tr("Give up"))

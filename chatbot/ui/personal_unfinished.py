"""Trainings that were not finished: a line for each, to go on with it or to give it up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from chatbot.core.personal import UnfinishedTraining
from chatbot.ui import theme

_MODEL_ID = "model_id"


class UnfinishedTrainings(QWidget):
    """Hidden while there are none.

    Signals:
        go_on_requested(str), give_up_requested(str): the id of the model in the making.
    """

    go_on_requested = Signal(str)
    give_up_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.scaled(6))
        self._lines: list[QFrame] = []
        self.hide()

    def show_trainings(self, trainings: Sequence[UnfinishedTraining]) -> None:
        """Show these and no others."""
        for line in self._lines:
            self._box.removeWidget(line)
            line.deleteLater()
        self._lines = [self._line(training) for training in trainings]
        for line in self._lines:
            self._box.addWidget(line)
        self.setVisible(bool(self._lines))

    def _line(self, training: UnfinishedTraining) -> QFrame:
        line = QFrame(self)
        line.setProperty("role", "card")
        text = QLabel(self._sentence(training), line)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        give_up = self._button(self.tr("Give up"), training, "link")
        give_up.clicked.connect(self._on_give_up)
        row = QHBoxLayout(line)
        row.setContentsMargins(theme.scaled(12), theme.scaled(8), theme.scaled(8), theme.scaled(8))
        row.addWidget(text, 1)
        row.addWidget(give_up)
        if training.can_go_on:
            go_on = self._button(self.tr("Go on"), training, "")
            go_on.clicked.connect(self._on_go_on)
            row.addWidget(go_on)
        return line

    def _sentence(self, training: UnfinishedTraining) -> str:
        if training.can_go_on:
            return self.tr("The training of “{0}” is not finished.").format(training.title)
        if training.job is None:
            return self.tr("The training of “{0}” is not finished, and what it was to learn is not known any more."
                           ).format(training.title)
        missing = next((file.name for file in training.job.files if not file.exists()), "")
        return self.tr("The training of “{0}” is not finished. To go on, put {1} back where it was.").format(
            training.title, missing)

    def _button(self, text: str, training: UnfinishedTraining, role: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setProperty("role", role)
        button.setProperty(_MODEL_ID, training.model_id)
        button.setAccessibleName(self.tr("{0}: {1}").format(text, training.title))
        return button

    @Slot()
    def _on_go_on(self) -> None:
        self.go_on_requested.emit(self.sender().property(_MODEL_ID))

    @Slot()
    def _on_give_up(self) -> None:
        self.give_up_requested.emit(self.sender().property(_MODEL_ID))

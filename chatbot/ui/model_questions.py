"""What the models page asks the person, in dialogs; tests answer in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from chatbot.core.models import ModelRow

Confirm = Callable[[QWidget, str, str, str], bool]
"""(window, title, question, text of the button that says yes)"""


class ModelQuestions(QObject):
    """Every answer is None or False when the person changes their mind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent

    def folder_to_add(self) -> Path | None:
        """A folder that holds a model."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Choose a folder that holds a model"))
        return Path(name) if name else None

    def zip_to_add(self) -> Path | None:
        """A zip file that holds a model."""
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Choose a zip file that holds a model"), "",
                                              self.tr("Model packages (*.zip)"))
        return Path(name) if name else None

    def folder_to_move_to(self, present: Path) -> Path | None:
        """Where the models shall be kept from now on."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Choose an empty folder for your models"),
                                                str(present.parent))
        return Path(name) if name else None

    def catalogue_address(self) -> str | None:
        """The address of a catalogue to add."""
        text, is_chosen = QInputDialog.getText(
            self._window, self.tr("Add a catalogue"),
            self.tr("Address of the catalogue (https://, hf://owner/name or a folder).\n"
                    "It is asked now, and whenever you look for models."), QLineEdit.EchoMode.Normal, "https://")
        return text.strip() if is_chosen and text.strip() not in ("", "https://") else None

    def may_delete(self, row: ModelRow) -> bool:
        """Whether a model may be deleted for good."""
        question = self.tr("Delete the model “{0}” from this computer? Conversations keep their texts.")
        return is_confirmed(self._window, self.tr("Delete model"), question.format(row.name), self.tr("Delete"))

    def may_open(self, address: str) -> bool:
        """Whether a link of a model card may be opened in the browser."""
        question = self.tr("Open this address in your browser?\n\n{0}")
        return is_confirmed(self._window, self.tr("Open link"), question.format(address), self.tr("Open"))


def is_confirmed(window: QWidget, title: str, question: str, yes_text: str) -> bool:
    """Ask; whether the button ``yes_text`` was chosen. The other one cancels and is the default."""
    box = QMessageBox(QMessageBox.Icon.Question, title, question, parent=window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    yes = box.addButton(yes_text, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is yes

"""A message too long for the transcript, whole, in a window of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from chatbot.ui import theme
from chatbot.ui.message_text import has_endless_word


class MessageWindow(QDialog):
    """Read, select, copy. Deletes itself when closed."""

    def __init__(self, author: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Message by {0}").format(author))
        self.field = QPlainTextEdit(self)
        self.field.setReadOnly(True)
        self.field.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                           | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.field.setAccessibleName(self.tr("Text of the message by {0}").format(author))
        if has_endless_word(text):
            self.field.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.field.setPlainText(text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        box = QVBoxLayout(self)
        box.addWidget(self.field, 1)
        box.addWidget(buttons)
        self.resize(theme.scaled(640), theme.scaled(520))

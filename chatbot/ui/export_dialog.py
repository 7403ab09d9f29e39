"""What is to be exported, and how."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (QButtonGroup, QDialog, QDialogButtonBox, QGroupBox, QLabel, QPushButton, QRadioButton,
                               QVBoxLayout, QWidget)

from chatbot.core.messages import Conversation

SUFFIXES = {"markdown": ".md", "text": ".txt", "json": ".json"}
MAX_NAME_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """``file_format`` is ``markdown``, ``text`` or ``json``, as the store names them."""

    is_all: bool
    file_format: str


def suggested_name(choice: ExportChoice, conversation: Conversation | None) -> str:
    """A file name that every system takes."""
    title = conversation.title if conversation is not None and not choice.is_all else ""
    stem = re.sub(r"[^\w\- ]+", "", title).strip()[:MAX_NAME_CHARACTERS].strip() or time.strftime("chats %Y-%m-%d")
    return stem + SUFFIXES[choice.file_format]


class ExportDialog(QDialog):
    """One or all, and one of three formats."""

    def __init__(self, conversation: Conversation | None, *, is_all: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.one = QRadioButton(self.tr("&This conversation"), self)
        self.all = QRadioButton(self.tr("&All conversations"), self)
        self.one.setEnabled(conversation is not None)
        (self.all if is_all or conversation is None else self.one).setChecked(True)
        self.formats: dict[str, QRadioButton] = {}
        box = QVBoxLayout(self)
        box.setSpacing(12)
        box.addWidget(self._group(self.tr("What"), [self.one, self.all]))
        box.addWidget(self._format_group())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        save = QPushButton(self.tr("Choose file…"))
        save.setProperty("role", "primary")  # before it is added: a button is dressed when it gets its place
        buttons.addButton(save, QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)

    def _group(self, title: str, buttons: list[QRadioButton]) -> QGroupBox:
        group = QGroupBox(title, self)
        inside = QVBoxLayout(group)
        together = QButtonGroup(group)
        for button in buttons:
            together.addButton(button)
            inside.addWidget(button)
        return group

    def _format_group(self) -> QGroupBox:
        texts = {"markdown": self.tr("&Markdown, to read and to publish"), "text": self.tr("Plain &text, to read"),
                 "json": self.tr("&JSON, complete: every version, can be imported again")}
        self.formats = {name: QRadioButton(text, self) for name, text in texts.items()}
        self.formats["markdown"].setChecked(True)
        group = self._group(self.tr("As"), list(self.formats.values()))
        note = QLabel(self.tr("The file is not encrypted: whoever has it can read it."), group)
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        layout = group.layout()
        if layout is not None:
            layout.addWidget(note)
        return group

    @property
    def choice(self) -> ExportChoice:
        """What the user chose."""
        chosen = next(name for name, button in self.formats.items() if button.isChecked())
        return ExportChoice(self.all.isChecked(), chosen)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.adjustSize()

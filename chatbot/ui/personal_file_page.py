"""First page of making a personal model: drop or choose a chat export, wait for it, answer what it leaves open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (QButtonGroup, QFileDialog, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton,
                               QRadioButton, QSizePolicy, QVBoxLayout, QWidget)

from chatbot.ui import theme
from chatbot.ui.personal_unfinished import UnfinishedTrainings


class DropArea(QFrame):
    """A field that takes files from the desktop, with a button for those who do not drag."""

    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._is_over = False
        self.button = QPushButton(self.tr("Choose files…"), self)
        self.button.clicked.connect(self._on_choose)
        text = QLabel(self.tr("Drop a chat export here"), self)
        text.setProperty("role", "heading")
        kinds = QLabel(self.tr("WhatsApp, Telegram, Discord, Messenger, Instagram, Slack, Signal, iMessage, LINE and "
                               "more; zip files and folders too. It is read on this computer and nowhere else."), self)
        kinds.setProperty("role", "muted")
        kinds.setWordWrap(True)
        kinds.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.scaled(24)] * 4)
        layout.setSpacing(theme.scaled(10))
        layout.addStretch(1)
        layout.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(kinds)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    @Slot()
    def _on_choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose chat exports"), str(Path.home()))
        if names:
            self.files_dropped.emit([Path(name) for name in names])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)

    def _show_over(self, is_over: bool) -> None:
        self._is_over = is_over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colours.accent_tint if self._is_over else colours.surface)
        painter.setPen(QPen(colours.accent if self._is_over else colours.muted_text, theme.scaled(1.5),
                            Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), theme.scaled(10), theme.scaled(10))


class OwnChatsCard(QFrame):
    """The other thing to learn from: the conversations held in this program."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.button = QPushButton(self.tr("Learn from my chats"), self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.chosen)
        words = QLabel(self.tr("Or from your conversations here: your own words, and the replies that you edited, "
                               "liked or kept after another version. Nothing of deleted conversations."), self)
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button.setAccessibleDescription(words.text())
        row = QHBoxLayout(self)
        row.setContentsMargins(*[theme.scaled(12)] * 4)
        row.setSpacing(theme.scaled(12))
        row.addWidget(words, 1)
        row.addWidget(self.button)


class PersonalFilePage(QWidget):
    """Signals: files_chosen(list[Path]); own_chats_chosen(); date_order_chosen(str), the answer to the report's
    question."""

    files_chosen = Signal(list)
    own_chats_chosen = Signal()
    date_order_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = DropArea(self)
        self.area.files_dropped.connect(self.files_chosen)
        self.own_chats = OwnChatsCard(self)
        self.own_chats.chosen.connect(self.own_chats_chosen)
        self.unfinished = UnfinishedTrainings(self)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(self.tr("Reading the export"))
        self.progress.setTextVisible(False)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self._answers = QWidget(self)
        self._answers_layout = QVBoxLayout(self._answers)
        self._answers_layout.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._on_answered)
        self._orders: list[str] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(10))
        layout.addWidget(self.unfinished)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.own_chats)
        for widget in (self.progress, self.message, self._answers):
            layout.addWidget(widget)
        self.show_idle()

    def show_idle(self) -> None:
        """Waiting for files."""
        self._say("", "")
        self.progress.hide()

    def show_reading(self, kilobytes: int, of: int) -> None:
        """So much of the present file is read."""
        self._say(self.tr("Reading…"), "muted")
        self.progress.setRange(0, of)
        self.progress.setValue(kilobytes)
        self.progress.show()

    def show_problem(self, sentence: str) -> None:
        """Nothing could be read; another file may be chosen."""
        self.progress.hide()
        self._say(sentence, "danger")

    def show_question(self, question: Any) -> None:
        """Ask in which order day and month stand (a ``DateQuestion``), or say that a table needs the terminal."""
        self.progress.hide()
        self._say(question.sentence, "warning")
        for reading in getattr(question, "readings", ()):
            button = QRadioButton(self.tr("{0} is {1}").format(question.sample, reading.date), self._answers)
            self._group.addButton(button, len(self._orders))
            self._orders.append(str(reading.order.value))
            self._answers_layout.addWidget(button)
        if not self._orders:
            self._say(question.sentence + " " + self.tr("Tables with other columns can be learned from in the "
                                                        "terminal."), "warning")

    def _say(self, text: str, role: str) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        self._orders.clear()
        self.message.setText(text)
        self.message.setProperty("role", role)
        self.message.style().polish(self.message)
        self.message.setVisible(bool(text))

    @Slot(int)
    def _on_answered(self, number: int) -> None:
        self.date_order_chosen.emit(self._orders[number])

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.area.update()
        super().changeEvent(event)

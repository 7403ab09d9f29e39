"""First page of making a personal model: drop or choose a chat export, wait for it, answer what it leaves open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (QButtonGroup, QFileDialog, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton,
                               QRadioButton, QSizePolicy, QVBoxLayout, QWidget)

from chatbot.ui import icons, theme
from chatbot.ui.personal_unfinished import UnfinishedTrainings

_COLUMN_PX, _PICTURE_PX = 540, 40


class DropArea(QFrame):
    """A field that takes files from the desktop, with a button for those who do not drag."""

    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._is_over = False
        self.button = QPushButton(self.tr("Choose files…"), self)
        self.button.clicked.connect(self._on_choose)
        self.button.setAutoDefault(False)
        self._picture = QLabel(self)
        text = QLabel(self.tr("Drop a chat export here"), self)
        text.setProperty("role", "heading")
        kinds = self._words(self.tr("WhatsApp, Telegram, Discord, Messenger, Instagram, Slack, Signal, iMessage, LINE "
                                    "and more; zip files and folders too."))
        how = self._words(self.tr("In WhatsApp: open the chat, then More, Export chat, Without media. It is read on "
                                  "this computer and nowhere else."))
        for label in (self._picture, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QWidget(self)
        column.setMaximumWidth(theme.scaled(_COLUMN_PX))
        box = QVBoxLayout(column)
        box.setSpacing(theme.scaled(10))
        for widget in (self._picture, text, kinds, how):
            box.addWidget(widget)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        # Stretches at the sides, for a layout asks an aligned widget for its height at the whole width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        self._draw_picture()
        theme.watcher().theme_changed.connect(self._draw_picture)

    def _words(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return label

    @Slot()
    def _draw_picture(self) -> None:
        self._picture.setPixmap(icons.icon("import", "accent").pixmap(*[theme.scaled(_PICTURE_PX)] * 2))

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
        quiet = theme.mixed(colours.surface, colours.muted_text, 0.5)
        painter.setPen(QPen(colours.accent if self._is_over else quiet, theme.scaled(1), Qt.PenStyle.DashLine))
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

"""What an empty conversation shows: who Wren is, what to try, and one honest line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from chatbot.ui import fonts, icons, theme
from chatbot.ui.transcript_layout import column_width

_SHARE_OF_COLUMN = 1.12


class EmptyTranscript(QWidget):
    """A greeting with a few beginnings to choose from."""

    suggestion_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(self.tr("Say hello to Wren"), self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = QLabel(self.tr("Small talk works best. Tell Wren your name and ask for it later, "
                                    "or begin with one of these:"), self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setProperty("role", "muted")
        self.suggestions = [QPushButton(text, self) for text in self._beginnings()]
        self._arrange()
        theme.watcher().theme_changed.connect(self._fit)

    def _beginnings(self) -> tuple[str, ...]:
        # Wren speaks English, so these are not translated: they are sent as they stand.
        return ("Hello! How are you today?", "Who are you?",
                "My name is Ada and I have a cat called Tom.", "What do you like to talk about?")

    def _arrange(self) -> None:
        self._grid = grid = QGridLayout()
        grid.setSpacing(8)
        for button in self.suggestions:
            button.setAccessibleName(self.tr("Send: {0}").format(button.text()))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self._on_clicked)
        box = QVBoxLayout(self)
        box.setSpacing(12)
        box.addStretch(2)
        for widget in (self._picture, self._title, self._hint):
            box.addWidget(widget)
        box.addSpacing(6)
        box.addLayout(grid)
        box.addStretch(3)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        if not self.isVisible():  # measuring before the style sheet has dressed it would spoil the title's font
            return
        self._fit_width()
        side = self.fontMetrics().height() * 3
        self._picture.setPixmap(icons.icon("wren", "accent").pixmap(QSize(side, side)))
        font = fonts.small(self.font(), 1.5)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)

    def _fit_width(self) -> None:
        """A little wider than the column of text in a transcript."""
        least = theme.scaled(12)
        side = max(least, (self.width() - round(column_width(self.font()) * _SHARE_OF_COLUMN)) // 2)
        self.layout().setContentsMargins(side, least, side, least)
        self._place_suggestions(self.width() - 2 * side)

    def _place_suggestions(self, room: int) -> None:
        """In two columns, or where that is too narrow only the first two, below each other; none that has no room."""
        widths = [max(button.sizeHint().width() for button in self.suggestions[column::2]) for column in (0, 1)]
        columns = 2 if sum(widths) + self._grid.spacing() <= room else 1
        for column, width in enumerate(widths):
            self._grid.setColumnStretch(column, width if column < columns else 0)
        for number, button in enumerate(self.suggestions):
            self._grid.addWidget(button, number // columns, number % columns)
            button.setVisible(number < min(2, self._rows_that_fit(room)) * columns)

    def _rows_that_fit(self, room: int) -> int:
        above = self._picture.sizeHint().height() + self._title.sizeHint().height()
        above += self._hint.heightForWidth(max(room, 1)) + 4 * self.layout().spacing() + 2 * theme.scaled(12)
        return max(0, self.height() - above) // (self.suggestions[0].sizeHint().height() + self._grid.spacing())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self._fit_width()

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.suggestion_chosen.emit(button.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange) and hasattr(self, "suggestions"):
            self._fit()

"""What an empty conversation shows: who Wren is, what to try, and one honest line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from chatbot.ui import fonts, icons


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
        self._fit()

    def _beginnings(self) -> tuple[str, ...]:
        # Wren speaks English, so these are not translated: they are sent as they stand.
        return ("Hello! How are you today?", "Who are you?",
                "My name is Ada and I have a cat called Tom.", "What do you like to talk about?")

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, button in enumerate(self.suggestions):
            button.setAccessibleName(self.tr("Send: {0}").format(button.text()))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self._on_clicked)
            grid.addWidget(button, number // 2, number % 2)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(12)
        box.addStretch(2)
        for widget in (self._picture, self._title, self._hint):
            box.addWidget(widget)
        box.addSpacing(6)
        box.addLayout(grid)
        box.addStretch(3)

    def _fit(self) -> None:
        side = self.fontMetrics().height() * 3
        self._picture.setPixmap(icons.icon("wren", "accent").pixmap(QSize(side, side)))
        font = fonts.small(self.font(), 1.5)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.suggestion_chosen.emit(button.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange) and hasattr(self, "suggestions"):
            self._fit()

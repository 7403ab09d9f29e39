"""A button as wide as its row, whose text wraps, with the number of the key that presses it in front."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from chatbot.ui import theme


class AnswerButton(QPushButton):
    """One of several answers to choose from. A push button draws its text on one line, so labels lie on this one."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        """``number``: 1 to 9, also the key."""
        super().__init__(parent)
        self.number = number
        self.setAutoDefault(False)
        self._key = self._label(str(number))
        self._key.setProperty("role", "muted")
        self._text = self._label("")
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(*[theme.scaled(12)] * 4)
        row.setSpacing(theme.scaled(12))
        row.addWidget(self._key, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        shortcut = QShortcut(QKeySequence(str(number)), self)
        shortcut.setAutoRepeat(False)  # a key held down would answer every question
        shortcut.activated.connect(self.click)

    def show_answer(self, text: str) -> None:
        """Show ``text``, and tell it to screen readers."""
        self._text.setText(text)
        self.setAccessibleName(self.tr("Answer {0}: {1}").format(self.number, text))
        self.updateGeometry()

    @property
    def answer(self) -> str:
        """The text that is shown."""
        return self._text.text()

    def sizeHint(self) -> QSize:
        """What the labels want, not what a button without text wants."""
        return self.layout().totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """As ``sizeHint``; the width is the row's."""
        return self.layout().totalMinimumSize()

    def heightForWidth(self, width: int) -> int:
        """The height of the wrapped text."""
        return self.layout().totalHeightForWidth(width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return label

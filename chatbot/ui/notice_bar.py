"""One line above the composer: what went wrong, or what can be undone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from chatbot.ui import icons, theme

SHOWN_MS = 12_000
"""How long a notice stays that asks for nothing; the mouse or the keyboard on it keeps it."""


class NoticeBar(QFrame):
    """Shows one notice; a newer one takes its place."""

    action_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_bar")
        self.setAccessibleName(self.tr("Notice"))
        self._action = ""
        self._is_bad = False
        self._picture = QLabel(self)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)  # titles and names are shown as they were typed
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(self)
        self.button.setProperty("role", "link")
        self._close = QToolButton(self)
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(self.tr("Close the notice"))
        self._close.setToolTip(self.tr("Close"))
        icons.assign(self._close, "close", "muted_text")
        box = QHBoxLayout(self)
        box.setContentsMargins(12, 5, 6, 5)
        for widget in (self._picture, self.label, self.button, self._close):
            box.addWidget(widget, 1 if widget is self.label else 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.button.clicked.connect(self._on_button_clicked)
        self._close.clicked.connect(self.hide)
        self.hide()

    def show_notice(self, text: str, action: str = "", action_text: str = "", *, is_bad: bool = False,
                    stays: bool = False) -> None:
        """Show ``text`` with an optional button; ``stays``: until it is closed or another comes."""
        self._action, self._is_bad = action, is_bad
        self.label.setText(text)
        self.label.setAccessibleName(text)
        self.button.setText(action_text)
        self.button.setAccessibleName(action_text)
        self.button.setVisible(bool(action))
        side = self.fontMetrics().height()
        self._picture.setPixmap(icons.icon("warning" if is_bad else "info", "danger" if is_bad else "muted_text")
                                .pixmap(side, side))
        self.show()
        self.update()
        if stays:
            self._timer.stop()
        else:
            self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self.label, QAccessible.Event.Alert))

    def withdraw(self, action: str) -> None:
        """Hide the notice if it offers ``action``: it was done or is no longer possible."""
        if self._action == action:
            self.hide()

    @Slot()
    def _on_button_clicked(self) -> None:
        self.hide()
        self.action_chosen.emit(self._action)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self._timer.isActive():
            self._timer.start(10 * SHOWN_MS)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._timer.isActive():
            self._timer.start(SHOWN_MS)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.danger if self._is_bad else colours.divider, 1))
        painter.setBrush(colours.raised)
        radius = theme.scaled(8)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)

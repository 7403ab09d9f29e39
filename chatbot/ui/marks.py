"""Small marks: a dot that says something was changed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chatbot.ui import theme


class ChangedDot(QWidget):
    """A dot in the accent colour. It keeps its place when it is not shown, so that nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_shown = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def is_shown(self) -> bool:
        """Whether the dot is painted."""
        return self._is_shown

    def set_shown(self, is_shown: bool) -> None:
        """Paint the dot, with a tool tip and a name that say what it means, or not."""
        self._is_shown = is_shown
        self.setToolTip(self.tr("Changed from the default") if is_shown else "")
        self.setAccessibleName(self.tr("Changed from the default") if is_shown else "")
        self.update()

    def sizeHint(self) -> QSize:
        """A square that fits the dot at the present zoom."""
        side = theme.scaled(8)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dot."""
        if not self._is_shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colours().accent)
        side = min(self.width(), self.height(), theme.scaled(8))
        painter.drawEllipse(0, (self.height() - side) // 2, side, side)

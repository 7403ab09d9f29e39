"""The button that says a personal model is being made, or is ready, and leads back to its window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from chatbot.core.personal import TrainPhase, TrainProgress
from chatbot.ui import theme

_ICON_PX, _GAP_PX = 16, 4
_FULL_CIRCLE = 5760
"""Qt counts sixteenths of a degree."""


class TrainingButton(QToolButton):
    """A ring that fills, and a few words. Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header_training")
        self.setAutoRaise(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName(self.tr("Personal model in the making"))
        self._share: float | None = None
        theme.watcher().theme_changed.connect(self._on_theme_changed)
        self.hide()

    def show_progress(self, progress: TrainProgress) -> None:
        """A model is being made."""
        self._share = progress.step / progress.of if progress.phase is TrainPhase.TRAINING and progress.of else None
        if progress.is_paused:
            text = self.tr("Learning is paused")
        elif self._share is not None:
            text = self.tr("Learning, {0} %").format(int(100 * self._share))
        elif progress.phase in (TrainPhase.READING, TrainPhase.MEASURING, TrainPhase.TRAINING):
            text = self.tr("Learning\u2026")
        else:
            self._share = 1.0
            text = self.tr("Checking\u2026")
        self._say(text, self.tr("A personal model is being made. You can go on chatting; click to see how far it is."))

    def show_ready(self) -> None:
        """A result waits to be seen."""
        self._share = 1.0
        self._say(self.tr("Result ready"), self.tr("The training of a personal model has ended; click to see the "
                                                   "result."))

    def show_nothing(self) -> None:
        """Nothing is being made and nothing waits."""
        self.hide()

    def _say(self, text: str, explanation: str) -> None:
        if text != self.text() or self.isHidden():
            self.setText(text)
            self.setAccessibleName(text)
            self.setToolTip(explanation)
            self.setAccessibleDescription(explanation)
        self._draw()
        self.show()

    def _draw(self) -> None:
        """The ring, at the resolution of the screen."""
        side, ratio, colours = theme.scaled(_ICON_PX), self.devicePixelRatioF(), theme.colours()
        size = QSize(side + theme.scaled(_GAP_PX), side)
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = side / 6
        ring = QRectF(width, width, side - 2 * width, side - 2 * width)
        painter.setPen(QPen(colours.divider, width))
        painter.drawEllipse(ring)
        painter.setPen(QPen(colours.accent, width))
        # From the top, clockwise.
        painter.drawArc(ring, _FULL_CIRCLE // 4, -round(_FULL_CIRCLE * (self._share or 0.0)))
        painter.end()
        self.setIcon(QIcon(picture))
        self.setIconSize(size)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._draw()

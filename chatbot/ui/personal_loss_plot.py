"""The live plot of losses. Importing this module imports pyqtgraph: only the training page does, when it is shown."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from chatbot.ui import fonts, theme
from chatbot.ui.quiet_plot import QuietPlot

_SMOOTHING = 0.85


class PersonalLossPlot(QuietPlot):
    """Training loss as a quiet line, held-out loss as a strong one with dots, the base as a dashed level."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAntialiasing(True)
        self.training: list[tuple[float, float]] = []
        self.held_out: list[tuple[float, float]] = []
        self._base: float | None = None
        self._training_line = self.plot([], [], antialias=True)
        self._held_out_line = self.plot([], [], antialias=True)
        self._base_line = pyqtgraph.InfiniteLine(angle=0)
        self._base_line.hide()
        self.addItem(self._base_line, ignoreBounds=True)
        self.adapt_to_theme()

    def adapt_to_theme(self) -> None:
        """Colours and fonts of the present theme and zoom."""
        colours = theme.colours()
        self.setBackground(colours.surface)
        self._training_line.setPen(pyqtgraph.mkPen(colours.muted_text, width=theme.scaled(1.2)))
        self._held_out_line.setPen(pyqtgraph.mkPen(colours.accent, width=theme.scaled(2.5)))
        self._held_out_line.setSymbol("o")
        self._held_out_line.setSymbolSize(theme.scaled(6))
        self._held_out_line.setSymbolBrush(colours.accent)
        self._held_out_line.setSymbolPen(None)
        self._base_line.setPen(pyqtgraph.mkPen(colours.warning, width=theme.scaled(1.5), style=Qt.PenStyle.DashLine))
        small = fonts.small(self.font())
        for side, text in (("left", self.tr("loss")), ("bottom", self.tr("step"))):
            axis = self.getAxis(side)
            axis.setStyle(tickFont=small)
            axis.setPen(pyqtgraph.mkPen(colours.divider))
            axis.setTextPen(colours.muted_text)
            axis.setLabel(text, color=colours.muted_text.name())

    def clear_losses(self) -> None:
        """Begin anew."""
        self.training.clear()
        self.held_out.clear()
        self._base_line.hide()
        self._draw()

    def add(self, step: int, loss: float | None, held_out: float | None, base: float | None) -> None:
        """Add what one report of progress brings."""
        if loss is not None:
            before = self.training[-1][1] if self.training else loss
            self.training.append((float(step), _SMOOTHING * before + (1 - _SMOOTHING) * loss))
        if base is not None:
            if not self.held_out:
                self.held_out.append((0.0, base))
            self._base_line.setValue(base)
            self._base_line.show()
            self._base = base
        if held_out is not None:
            self.held_out.append((float(step), held_out))
        self._draw()

    def _draw(self) -> None:
        for line, points in ((self._training_line, self.training), (self._held_out_line, self.held_out)):
            line.setData([x for x, _ in points], [y for _, y in points])
        for side in ("left", "bottom"):
            self.showAxis(side, bool(self.training or self.held_out))  # numbers of nothing would only puzzle
        heights = [y for _, y in (*self.training, *self.held_out)] or [0.0, 1.0]
        room = 0.08 * max(0.1, max(heights) - min(heights))
        widest = max((x for x, _ in (*self.training, *self.held_out)), default=1.0)
        self.setRange(xRange=(0.0, max(1.0, widest)), yRange=(min(heights) - room, max(heights) + room), padding=0.02)

"""The bars of the next-token picture. Importing this module imports pyqtgraph: only ``distribution_view`` does."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from chatbot.core.replies import TokenChance
from chatbot.ui import fonts, theme
from chatbot.ui.quiet_plot import QuietPlot


class DistributionPlot(QuietPlot):
    """Two bars per token: wide and quiet before the settings, narrow and strong after them. Nothing to click."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._chances: tuple[TokenChance, ...] = ()
        self._base = pyqtgraph.BarGraphItem(x0=[], y=[], height=0.82, width=[])
        self._shaped = pyqtgraph.BarGraphItem(x0=[], y=[], height=0.36, width=[])
        self.addItem(self._base)
        self.addItem(self._shaped)
        plot = self.getPlotItem()
        plot.showAxes((True, False, True, False), showValues=(True, False, True, False))
        plot.getViewBox().invertY(True)
        plot.getViewBox().setDefaultPadding(0.0)
        plot.layout.setContentsMargins(0, 0, 0, 0)
        self.adapt_to_theme()

    def adapt_to_theme(self) -> None:
        """Colours and fonts of the present theme and zoom."""
        colours = theme.colours()
        self.setBackground(colours.window)
        self._base.setOpts(brush=theme.mixed(colours.window, colours.text, 0.20), pen=None)
        self._shaped.setOpts(brush=colours.accent, pen=None)
        small = fonts.small(self.font())
        for side, colour in (("left", colours.text), ("right", colours.muted_text)):
            axis = self.getAxis(side)
            axis.setStyle(tickFont=small, tickLength=0, tickAlpha=0, tickTextOffset=theme.scaled(6))
            axis.setPen(pyqtgraph.mkPen(None))
            axis.setTextPen(colour)
        self.show_chances(self._chances)

    def show_chances(self, chances: tuple[TokenChance, ...]) -> None:
        """Show these tokens, the first on top."""
        from chatbot.ui.distribution_view import SHOWN_TOKENS, percent, shown_token
        self._chances = chances
        rows = list(range(len(chances)))
        self._base.setOpts(x0=[0.0] * len(rows), y=rows, width=[chance.base for chance in chances])
        self._shaped.setOpts(x0=[0.0] * len(rows), y=rows, width=[chance.shaped for chance in chances])
        widest = max((max(chance.base, chance.shaped) for chance in chances), default=1.0)
        self.setRange(xRange=(0.0, max(widest, 0.01)), yRange=(-0.6, SHOWN_TOKENS - 0.4), padding=0.0)
        self._label("left", [shown_token(chance.text) for chance in chances], 92)
        self._label("right", [percent(chance.shaped) for chance in chances], 54)

    def _label(self, side: str, texts: list[str], width: int) -> None:
        axis = self.getAxis(side)
        room = theme.scaled(width)
        metrics = self.fontMetrics()
        elided = [metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - theme.scaled(8)) for text in texts]
        axis.setTicks([list(enumerate(elided))])
        axis.setWidth(room)

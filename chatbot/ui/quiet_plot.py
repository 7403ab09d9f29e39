"""A plot that is only looked at. Importing this module imports pyqtgraph: only the modules of plots do."""

from __future__ import annotations

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

# For the whole program, so in one place: bars need no smooth edges (lines ask for them one by one), and the library's
# exit handler touches objects that Qt has destroyed by then.
pyqtgraph.setConfigOptions(antialias=False, exitCleanup=False)


class QuietPlot(pyqtgraph.PlotWidget):
    """Takes no focus, no mouse and no menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseEnabled(x=False, y=False)
        self.setMenuEnabled(False)
        self.hideButtons()

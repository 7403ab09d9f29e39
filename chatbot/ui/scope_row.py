"""Whom the settings are for: all conversations, or the open one alone. Always said in words beside the dot."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from chatbot.ui import fonts, theme
from chatbot.ui.marks import ChangedDot


class ScopeRow(QWidget):
    """The switch for a conversation's own settings, with its mark.

    Signals:
        overrides_wanted(bool): the user switched it.
    """

    overrides_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.switch = QCheckBox(self.tr("Use for &this conversation only"), self)
        self.switch.clicked.connect(self.overrides_wanted)
        self.dot = ChangedDot(self)
        self.mark = QLabel(self)
        self.mark.setWordWrap(True)
        self.mark.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(2))
        layout.addWidget(self.switch)
        line = QHBoxLayout()
        line.setSpacing(theme.scaled(6))
        line.addWidget(self.dot)
        line.addWidget(self.mark, 1)
        layout.addLayout(line)
        self.show_overridden(False)

    def show_overridden(self, is_overridden: bool) -> None:
        """Show whether the settings belong to the open conversation alone."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(is_overridden)
        self.dot.set_shown(is_overridden)
        self.dot.setVisible(is_overridden)
        self.dot.setToolTip(self.mark.text())
        self.mark.setText(self.tr("This conversation has its own settings.") if is_overridden else
                          self.tr("Changes apply to all conversations without settings of their own."))
        self.switch.setAccessibleDescription(self.mark.text())

    def adapt_to_font(self) -> None:
        """Sizes that follow from the font."""
        self.mark.setFont(fonts.small(self.font()))

"""The seed: random or fixed, and the one the shown reply was really drawn with."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chatbot.core.sampling import OPTIONS_BY_NAME
from chatbot.ui import fonts, icons, theme
from chatbot.ui.option_row import OptionRow


class SeedRow(QWidget):
    """The option row of the seed with the last used seed below it.

    Signals:
        value_changed(str, object): as of the option row.
    """

    value_changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.last_seed: int | None = None
        self.row = OptionRow(OPTIONS_BY_NAME["seed"], self, has_slider=False)
        self.row.spin.setSpecialValueText(self.tr("random"))
        self.row.off_button.setText(self.tr("Random"))
        self.row.off_button.setAccessibleName(self.tr("A new seed each time"))
        self.row.off_button.setToolTip(self.tr("Takes a new seed for each reply; another click brings yours back."))
        self.last = QLabel(self)
        self.copy_button = self._button(self.tr("Copy"), self.tr("Copy the last used seed"))
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.use_button = self._button(self.tr("Use again"), self.tr("Use the last used seed again"))
        self.use_button.clicked.connect(self._on_use_clicked)
        icons.assign(self.copy_button, "copy", "muted_text")
        self._arrange()
        self.row.value_changed.connect(self.value_changed)
        self.show_last_seed(None)

    def show_last_seed(self, seed: int | None) -> None:
        """Show the seed of the shown reply; None: there is none."""
        self.last_seed = seed
        self.last.setText(self.tr("Last used: none yet") if seed is None else self.tr("Last used: {0}").format(seed))
        self.copy_button.setEnabled(seed is not None)
        self.use_button.setEnabled(seed is not None)

    def adapt_to_font(self) -> None:
        """Sizes that follow from the font."""
        self.row.adapt_to_font()
        for each in (self.last, self.copy_button, self.use_button):
            each.setFont(fonts.small(self.font(), 0.92))

    def _button(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "link")
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(4))
        layout.addWidget(self.row)
        line = QHBoxLayout()
        line.setSpacing(theme.scaled(2))
        line.addWidget(self.last, 1)
        line.addWidget(self.use_button)
        line.addWidget(self.copy_button)
        layout.addLayout(line)
        self.last.setProperty("role", "muted")

    @Slot()
    def _on_copy_clicked(self) -> None:
        if self.last_seed is not None:
            QGuiApplication.clipboard().setText(str(self.last_seed))

    @Slot()
    def _on_use_clicked(self) -> None:
        if self.last_seed is not None:
            self.row.show_value(self.last_seed)
            self.value_changed.emit("seed", self.last_seed)

"""Where the panel of reply settings will be: it is built after the window was painted, for it takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chatbot.core.sampling import Sampling

if TYPE_CHECKING:
    from chatbot.settings import Settings
    from chatbot.ui.settings_panel import SettingsPanel


class SettingsPlace(QWidget):
    """An empty part of the window until ``fill``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)

    def fill(self, settings: Settings) -> SettingsPanel:
        """Build the panel and put it here; call once."""
        from chatbot.ui.settings_panel import SettingsPanel
        panel = SettingsPanel(self)
        panel.set_help_shown(settings.is_help_shown)
        panel.set_distribution_shown(settings.is_distribution_shown)
        panel.set_default_sampling(Sampling())
        self._box.addWidget(panel)
        return panel

"""The choice of a preset, its sentence, and the ways back to default and neutral."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chatbot.core.presets import PRESETS, PRESETS_BY_ID, Preset, matching_preset
from chatbot.core.sampling import Sampling
from chatbot.ui import fonts, theme
from chatbot.ui.core_texts import core_text


class PresetRow(QWidget):
    """Shows which preset the settings are, and applies another one.

    Signals:
        preset_wanted(object): the user chose this ``Preset``.
        default_wanted(): the user wants the default settings back.
    """

    preset_wanted = Signal(object)
    default_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel(self.tr("&Preset"), self)
        self.choice = QComboBox(self)
        self.choice.setAccessibleName(self.tr("Preset"))
        for preset in PRESETS:
            self.choice.addItem(core_text(preset.label), preset.id)
        self.choice.addItem(self.tr("Custom"), "")
        self.choice.activated.connect(self._on_activated)
        self.label.setBuddy(self.choice)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("role", "muted")
        self.default_button = self._button(self.tr("Reset to default"),
                                           self.tr("Go back to the settings the program starts with"))
        self.default_button.clicked.connect(self.default_wanted)
        self.neutral_button = self._button(self.tr("Neutral"), core_text(PRESETS_BY_ID["neutral"].help))
        self.neutral_button.clicked.connect(self._on_neutral_clicked)
        self._arrange()

    def show_sampling(self, sampling: Sampling, default: Sampling) -> None:
        """Show the preset that ``sampling`` is, or Custom."""
        preset = matching_preset(sampling)
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self.choice.findData(preset.id if preset else ""))
        sentence = core_text(preset.help) if preset else self.tr("Changed by hand.")
        self.sentence.setText(sentence)
        self.choice.setAccessibleDescription(sentence)
        self.default_button.setEnabled(sampling != default)
        self.neutral_button.setEnabled(preset is not PRESETS_BY_ID["neutral"])

    def adapt_to_font(self) -> None:
        """Sizes that follow from the font."""
        self.sentence.setFont(fonts.small(self.font()))

    def _button(self, text: str, explanation: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleDescription(explanation)
        button.setToolTip(explanation)
        return button

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(6))
        line = QHBoxLayout()
        line.addWidget(self.label)
        line.addWidget(self.choice, 1)
        layout.addLayout(line)
        layout.addWidget(self.sentence)
        buttons = QHBoxLayout()
        buttons.addWidget(self.default_button)
        buttons.addWidget(self.neutral_button)
        buttons.addStretch(1)
        layout.addLayout(buttons)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        preset: Preset | None = PRESETS_BY_ID.get(self.choice.itemData(index))
        if preset is not None:
            self.preset_wanted.emit(preset)

    @Slot()
    def _on_neutral_clicked(self) -> None:
        self.preset_wanted.emit(PRESETS_BY_ID["neutral"])

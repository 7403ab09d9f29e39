"""The controls of the preferences: each shows one setting, names itself after it and says when it was changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSlider, QSpinBox, QVBoxLayout, QWidget

from chatbot import settings as declarations
from chatbot.ui import fonts, theme
from chatbot.ui.core_texts import core_text


class PreferenceRow(QWidget):
    """A label, a control and the setting's own sentence below.

    Signals:
        value_changed(str, object): the user changed the setting of this name.
    """

    value_changed = Signal(str, object)

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setObjectName(f"preference_{name}")
        self._label = QLabel(label, self)
        self._help = QLabel(core_text(declarations.help_text(name)), self)
        self._help.setWordWrap(True)
        self._help.setProperty("role", "muted")
        self._help.setFont(fonts.small(self.font()))

    def adapt_to_font(self) -> None:
        """Sizes that follow from the font."""
        self._help.setFont(fonts.small(self.font()))

    def _arrange(self, control: QWidget, *more: QWidget, has_label: bool = True) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.scaled(4))
        line = QHBoxLayout()
        line.setSpacing(theme.scaled(10))
        if has_label:
            self._label.setBuddy(control)
            line.addWidget(self._label)
        self._label.setVisible(has_label)
        line.addStretch(1) if has_label else None
        for each in (control, *more):
            line.addWidget(each)
        if not has_label:
            line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(self._help)
        for each in (control, *more):
            each.setAccessibleName(self._label.text().replace("&", ""))
            each.setAccessibleDescription(self._help.text())


class ChoiceRow(PreferenceRow):
    """One of several values, each with a label."""

    def __init__(self, name: str, label: str, choices: Sequence[tuple[object, str]],
                 parent: QWidget | None = None) -> None:
        super().__init__(name, label, parent)
        self.choice = QComboBox(self)
        self.choice.setMinimumContentsLength(16)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for value, text in choices:
            self.choice.addItem(text, value)
        self.choice.activated.connect(self._on_activated)
        self._arrange(self.choice)

    def show_value(self, value: object) -> None:
        """Show ``value``; one that is not among the choices is added, so that it is not lost."""
        with QSignalBlocker(self.choice):
            if self.choice.findData(value) < 0:
                self.choice.addItem(str(value), value)
            self.choice.setCurrentIndex(self.choice.findData(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.value_changed.emit(self.name, self.choice.itemData(index))


class SwitchRow(PreferenceRow):
    """On or off."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(name, label, parent)
        self.switch = QCheckBox(label, self)
        self.switch.clicked.connect(self._on_clicked)
        self._arrange(self.switch, has_label=False)

    def show_value(self, value: object) -> None:
        """Show ``value``."""
        with QSignalBlocker(self.switch):
            self.switch.setChecked(bool(value))

    @Slot(bool)
    def _on_clicked(self, is_on: bool) -> None:
        self.value_changed.emit(self.name, is_on)


class NumberRow(PreferenceRow):
    """A whole number within the bounds of its declaration. The slider takes effect when it is let go."""

    def __init__(self, name: str, label: str, step: int, suffix: str = "", zero_text: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(name, label, parent)
        smallest, largest = declarations.bounds(name)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(smallest, largest)
        self.slider.setSingleStep(step)
        self.slider.setPageStep(step * 5)
        self.slider.setTracking(False)
        self.slider.setMinimumWidth(theme.scaled(160))
        self.spin = QSpinBox(self)
        self.spin.setRange(smallest, largest)
        self.spin.setSingleStep(step)
        self.spin.setSuffix(suffix)
        self.spin.setSpecialValueText(zero_text)
        self.spin.setKeyboardTracking(False)
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for control in (self.slider, self.spin):
            control.valueChanged.connect(self._on_value_changed)
        self._arrange(self.slider, self.spin)

    def show_value(self, value: object) -> None:
        """Show ``value``."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.spin):
            self.slider.setValue(int(str(value)))
            self.spin.setValue(int(str(value)))

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        self.show_value(value)
        self.value_changed.emit(self.name, value)

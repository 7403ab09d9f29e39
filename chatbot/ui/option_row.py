"""One sampling option: label, mark, off switch, exact number, slider and its explanation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (QAbstractSpinBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QSlider, QSpinBox,
                               QToolButton, QWidget)

from chatbot.core.sampling import SamplingOption
from chatbot.ui import fonts, theme
from chatbot.ui.core_texts import core_text
from chatbot.ui.marks import ChangedDot

_DECIMALS = 3


class ExactSpinBox(QDoubleSpinBox):
    """Shows two decimals, and a third only where it matters."""

    def textFromValue(self, value: float) -> str:
        """``value`` as the locale writes it."""
        has_third = round(value * 1000) % 10 != 0
        return self.locale().toString(value, "f", _DECIMALS if has_third else 2)


class WheelGuard(QObject):
    """Keeps the wheel for scrolling unless the control has the keyboard focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Refuse wheel events over a control without focus."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class OptionRow(QWidget):
    """Shows and changes one option. The slider moves in steps, the number is exact; neither changes the other's value
    by showing it.

    Signals:
        value_changed(str, object): the user changed the option of this name to this value.
    """

    value_changed = Signal(str, object)

    def __init__(self, option: SamplingOption, parent: QWidget | None = None, *, has_slider: bool = True) -> None:
        super().__init__(parent)
        self.option = option
        self.value: float | int = option.default
        self._default: float | int = option.default
        self._last_on: float | int | None = None
        self.setObjectName(f"option_{option.name}")
        self._guard = WheelGuard(self)
        self.dot = ChangedDot(self)
        self.label = QLabel(core_text(option.label), self)
        self.spin = self._make_spin()
        self.off_button = self._make_off_button()
        self.slider = self._make_slider() if has_slider else None
        self.help = QLabel(core_text(option.help), self)
        self._arrange()
        self._describe()
        self.show_value(option.default)

    # ---- what the panel calls ----

    def show_value(self, value: float | int) -> None:
        """Show ``value`` without emitting."""
        self.value = value
        if value != self.option.off:
            self._last_on = value
        with QSignalBlocker(self.spin):
            self.spin.setValue(value)
        if self.slider is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._position(value))
        self._show_state()

    def show_default(self, default: float | int) -> None:
        """Values other than ``default`` are marked as changed."""
        self._default = default
        self._show_state()

    def set_help_shown(self, is_shown: bool) -> None:
        """Show or hide the sentence below the slider; it stays a tool tip and a description."""
        self.help.setVisible(is_shown)

    @property
    def is_changed(self) -> bool:
        """Whether the value differs from the default."""
        return self.value != self._default

    # ---- building ----

    def _make_spin(self) -> QSpinBox | QDoubleSpinBox:
        option = self.option
        if option.is_integer:
            spin: QSpinBox | QDoubleSpinBox = QSpinBox(self)
            spin.setRange(int(option.minimum), int(option.maximum))
            spin.setSingleStep(int(option.step))
        else:
            spin = ExactSpinBox(self)
            spin.setDecimals(_DECIMALS)
            spin.setRange(option.minimum, option.maximum)
            spin.setSingleStep(option.step)
        spin.setKeyboardTracking(False)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        spin.setStepType(QAbstractSpinBox.StepType.DefaultStepType)
        spin.installEventFilter(self._guard)
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        spin.valueChanged.connect(self._on_spin_changed)
        return spin

    def _make_off_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setText(self.tr("Off"))
        button.setProperty("role", "off")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setVisible(self.option.off is not None)
        button.clicked.connect(self._on_off_clicked)
        return button

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, self._position(self.option.maximum))
        slider.setPageStep(max(1, slider.maximum() // 10))
        slider.installEventFilter(self._guard)
        slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        slider.valueChanged.connect(self._on_slider_changed)
        return slider

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.scaled(2))
        grid.setHorizontalSpacing(theme.scaled(6))
        title = QHBoxLayout()
        title.setSpacing(theme.scaled(6))
        title.addWidget(self.label)
        title.addWidget(self.dot)
        title.addStretch(1)
        grid.addLayout(title, 0, 0)
        grid.addWidget(self.off_button, 0, 1)
        grid.addWidget(self.spin, 0, 2)
        grid.setColumnStretch(0, 1)
        if self.slider is not None:
            grid.addWidget(self.slider, 1, 0, 1, 3)
        grid.addWidget(self.help, 2, 0, 1, 3)
        self.help.setWordWrap(True)
        self.help.setProperty("role", "muted")
        self.label.setBuddy(self.spin)

    def _describe(self) -> None:
        label, explanation = core_text(self.option.label), core_text(self.option.help)
        self.spin.setAccessibleName(label)
        self.off_button.setAccessibleName(self.tr("Switch off: {0}").format(label))
        self.off_button.setToolTip(self.tr("Switches this off; another click brings the value back."))
        self.label.setToolTip(explanation)
        for control in (self.spin, self.slider):
            if control is not None:
                control.setAccessibleDescription(explanation)
                control.setToolTip(explanation)
        if self.slider is not None:
            self.slider.setAccessibleName(self.tr("{0}, slider").format(label))

    def adapt_to_font(self) -> None:
        """Sizes that follow from the font; called when the theme or zoom changed."""
        self.help.setFont(fonts.small(self.font()))
        sample = "2147483647" if self.option.name == "seed" else "0.000"
        width = self.spin.fontMetrics().horizontalAdvance(sample) + theme.scaled(38)
        self.spin.setFixedWidth(width)

    # ---- what the user does ----

    def _position(self, value: float) -> int:
        return round((value - self.option.minimum) / self.option.step)

    def _take(self, value: float | int) -> None:
        """The user wants ``value``."""
        checked, problem = self.option.checked(round(value, _DECIMALS))
        if problem is None and checked != self.value:
            self.show_value(checked)
            self.value_changed.emit(self.option.name, checked)

    @Slot()
    def _on_spin_changed(self) -> None:
        self._take(self.spin.value())

    @Slot(int)
    def _on_slider_changed(self, position: int) -> None:
        value = min(self.option.maximum, self.option.minimum + position * self.option.step)
        self._take(round(value) if self.option.is_integer else value)

    @Slot(bool)
    def _on_off_clicked(self, is_off: bool) -> None:
        if self.option.off is None:
            return
        if is_off:
            self._take(self.option.off)
        else:
            on = next((value for value in (self._last_on, self._default, self.option.default, self.option.start)
                       if value is not None and value != self.option.off), self.option.off)
            self._take(on)
        self._show_state()

    def _show_state(self) -> None:
        is_off = self.option.off is not None and self.value == self.option.off
        self.off_button.setChecked(is_off)
        self.dot.set_shown(self.is_changed)
        if self.slider is not None and self.slider.property("isOff") != is_off:
            self.slider.setProperty("isOff", is_off)
            self.slider.style().unpolish(self.slider)
            self.slider.style().polish(self.slider)

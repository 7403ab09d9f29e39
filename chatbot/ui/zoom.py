"""Zoom steps from 75 to 250 percent, by keys and by Ctrl and the wheel."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from chatbot.core.protocols import WindowSettings

STEPS_PERCENT = (75, 80, 90, 100, 110, 125, 150, 175, 200, 225, 250)


class Zoom(QObject):
    """Changes the setting by one step; the window applies it."""

    changed = Signal(int)

    def __init__(self, settings: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @Slot()
    def zoom_in(self) -> None:
        """One step larger."""
        self._set(min((step for step in STEPS_PERCENT if step > self._settings.zoom_percent),
                      default=STEPS_PERCENT[-1]))

    @Slot()
    def zoom_out(self) -> None:
        """One step smaller."""
        self._set(max((step for step in STEPS_PERCENT if step < self._settings.zoom_percent),
                      default=STEPS_PERCENT[0]))

    @Slot(int)
    def step(self, direction: int) -> None:
        """One step larger (1) or smaller (-1)."""
        if direction > 0:
            self.zoom_in()
        else:
            self.zoom_out()

    @Slot()
    def reset(self) -> None:
        """As large as designed."""
        self._set(100)

    def _set(self, percent: int) -> None:
        if percent != self._settings.zoom_percent:
            self._settings.zoom_percent = percent
            self.changed.emit(percent)

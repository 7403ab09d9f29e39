"""Python's cyclic garbage is collected in the window's thread and in no other.

A collection runs in whatever thread happens to allocate. If that is the engine's, and the garbage holds things of Qt
that belong to the window, they are destroyed in the wrong thread, which crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1000


class WindowThreadGarbage(QObject):
    """While installed, Python does not collect by itself; a timer of the window's thread does it by Python's rule."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_time)
        self._was_automatic = True

    def install(self) -> None:
        """From now on."""
        self._was_automatic = gc.isenabled()
        gc.disable()
        self._timer.start()

    def remove(self) -> None:
        """Leave it as it was before. Twice does no harm."""
        self._timer.stop()
        if self._was_automatic:
            gc.enable()

    @Slot()
    def _on_time(self) -> None:
        collect_what_is_due()


def collect_what_is_due() -> None:
    """Collect the oldest generation that is due by Python's own thresholds; younger ones are part of it."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in (0, 1, 2) if counts[generation] > thresholds[generation]]
    if due:
        gc.collect(max(due))

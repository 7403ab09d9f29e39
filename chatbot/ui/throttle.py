"""Lets a burst of wishes through at a bounded rate: the first at once, the last surely."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Throttle(QObject):
    """Emits ``due`` at once for the first ``request`` and then at most once per interval while requests come.

    Signals:
        due: do it now.
    """

    due = Signal()

    def __init__(self, interval_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_wanted = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._on_interval_over)

    @property
    def is_waiting(self) -> bool:
        """Whether a request has not been let through yet."""
        return self._is_wanted

    @Slot()
    def request(self) -> None:
        """Ask for one ``due``, now or as soon as the interval is over."""
        if self._timer.isActive():
            self._is_wanted = True
            return
        self._timer.start()
        self.due.emit()

    def cancel(self) -> None:
        """Forget a request that waits."""
        self._is_wanted = False

    @Slot()
    def flush(self) -> None:
        """Let a waiting request through now."""
        if self._is_wanted:
            self._is_wanted = False
            self._timer.start()
            self.due.emit()

    @Slot()
    def _on_interval_over(self) -> None:
        self.flush()

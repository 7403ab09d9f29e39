"""SIGTERM, SIGINT and SIGHUP close the window in order, as the button does: drafts and replies are kept."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


class QuitSignals(QObject):
    """Carries a signal of the system into the event loop.

    Python runs signal handlers only between two instructions of the main thread, which in an idle event loop may not
    come for hours. The wake-up socket makes Qt run some Python at once.

    Signals:
        quit_requested: the system asks the program to end.
    """

    quit_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._old_wakeup = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._old_handlers = {number: signal.signal(number, self._note) for number in SIGNALS}
        self._is_requested = False

    def remove(self) -> None:
        """Give the signals back. Twice does no harm."""
        if not self._old_handlers:
            return
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        self._old_handlers = {}
        self._notifier.setEnabled(False)
        self._reading.close()
        self._writing.close()

    def _note(self, _number: int, _frame: object) -> None:
        self._is_requested = True

    @Slot()
    def _on_woken(self) -> None:
        try:
            self._reading.recv(64)
        except OSError:
            pass  # woken without a byte: nothing to read is nothing to do
        if self._is_requested:
            self._is_requested = False
            self.quit_requested.emit()

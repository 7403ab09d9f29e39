"""A thread of Qt that Python knows by the same name, as long as it lives."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QThread


class NamedThread(QThread):
    """Runs an event loop for the workers that are moved to it; slots are delivered there as in any ``QThread``.

    ``run`` is overridden although it only does what Qt's own does: Python (since 3.13) forgets a thread that it did not
    start, with its name and its thread-local values, when the outermost call into Python returns. Without a frame of
    ours at the bottom that would be every slot, and the log would say ``Dummy-1``, ``Dummy-2``, ``Dummy-3``.
    """

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """``name`` is what the log says."""
        super().__init__(parent)
        self.setObjectName(name)

    def run(self) -> None:
        """The event loop, until ``quit``."""
        threading.current_thread().name = self.objectName()
        self.exec()

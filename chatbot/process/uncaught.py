"""Errors that nobody caught: the log gets the traceback, the user one sentence, and the program goes on."""

from __future__ import annotations

import logging
import sys
import threading
import time
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from chatbot.core.errors import KnownError, Problem

log = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
"""The same error again within this time is logged but not shown, or a broken paint event would flood the window."""

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class UncaughtErrors(QObject):
    """The last line of defence of every thread.

    Signals:
        problem_found: (Problem) to be shown; sent from the thread in which the error happened, so connect it queued.
    """

    problem_found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown_at: dict[str, float] = {}

    def install(self) -> None:
        """Take over Python's hooks and Qt's messages."""
        sys.excepthook = self.on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(log_qt_message)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log and pass on; never raises."""
        if isinstance(error, KnownError):
            log.info("not caught: %s", error)
        else:
            log.error("uncaught error", exc_info=(kind, error, trace))
        problem = Problem.from_error(error)
        now = time.monotonic()
        if now - self._shown_at.get(problem.sentence, -SILENCE_SECONDS) >= SILENCE_SECONDS:
            self._shown_at[problem.sentence] = now
            self.problem_found.emit(problem)

    def _on_thread_exception(self, details: threading.ExceptHookArgs) -> None:
        if details.exc_value is not None:
            self.on_exception(details.exc_type, details.exc_value, details.exc_traceback)


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own messages go to the log too."""
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category, message)

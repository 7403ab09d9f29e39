"""The program's log files: rotating, readable by their owner only, and without a word of any conversation."""

from __future__ import annotations

import faulthandler
import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from chatbot import paths

LOG_BYTES = 1_000_000
OLD_FILES = 3
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

_crash_file: IO[str] | None = None
"""Kept open as long as the process lives: ``faulthandler`` writes to it from a signal handler."""


def log_file() -> Path:
    """The newest log file; older ones have a number at the end."""
    return paths.log_folder() / "chatbot.log"


def start_logging(level: int = logging.INFO) -> None:
    """Log to ``log_file`` and catch hard crashes in ``crash.log`` beside it.

    Where that folder cannot be written the program works without a log: a chat is worth more than its protocol.
    """
    try:
        handler = _file_handler()
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(True)


def catch_crashes() -> None:
    """Write the Python stacks of a hard crash (a fault in a native library) to ``crash.log``."""
    global _crash_file
    try:
        path = log_file().with_name("crash.log")
        _crash_file = open(path, "a", encoding="utf-8", opener=_private_opener)  # noqa: SIM115 - open for good
        faulthandler.enable(_crash_file)
    except OSError:
        faulthandler.enable()


class _PrivateRotatingFileHandler(RotatingFileHandler):
    """Every file it creates, after a rotation too, belongs to its owner alone."""

    def _open(self) -> IO[str]:
        return open(self.baseFilename, self.mode, encoding="utf-8", errors="backslashreplace", opener=_private_opener)


def _file_handler() -> logging.Handler:
    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _PrivateRotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=OLD_FILES)


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

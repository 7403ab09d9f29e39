"""Backup and tidying of the chat database, once per start, in a thread of the pool."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QRunnable

from chatbot.core.errors import StorageError
from chatbot.storage.maintenance import maintain

log = logging.getLogger(__name__)


class BackgroundCare(QRunnable):
    """Runs ``storage.maintenance.maintain``; what goes wrong is logged, because no user can act on it now."""

    def __init__(self, database: Path) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._database = database

    def run(self) -> None:
        """Called by the thread pool."""
        try:
            backup = maintain(self._database)
        except StorageError as error:
            log.warning("the chat database could not be tended: %s", error)
        except Exception:  # an exception that leaves run() ends the process
            log.exception("the chat database could not be tended")
        else:
            log.info("the chat database is tended; new backup: %s", backup.name if backup else "none due")

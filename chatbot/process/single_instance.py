"""A second start shows the window that is already open instead of a refusal.

The chat database's own lock decides who is first (see ``storage.instance_lock``); this is only the knock on the door:
a local socket (a pipe on Windows) whose name belongs to the data folder and that only the same user may open.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500


class InstanceDoor(QObject):
    """Held by the running program.

    Signals:
        knocked: another start asks for the window.
    """

    knocked = Signal()

    def __init__(self, data_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_new_connection)
        name = door_name(data_folder)
        QLocalServer.removeServer(name)  # of a killed program; we hold the database's lock, so it is not in use
        self._server.listen(name)

    def close(self) -> None:
        """Answer no more."""
        self._server.close()

    @Slot()
    def _on_new_connection(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            connection.disconnectFromServer()
        self.knocked.emit()


def knock(data_folder: Path) -> bool:
    """Ask the running program to show its window; whether it heard."""
    socket = QLocalSocket()
    socket.connectToServer(door_name(data_folder))
    has_heard = socket.waitForConnected(_WAIT_MS)
    socket.abort()
    return has_heard


def door_name(data_folder: Path) -> str:
    """One name per data folder, so that two profiles do not open each other's windows."""
    return "wren-chatbot-" + hashlib.sha256(str(data_folder.absolute()).encode("utf-8", "replace")).hexdigest()[:16]

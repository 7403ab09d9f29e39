"""The window and its controller over fakes, as tests want them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chatbot.core.messages import Message, MessageStatus, Role
from chatbot.core.protocols import ChatStore
from chatbot.settings import Settings
from chatbot.ui.chat_controller import ChatController
from chatbot.ui.main_window import MainWindow
from tests.fakes import talk
from tests.fakes.fake_engine_handle import FakeEngineHandle
from tests.fakes.fake_store import FakeStore


class Heard(QObject):
    """Everything a signal said, in order."""

    def __init__(self, signal: object) -> None:
        super().__init__()
        self.values: list[object] = []
        signal.connect(self._on_one)

    def _on_one(self, *values: object) -> None:
        self.values.append(values[0] if len(values) == 1 else values)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key press wherever the focus is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)


def texts(window: MainWindow) -> list[str]:
    """What the transcript holds."""
    return [row.message.text for row in window.controller.model.rows]


@dataclass
class Chat:
    """A controller with everything it stands on."""

    store: ChatStore
    engine: FakeEngineHandle
    settings: Settings
    controller: ChatController

    def say(self, text: str, answer: str | None = None) -> Message:
        """Send ``text`` and, with ``answer``, end the reply. Returns the reply's message."""
        assert self.controller.send(text)
        if answer is not None:
            self.engine.finish(answer)
        return self.controller.model.rows[-1].message

    @property
    def texts(self) -> list[str]:
        return [row.message.text for row in self.controller.model.rows]

    @property
    def last(self) -> Message:
        return self.controller.model.rows[-1].message

    def stored(self) -> list[Message]:
        return self.store.path(self.controller.conversation.id)


@pytest.fixture(params=["fake", "sqlite"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChatStore]:
    """Both stores: what the window relies on must hold for the real one, and for the one other tests use."""
    if request.param == "fake":
        yield FakeStore(time.time() - 3600)
        return
    from chatbot.storage.opening import open_store
    store, _ = open_store(tmp_path / "chats.db")
    yield store
    store.close()


@pytest.fixture
def chat(any_store: ChatStore, qapp: QObject) -> Iterator[Chat]:
    """A started controller with an empty conversation and a loaded model."""
    engine, settings = FakeEngineHandle(), Settings()
    controller = ChatController(any_store, engine, settings)
    controller.start()
    yield Chat(any_store, engine, settings, controller)
    controller.close()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(time.time() - 3600)


@pytest.fixture
def engine() -> FakeEngineHandle:
    return FakeEngineHandle()


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def talks(store: FakeStore) -> list[int]:
    """The conversations of ``tests.fakes.talk``."""
    return talk.fill(store)


def make_window(qtbot: object, store: ChatStore, engine: FakeEngineHandle, settings: Settings, *,
                width: int = 1100, height: int = 700) -> MainWindow:
    """A shown and started window."""
    window = MainWindow(store, engine, settings)
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show()
    qtbot.waitExposed(window)
    window.start()
    window.activateWindow()
    return window


@pytest.fixture
def window(qtbot: object, plain_looks: object, store: FakeStore, engine: FakeEngineHandle,
           settings: Settings) -> Iterator[MainWindow]:
    """A window with one empty conversation."""
    window = make_window(qtbot, store, engine, settings)
    yield window
    window.close()


@pytest.fixture
def talking(qtbot: object, plain_looks: object, store: FakeStore, engine: FakeEngineHandle, settings: Settings,
            talks: list[int]) -> Iterator[MainWindow]:
    """A window with the conversations of ``talks``; the last one is shown."""
    window = make_window(qtbot, store, engine, settings)
    yield window
    window.close()


def fill_long(store: ChatStore, count: int, words: int = 12) -> tuple[int, list[int]]:
    """A conversation of ``count`` messages; returns its id and theirs."""
    conversation = store.create_conversation("Long talk")
    parent, ids = None, []
    for number in range(count):
        role = Role.BOT if number % 2 else Role.USER
        text = f"message {number}: " + " ".join(f"word{(number * 7 + w) % 50}" for w in range(words + number % 9))
        parent = store.add_message(conversation.id, parent, role, text, status=MessageStatus.COMPLETE).id
        ids.append(parent)
    return conversation.id, ids

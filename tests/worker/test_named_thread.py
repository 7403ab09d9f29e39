"""Python and Qt know a thread by one name, in every slot and not only in the first."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal, Slot
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from chatbot.worker.named_thread import NamedThread


class Worker(QObject):
    """Tells in which thread it was called, and what is left of the call before."""

    was_called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._local = threading.local()

    @Slot(object)
    def call(self, value: object) -> None:
        before = getattr(self._local, "value", None)
        self._local.value = value
        self.was_called.emit((threading.current_thread().name, before))
        if value == "bad":
            raise ValueError("broken slot")


class Boss(QObject):
    """Has a worker in a thread of its own."""

    requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, object]] = []
        self.thread_of_worker = NamedThread("a name", self)
        self.worker = Worker()
        self.worker.moveToThread(self.thread_of_worker)
        self.requested.connect(self.worker.call, Qt.ConnectionType.QueuedConnection)
        self.worker.was_called.connect(self._on_called, Qt.ConnectionType.QueuedConnection)
        self.thread_of_worker.finished.connect(self.worker.deleteLater)

    def end(self) -> bool:
        self.thread_of_worker.quit()
        return self.thread_of_worker.wait(2000)

    @Slot(object)
    def _on_called(self, fact: tuple[str, object]) -> None:
        self.heard.append(fact)


@pytest.fixture
def boss(qapp: object) -> Iterator[Boss]:
    made = Boss()
    made.thread_of_worker.start()
    yield made
    assert made.end()


def test_every_slot_has_the_threads_name_and_what_the_one_before_left(qtbot: QtBot, boss: Boss) -> None:
    for value in (1, 2, 3):
        boss.requested.emit(value)
    qtbot.waitUntil(lambda: len(boss.heard) == 3, timeout=2000)
    assert boss.heard == [("a name", None), ("a name", 1), ("a name", 2)]


def test_an_error_in_a_slot_reaches_the_hook_and_the_thread_lives_on(qtbot: QtBot, boss: Boss) -> None:
    with capture_exceptions() as errors:
        boss.requested.emit("bad")
        boss.requested.emit("good")
        qtbot.waitUntil(lambda: len(boss.heard) == 2, timeout=2000)
    assert [str(value) for _, value, _ in errors] == ["broken slot"]
    assert boss.thread_of_worker.isRunning()


def test_an_ended_thread_may_start_again_under_its_name(qtbot: QtBot, boss: Boss) -> None:
    boss.thread_of_worker.finished.disconnect(boss.worker.deleteLater)
    assert boss.end()
    boss.thread_of_worker.start()
    boss.requested.emit("again")
    qtbot.waitUntil(lambda: len(boss.heard) == 1, timeout=2000)
    assert boss.heard == [("a name", None)]

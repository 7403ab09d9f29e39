"""Whatever nobody caught is logged and told, from every thread, and the program goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, qWarning
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from chatbot.core.errors import Problem, StorageError
from chatbot.process.uncaught import UncaughtErrors


class Listener(QObject):
    """Keeps the problems and the thread in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self.threads: list[QThread] = []

    def on_problem(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.threads.append(QThread.currentThread())


class Breaker(QObject):
    """Has a slot that breaks."""

    def on_timeout(self) -> None:
        raise ValueError("broken slot")


@pytest.fixture
def uncaught(qapp: object) -> Iterator[tuple[UncaughtErrors, Listener]]:
    errors, listener = UncaughtErrors(), Listener()
    errors.problem_found.connect(listener.on_problem)
    hook = sys.excepthook
    errors.install()
    yield errors, listener
    errors.remove()
    sys.excepthook = hook


def test_an_error_in_a_slot_is_told_and_the_loop_goes_on(qtbot: QtBot, uncaught: tuple, expected_log) -> None:
    expected_log.expect("uncaught error")
    _, listener = uncaught
    breaker = Breaker()
    QTimer.singleShot(0, breaker.on_timeout)
    qtbot.waitUntil(lambda: len(listener.problems) == 1, timeout=2000)
    assert listener.problems[0].is_bug and "broken slot" in listener.problems[0].sentence


def test_a_known_error_keeps_its_sentence(qtbot: QtBot, uncaught: tuple) -> None:
    errors, listener = uncaught
    error = StorageError("The disk is full.", code="disk_full")
    errors.on_exception(type(error), error, None)
    assert listener.problems == [Problem("disk_full", "The disk is full.")]


def test_an_error_in_another_thread_arrives_in_the_windows_thread(qtbot: QtBot, uncaught: tuple,
                                                                  expected_log) -> None:
    expected_log.expect("uncaught error")
    _, listener = uncaught
    with capture_exceptions() as captured:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(listener.problems) == 1, timeout=2000)
    assert captured == [] and listener.threads == [listener.thread()]


def test_the_same_error_again_and_again_is_told_once(qtbot: QtBot, uncaught: tuple, expected_log) -> None:
    expected_log.expect("uncaught error")
    errors, listener = uncaught
    for _ in range(100):
        error = ValueError("in every paint event")
        errors.on_exception(type(error), error, None)
    other = ValueError("another")
    errors.on_exception(type(other), other, None)
    assert [problem.sentence for problem in listener.problems] == ["ValueError: in every paint event",
                                                                   "ValueError: another"]


def test_qt_messages_go_to_the_log(uncaught: tuple, expected_log) -> None:
    expected_log.expect("qt: .*: something is odd")
    qWarning("something is odd")

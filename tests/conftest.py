"""Rules every test lives under: a temporary home, no screen, no network, and no silence about what went wrong.

A test fails if it logs a warning or error it did not announce (``expected_log``), if Qt prints a warning (see
``qt_log_level_fail``), if it leaves a thread running, or if it opens a network connection. Tests marked
``network_local`` may talk to this computer.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

import hypothesis
import pytest
from PySide6.QtCore import QThread

from chatbot.process.garbage import collect_what_is_due

hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("long", max_examples=20_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(autouse=True)
def temporary_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, chats, models and logs of the test are in a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CHATBOT_HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg-config"))
    return home


@pytest.fixture(autouse=True)
def garbage_of_the_main_thread() -> Iterator[None]:
    """As in the program: garbage is collected in the main thread alone, or windows die in a worker's thread."""
    gc.disable()
    yield
    collect_what_is_due()


# ---- no network -----------------------------------------------------------------------------------------------------

class NetworkBlocked(RuntimeError):
    """A test tried to open a connection. Not an OSError, so that no code under test mistakes it for a bad network."""


def _is_allowed(sock: socket.socket, address: object, may_talk_locally: bool) -> bool:
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    return may_talk_locally and (host in ("localhost", "::1", "") or host.startswith("127."))


def _guarded(name: str, may_talk_locally: bool) -> Callable[..., object]:
    original = getattr(socket.socket, name)

    def call(self: socket.socket, *arguments: object) -> object:
        if not _is_allowed(self, arguments[-1], may_talk_locally):
            raise NetworkBlocked(f"the test called socket.{name}{arguments}")
        return original(self, *arguments)

    return call


@pytest.fixture(autouse=True)
def blocked_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting, binding and sending over the network raise ``NetworkBlocked``."""
    may_talk_locally = request.node.get_closest_marker("network_local") is not None
    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, _guarded(name, may_talk_locally))


# ---- no unexpected log warnings -------------------------------------------------------------------------------------

class LogWatch(logging.Handler):
    """Collects warnings and errors; ``expect`` announces one by a regular expression of its message."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []
        self.announced: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def expect(self, pattern: str) -> None:
        """The test will cause a warning or error like this; that it does not come fails the test as well."""
        self.announced.append(pattern)

    def complaints(self) -> list[str]:
        """What the test did not announce, and what it announced in vain."""
        unexpected = [f"unexpected log message: {line}" for line in self.seen
                      if not any(re.search(pattern, line) for pattern in self.announced)]
        missing = [f"announced log message never came: {pattern}" for pattern in self.announced
                   if not any(re.search(pattern, line) for line in self.seen)]
        return unexpected + missing


@pytest.fixture(autouse=True)
def expected_log() -> Iterator[LogWatch]:
    """Announce log messages with ``expected_log.expect(pattern)``; all others of level warning or above fail."""
    watch = LogWatch()
    logging.getLogger().addHandler(watch)
    yield watch
    logging.getLogger().removeHandler(watch)
    complaints = watch.complaints()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


# ---- no leftover threads --------------------------------------------------------------------------------------------

_started_threads: list[QThread] = []
_start_thread = QThread.start


def _start_and_remember(thread: QThread, *arguments: object) -> None:
    _started_threads.append(thread)
    _start_thread(thread, *arguments)


QThread.start = _start_and_remember


def _is_running(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # its C++ part is gone, and a running QThread cannot be destroyed
        return False


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """Whoever starts a thread ends it."""
    before = set(threading.enumerate())
    _started_threads.clear()
    yield
    running = [thread for thread in _started_threads if _is_running(thread)]
    for thread in running:
        thread.quit()
        thread.wait(2000)
    started = [thread for thread in set(threading.enumerate()) - before
               if not thread.daemon and not isinstance(thread, threading._DummyThread)]
    if running or started:
        pytest.fail(f"threads left running: {[t.objectName() for t in running] + [t.name for t in started]}",
                    pytrace=False)

"""SIGTERM reaches an idle event loop at once, and the handlers are given back."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest
from pytestqt.qtbot import QtBot

from chatbot.process.quit_signals import QuitSignals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_asks_to_quit(qtbot: QtBot, number: int) -> None:
    before = signal.getsignal(number)
    signals = QuitSignals()
    started_at = time.monotonic()
    with qtbot.waitSignal(signals.quit_requested, timeout=5000):
        os.kill(os.getpid(), number)
    assert time.monotonic() - started_at < 1
    signals.remove()
    signals.remove()
    assert signal.getsignal(number) is before


def test_other_signals_wake_it_without_quitting(qtbot: QtBot) -> None:
    old = signal.signal(signal.SIGUSR1, lambda *_: None)
    signals = QuitSignals()
    with qtbot.assertNotEmitted(signals.quit_requested, wait=50):
        os.kill(os.getpid(), signal.SIGUSR1)
    signals.remove()
    signal.signal(signal.SIGUSR1, old)

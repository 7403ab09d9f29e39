"""Fixtures of the catalogue's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chatbot.catalog.http_client import Timeouts
from chatbot.catalog.transfer_control import Patience
from chatbot.cli import main
from tests.catalog.web_server import WebServer


@pytest.fixture
def server() -> Iterator[WebServer]:
    """A server on this computer; the test must carry the mark ``network_local``."""
    site = WebServer().start()
    yield site
    site.stop()


@pytest.fixture
def patience() -> Patience:
    """Patience for tests: the same rules, a hundred times faster."""
    return Patience(attempts=4, first_wait_s=0.01, longest_wait_s=0.05, stall_window_s=0.3, stall_bytes=1000,
                    real_progress_bytes=10_000, spare_disk_bytes=1, timeouts=Timeouts(2.0, 0.4))


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command that must fail and returns its message. The small packages hold no network for the engine."""
    monkeypatch.setattr("chatbot.worker.installed_engine.check_package", lambda _: None)

    def fail(*arguments: object) -> str:
        capsys.readouterr()
        assert main([*map(str, arguments)]) != 0
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err.strip()
    return fail

"""A program killed at any byte resumes; the long version is in tests/benchmarks."""

from __future__ import annotations

import pytest

from chatbot.catalog.publish import publish
from tests.catalog import web_server as web
from tests.catalog.kill_trial import run_kill_trial
from tests.catalog.small_packages import weights_of, write_small_package

pytestmark = pytest.mark.network_local


def test_killed_downloads_resume(server, tmp_path):
    package = write_small_package(tmp_path, weights=weights_of(6_000_000))
    publish([package], tmp_path / "site")
    server.host(tmp_path / "site")
    server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(8_000_000)] * 1000
    counts = run_kill_trial("download", server.address, tmp_path / "models", kills=6, seed=1, longest_s=0.6)
    assert counts.killed == 6
    assert counts.resumed_bytes > 0


def test_killed_installs_leave_all_or_nothing(tmp_path):
    package = write_small_package(tmp_path, weights=weights_of(20_000_000))
    counts = run_kill_trial("add", str(package.folder), tmp_path / "models", kills=5, seed=2, longest_s=0.08)
    assert counts.killed == 5

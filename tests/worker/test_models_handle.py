"""Models in their own thread: real folders, a real local server, answers in the window's thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from chatbot import paths
from chatbot.catalog.publish import publish
from chatbot.catalog.zip_package import write_zip
from chatbot.core.errors import Problem
from chatbot.core.models import ModelJob, ModelShelf, ModelStage, TransferProgress
from chatbot.worker.models_handle import ModelsHandle
from tests.catalog import web_server as web
from tests.catalog.small_disks import read_only
from tests.catalog.small_packages import weights_of, write_small_package
from tests.catalog.web_server import WebServer


class Listener(QObject):
    """Keeps all answers in order, and the threads in which they arrived."""

    def __init__(self, handle: ModelsHandle) -> None:
        super().__init__()
        self.events: list[object] = []
        self.threads: set[QThread] = set()
        for signal in (handle.shelf_ready, handle.progress_ready, handle.job_done, handle.job_failed):
            signal.connect(self._on_event)

    def _on_event(self, event: object) -> None:
        self.events.append(event)
        self.threads.add(QThread.currentThread())

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def shelf(self) -> ModelShelf:
        return (self.of(ModelShelf) or [ModelShelf((), Path(), 0, 0)])[-1]

    def stages(self) -> dict[str, ModelStage]:
        return {row.id: row.stage for row in self.shelf.rows}

    def jobs(self) -> list[tuple[str, str]]:
        return [(job.what, job.model_id) for job in self.of(ModelJob)]


@pytest.fixture(autouse=True)
def packages_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small packages here hold no network that the engine could use."""
    monkeypatch.setattr("chatbot.worker.installed_engine.check_package", lambda _: None)


@pytest.fixture
def handle(qapp: object, tmp_path: Path) -> Iterator[ModelsHandle]:
    write_small_package(tmp_path / "bundled", "shipped")
    handle = ModelsHandle(tmp_path / "bundled")
    yield handle
    assert handle.shutdown()


@pytest.fixture
def listener(handle: ModelsHandle) -> Listener:
    return Listener(handle)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WebServer]:
    publish([write_small_package(tmp_path / "source", weights=weights_of(400_000))], tmp_path / "site")
    site = WebServer().start()
    site.host(tmp_path / "site")
    yield site
    site.stop()


def test_lists_adds_verifies_and_removes(handle, listener, qtbot: QtBot, tmp_path):
    package = write_small_package(tmp_path / "mine")
    write_zip(package, tmp_path / "mine.zip")
    handle.refresh()
    qtbot.waitUntil(lambda: bool(listener.of(ModelShelf)))
    assert listener.stages() == {"shipped": ModelStage.INSTALLED}
    handle.add(tmp_path / "mine.zip")
    handle.add(package.folder)
    handle.verify("tiny-en")
    qtbot.waitUntil(lambda: ("verified", "tiny-en") in listener.jobs())
    assert [problem.code for problem in listener.of(Problem)] == ["model_exists"]
    handle.remove(paths.models_folder() / "tiny-en")
    qtbot.waitUntil(lambda: ("removed", "tiny-en") in listener.jobs() and len(listener.shelf.rows) == 1)
    row = listener.shelf.rows[0]
    assert (row.id, row.card.startswith("# Tiny"), row.is_removable) == ("shipped", True, False)
    assert listener.threads == {QThread.currentThread()}


def test_a_broken_model_says_why(handle, listener, qtbot: QtBot, tmp_path):
    handle.add(write_small_package(tmp_path / "mine").folder)
    qtbot.waitUntil(lambda: listener.jobs() == [("added", "tiny-en")])
    weights = paths.models_folder() / "tiny-en" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    handle.verify("tiny-en")
    qtbot.waitUntil(lambda: bool(listener.of(Problem)))
    assert "SHA-256" in listener.of(Problem)[0].sentence
    weights.unlink()
    handle.refresh()
    qtbot.waitUntil(lambda: listener.stages().get("tiny-en") is ModelStage.BROKEN)


def test_moves_the_folder(handle, listener, qtbot: QtBot, tmp_path):
    handle.add(write_small_package(tmp_path / "mine").folder)
    handle.move(tmp_path / "elsewhere")
    qtbot.waitUntil(lambda: ("moved", str(tmp_path / "elsewhere")) in listener.jobs())
    qtbot.waitUntil(lambda: listener.shelf.folder == tmp_path / "elsewhere")
    assert "tiny-en" in listener.stages()


@pytest.mark.network_local
def test_catalogue_download_pause_resume(handle, listener, qtbot: QtBot, server):
    handle.add_catalogue(server.address)
    qtbot.waitUntil(lambda: bool(listener.of(ModelShelf)) and "tiny-en" in listener.stages())
    row = next(row for row in listener.shelf.rows if row.id == "tiny-en")
    assert (row.stage, listener.shelf.catalogues) == (ModelStage.AVAILABLE, (server.address,))
    assert row.card.startswith("# Tiny")
    server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(300_000)]
    handle.download("tiny-en", row.source)
    qtbot.waitUntil(lambda: any(item.done_bytes > 50_000 for item in listener.of(TransferProgress)))
    handle.pause("tiny-en")
    qtbot.waitUntil(lambda: listener.stages()["tiny-en"] is ModelStage.UNFINISHED)
    assert listener.jobs() == [("paused", "tiny-en")]
    assert handle.running_downloads == frozenset()
    row = next(row for row in listener.shelf.rows if row.id == "tiny-en")
    assert 50_000 < row.done_bytes < row.bytes
    handle.download("tiny-en", row.source)
    qtbot.waitUntil(lambda: listener.stages()["tiny-en"] is ModelStage.INSTALLED)
    assert listener.jobs()[-1] == ("installed", "tiny-en")
    assert listener.threads == {QThread.currentThread()}


@pytest.mark.network_local
def test_cancel_running_and_unfinished(handle, listener, qtbot: QtBot, server):
    server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(300_000)] * 3
    source = server.address + "/catalogue.json"
    handle.download("tiny-en", source)
    qtbot.waitUntil(lambda: any(item.done_bytes > 10_000 for item in listener.of(TransferProgress)))
    handle.cancel("tiny-en")
    qtbot.waitUntil(lambda: ("cancelled", "tiny-en") in listener.jobs())
    handle.download("tiny-en", source)
    handle.pause("tiny-en")
    qtbot.waitUntil(lambda: ("paused", "tiny-en") in listener.jobs())
    handle.cancel("tiny-en")
    qtbot.waitUntil(lambda: listener.jobs().count(("cancelled", "tiny-en")) == 2)
    qtbot.waitUntil(lambda: listener.stages()["tiny-en"] is ModelStage.AVAILABLE)
    assert not (paths.models_folder() / ".downloads" / "tiny-en").exists()


@pytest.mark.network_local
def test_update_of_an_installed_model(handle, listener, qtbot: QtBot, server, tmp_path):
    handle.download("tiny-en", server.address + "/catalogue.json")
    qtbot.waitUntil(lambda: ("installed", "tiny-en") in listener.jobs())
    publish([write_small_package(tmp_path / "new", version="1.1")], tmp_path / "site")
    server.host(tmp_path / "site")
    handle.add_catalogue(server.address)
    qtbot.waitUntil(lambda: any(row.update_version == "1.1" for row in listener.shelf.rows))
    row = next(row for row in listener.shelf.rows if row.id == "tiny-en")
    handle.download("tiny-en", row.source)
    qtbot.waitUntil(lambda: any(row.version == "1.1" for row in listener.shelf.rows))


@pytest.mark.network_local
def test_failures_are_sentences_and_the_thread_lives_on(handle, listener, qtbot: QtBot, server):
    server.faults["*"] = [web.status(404)]
    handle.add_catalogue(server.address)
    qtbot.waitUntil(lambda: bool(listener.of(Problem)))
    handle.add_catalogue("ftp://example.org")
    handle.download("unknown", server.address + "/catalogue.json")
    qtbot.waitUntil(lambda: len(listener.of(Problem)) == 3)
    codes = [problem.code for problem in listener.of(Problem)]
    assert (codes[0], codes[2]) == ("not_found", "not_found")
    assert not any(problem.is_bug for problem in listener.of(Problem))
    assert handle.running_downloads == frozenset()


@pytest.mark.network_local
def test_closing_while_downloading_pauses(handle, listener, qtbot: QtBot, server):
    server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(100_000)]
    handle.download("tiny-en", server.address + "/catalogue.json")
    qtbot.waitUntil(lambda: any(item.done_bytes > 10_000 for item in listener.of(TransferProgress)))
    assert handle.shutdown()
    assert (paths.models_folder() / ".downloads" / "tiny-en.download.json").is_file()
    handle.refresh()
    assert listener.of(Problem) == []


def test_models_in_a_folder_that_cannot_be_written_to_are_listed_all_the_same(handle, listener, qtbot):
    write_small_package(paths.models_folder())
    with read_only(paths.models_folder()):
        handle.refresh()
        qtbot.waitUntil(lambda: bool(listener.of(ModelShelf)))
    assert listener.stages().keys() == {"shipped", "tiny-en"}
    [problem] = listener.of(Problem)
    assert (problem.code, problem.is_bug) == ("not_writable", False)

"""A published model comes from a server, a folder and a hub into the window and into the terminal, and chats there."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chatbot import app, paths
from chatbot.catalog.publish import publish
from chatbot.cli import main
from chatbot.core.messages import MessageStatus
from chatbot.core.models import ModelStage
from chatbot.core.sampling import Sampling
from chatbot.ui.models_page import ModelsPage
from tests.catalog.hub_server import serve_repository
from tests.catalog.web_server import WebServer
from tests.fakes.tiny_model import write_tiny_model

pytestmark = pytest.mark.network_local


@pytest.fixture(params=["server", "folder", "hub"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where ``tiny-new`` can be had: the address of a catalogue."""
    package = write_tiny_model(tmp_path / "made", "tiny-new")
    if request.param == "folder":
        publish([package], tmp_path / "site")
        yield str(tmp_path / "site")
        return
    server = WebServer().start()
    if request.param == "server":
        publish([package], tmp_path / "site")
        server.host(tmp_path / "site")
        yield server.address
    else:
        pytest.importorskip("huggingface_hub")
        serve_repository(server, "someone/tiny", package.folder)
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "no-token"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield "hf://someone/tiny"
    server.stop()


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[app.Program]:
    """The program with one model that comes with it; short replies."""
    gc.collect()
    gc.disable()  # as Program.run has it: not in the engine's thread
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    write_tiny_model(tmp_path / "bundled", "tiny-old")
    program = app.Program(qapp)
    program._settings.sampling = Sampling(max_tokens=6, candidates=2, seed=3)
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000):
        program.window.show()
    yield program
    program.close()
    gc.enable()


def stage(page: ModelsPage, model_id: str) -> ModelStage | None:
    row = page.model.row_at(page.model.index(page.model.row_of(model_id)))
    return row.stage if row is not None else None


def test_in_the_window(qtbot: QtBot, program: app.Program, source: str) -> None:
    program.window.menus.actions["models"].trigger()
    page = program._models_page
    page._ask.catalogue_address = lambda: source
    page._on_wish_chosen("add_catalogue")
    qtbot.waitUntil(lambda: stage(page, "tiny-new") is ModelStage.AVAILABLE, timeout=10_000)
    page.list.setCurrentIndex(page.model.index(page.model.row_of("tiny-new")))
    page.details.buttons["download"].click()
    qtbot.waitUntil(lambda: stage(page, "tiny-new") is ModelStage.INSTALLED, timeout=20_000)
    with qtbot.waitSignal(program.engine_handle.model_ready, timeout=20_000) as ready:
        page.details.buttons["use"].click()
    assert ready.args[0].id == "tiny-new"
    with qtbot.waitSignal(program.window.controller.reply_finished, timeout=20_000) as finished:
        assert program.window.controller.send("hello there")
    (reply,) = finished.args
    assert (reply.status, reply.model_id) == (MessageStatus.COMPLETE, "tiny-new")
    assert reply.text


def test_in_the_terminal(source: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
                         tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    assert main(["models", "download", "tiny-new", "--catalog", source, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["installed"] == "tiny-new"
    assert main(["models", "verify", "--json"]) == 0
    assert [result["ok"] for result in json.loads(capsys.readouterr().out)] == [True]
    assert main(["chat", "--model", "tiny-new", "--message", "hello there", "--json", "--max-tokens", "6"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["model"] == "tiny-new"
    assert said["reply"]

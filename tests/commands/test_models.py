"""``chatbot models`` from the terminal: every subcommand, with its output and exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from chatbot import paths
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.publish import publish
from chatbot.catalog.zip_package import write_zip
from chatbot.cli import main
from tests.catalog import web_server as web
from tests.catalog.hub_server import serve_repository
from tests.catalog.small_packages import relist, weights_of, write_small_package
from tests.catalog.web_server import WebServer


@pytest.fixture(autouse=True)
def bundled(tmp_path, monkeypatch):
    """A program that comes with one small model. Such packages hold no network that the engine could use."""
    monkeypatch.setattr("chatbot.worker.installed_engine.check_package", lambda _: None)
    write_small_package(tmp_path / "bundled", "shipped")
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")


@pytest.fixture
def run(capsys):
    """Run a subcommand; returns exit code, standard output and standard error."""
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main(["models", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err
    return call


@pytest.fixture
def server() -> Iterator[WebServer]:
    """A server on this computer."""
    site = WebServer().start()
    yield site
    site.stop()


def publish_small(server, folder, **changes):
    package = write_small_package(folder / f"source{changes.get('version', '')}", weights=weights_of(50_000), **changes)
    publish([package], folder / "site")
    server.host(folder / "site")
    return package


def test_list_and_show(run, tmp_path):
    code, out, _ = run("list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["ID", "shipped"]
    (paths.models_folder() / "broken").mkdir(parents=True)
    code, out, _ = run("list", "--json")
    models = {model["id"]: model for model in json.loads(out)["installed"]}
    assert (models["shipped"]["is_usable"], models["broken"]["is_usable"]) == (True, False)
    assert "model.json of broken is missing" in models["broken"]["problem"]
    code, out, _ = run("show", "shipped")
    assert (code, "licence: Apache-2.0" in out, "A model for tests." in out) == (0, True, True)
    assert json.loads(run("show", "shipped", "--json")[1])["quality"] == {"heldout.perplexity": 31.5}
    code, out, err = run("show", "nothing")
    assert (code, out) == (1, "")
    assert "no model called 'nothing'" in err


def test_add_verify_export_and_remove(run, tmp_path):
    package = write_small_package(tmp_path / "source")
    assert run("add", package.folder)[:2] == (0, f"Installed tiny-en 1.0 in {paths.models_folder() / 'tiny-en'}.\n")
    code, _, err = run("add", package.folder)
    assert (code, "installed already" in err) == (1, True)
    write_zip(package, tmp_path / "tiny.zip")
    assert json.loads(run("add", tmp_path / "tiny.zip", "--replace", "--json")[1])["installed"] == "tiny-en"
    assert run("verify")[:2] == (0, "shipped: in order\ntiny-en: in order\n")
    assert run("export", "tiny-en", tmp_path / "out.zip")[0] == 0
    assert (tmp_path / "out.zip").read_bytes() == (tmp_path / "tiny.zip").read_bytes()
    weights = paths.models_folder() / "tiny-en" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    code, out, _ = run("verify", "--json")
    assert code == 1
    assert ["SHA-256" in (result["problem"] or "") for result in json.loads(out)] == [False, True]
    assert run("remove", "tiny-en", "--yes")[:2] == (0, "Removed tiny-en.\n")
    code, _, err = run("remove", "tiny-en", "--yes")
    assert (code, "could be removed" in err) == (1, True)
    code, _, err = run("remove", "shipped", "--yes")
    assert (code, "comes with the program" in err) == (1, True)


def test_publish_twice(run, tmp_path):
    write_small_package(tmp_path / "source")
    code, out, _ = run("publish", tmp_path / "source", "--out", tmp_path / "site", "--json")
    assert (code, len(json.loads(out)["changed"])) == (0, 5)
    assert run("publish", tmp_path / "source", "--out", tmp_path / "site")[1].endswith("0 files changed.\n")
    assert run("publish", "--out", tmp_path / "site")[0] == 2
    assert run("publish", tmp_path, "--out", tmp_path / "site")[0] == 1


def test_move(run, tmp_path):
    run("add", write_small_package(tmp_path / "source").folder)
    old = paths.models_folder()
    assert run("move", tmp_path / "elsewhere")[:2] == (0, f"Moved 1 model to {tmp_path / 'elsewhere'}.\n")
    assert paths.models_folder() == tmp_path / "elsewhere"
    assert not (old / "tiny-en").exists()
    assert "tiny-en" in run("list")[1]


@pytest.mark.network_local
def test_the_card_of_an_offered_model_is_shown_and_obeyed_by_no_terminal(run, server, tmp_path):
    package = write_small_package(tmp_path / "source")
    relist(package.folder, README__md="# Tiny\n\x1b]0;title\x07\x1b[31mred\x1b[0m \u202ebidi\x9b2J\r\nend\n".encode())
    publish([ModelPackage.load(package.folder)], tmp_path / "site")
    server.host(tmp_path / "site")
    code, out, _ = run("show", "tiny-en", "--catalog", server.address)
    assert (code, out.partition("# Tiny")[2]) == (0, "\n]0;title[31mred[0m bidi2J\nend\n\n")
    assert json.loads(run("show", "tiny-en", "--catalog", server.address, "--json")[1])["card"].startswith("# Tiny")


@pytest.mark.network_local
def test_download_from_a_published_site_and_update(run, server, tmp_path):
    publish_small(server, tmp_path)
    assert run("download", "tiny-en", "--catalog", server.address)[0] == 0
    publish_small(server, tmp_path, version="1.10")
    code, out, _ = run("list", "--catalog", server.address, "--json")
    assert [(item["id"], item["is_update"]) for item in json.loads(out)["available"]] == [("tiny-en", True)]
    assert run("catalogs", "--add", server.address)[1] == server.address + "\n"
    assert "update" in run("list", "--available")[1]
    assert run("download", "tiny-en")[0] == 1
    code, out, _ = run("download", "tiny-en", "--replace", "--json")
    assert json.loads(out)["version"] == "1.10"
    run("catalogs", "--remove", server.address)
    code, _, err = run("download", "tiny-en")
    assert (code, "No catalogue was named" in err) == (1, True)


@pytest.mark.network_local
def test_list_opens_no_connection_unless_asked(run, server):
    run("catalogs", "--add", server.address)
    assert run("list")[0] == 0
    assert run("show", "shipped")[0] == 0
    assert server.requests == []
    server.faults["*"] = [web.status(404)]
    code, _, err = run("list", "--available")
    assert (code, "was not found" in err) == (1, True)


@pytest.mark.network_local
def test_ctrl_c_pauses_and_the_same_command_goes_on(run, server, tmp_path, monkeypatch):
    publish_small(server, tmp_path)
    server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(100_000)]
    from chatbot.commands.models_progress import ByteBar

    def interrupt(self, progress):
        if progress.done_bytes > 20_000:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ByteBar, "show", interrupt)
        code, _, err = run("download", "tiny-en", "--catalog", server.address)
    assert (code, "Paused. To go on: chatbot models download tiny-en" in err) == (130, True)
    assert run("download", "tiny-en")[0] == 0
    assert server.asked("/tiny-en/1.0/weights.safetensors")[1].range is not None


@pytest.mark.network_local
def test_download_from_a_hub(run, server, tmp_path, monkeypatch):
    pytest.importorskip("huggingface_hub")
    serve_repository(server, "someone/tiny", write_small_package(tmp_path / "source").folder)
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    assert run("download", "hf://someone/tiny")[0] == 0
    assert "tiny-en" in run("list")[1]

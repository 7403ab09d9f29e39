"""A package whose weights do not fit the network it names is refused before it replaces a model that works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, save

from chatbot import paths
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.publish import publish
from chatbot.catalog.registry import Registry
from chatbot.catalog.zip_package import write_zip
from chatbot.cli import main
from tests.catalog.small_packages import relist
from tests.catalog.web_server import WebServer
from tests.fakes.tiny_model import write_tiny_model


@pytest.fixture(autouse=True)
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")


@pytest.fixture
def server() -> Iterator[WebServer]:
    site = WebServer().start()
    yield site
    site.stop()


def spoiled(folder: Path, change: str) -> ModelPackage:
    """Version 2.0 of the model in ``folder``, with right hashes but wrong weights."""
    tensors = dict(load((folder / "weights.safetensors").read_bytes()))
    if change == "shape":
        tensors["bias"] = torch.zeros(len(tensors["bias"]) + 1)
    elif change == "missing":
        del tensors["bias"]
    else:
        tensors["surprise"] = torch.zeros(3)
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps(manifest | {"version": "2.0"}), "utf-8")
    relist(folder, weights__safetensors=save(tensors))
    return ModelPackage.load(folder)


def installed_version() -> str:
    return Registry([paths.models_folder()]).package("tiny-en").manifest.version


@pytest.mark.network_local
@pytest.mark.parametrize(("change", "sentence"), [
    ("shape", "The tensor bias in weights.safetensors has the shape"), ("missing", "lacks tensor bias"),
    ("surprise", "has the unknown tensor surprise")])
def test_from_a_server_a_zip_and_a_folder(server: WebServer, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                          change: str, sentence: str) -> None:
    package = write_tiny_model(tmp_path / "made")
    publish([package], tmp_path / "site")
    server.host(tmp_path / "site")
    assert main(["models", "download", "tiny-en", "--catalog", server.address]) == 0
    wrong = spoiled(package.folder, change)
    publish([wrong], tmp_path / "site")
    server.host(tmp_path / "site")
    write_zip(wrong, tmp_path / "wrong.zip")
    capsys.readouterr()
    for arguments in (["download", "tiny-en", "--catalog", server.address], ["add", str(tmp_path / "wrong.zip")],
                      ["add", str(wrong.folder)]):
        assert main(["models", *arguments, "--replace"]) == 1
        told = capsys.readouterr().err.strip()
        assert sentence in told
        assert "Traceback" not in told
        assert installed_version() == "1.0"
    left = [path.name for path in (paths.models_folder() / ".downloads").iterdir() if path.suffix != ".lock"]
    assert left == []

"""Packages from a server that speaks the hub's language, through the hub's own library."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("huggingface_hub")

from chatbot.catalog.download import PackageDownload
from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.offers import read_offers
from chatbot.core.errors import DownloadError
from tests.catalog import web_server as web
from tests.catalog.hub_server import COMMIT, serve_repository
from tests.catalog.small_packages import relist, tensors_file, weights_of, write_small_package

pytestmark = pytest.mark.network_local


@pytest.fixture
def package(server, tmp_path, monkeypatch):
    package = write_small_package(tmp_path, weights=weights_of(50_000))
    serve_repository(server, "someone/tiny", package.folder)
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "no-token"))
    return package


def test_downloads_the_commit_that_was_shown(server, package, patience, tmp_path):
    offer = read_offers("hf://someone/tiny").find("tiny-en")
    installed = PackageDownload(offer, ModelsFolder(tmp_path / "models"), patience=patience).run()
    assert installed.manifest == package.manifest
    assert server.asked(f"/someone/tiny/resolve/{COMMIT}/weights.safetensors")


def test_the_card_is_told_if_it_is_the_one_of_the_package(server, package):
    assert read_offers("hf://someone/tiny").find("tiny-en").card == package.card != ""
    path = f"/someone/tiny/resolve/{COMMIT}/README.md"
    server.files[path] = server.files[path].replace(b"Tiny", b"Evil")
    assert read_offers("hf://someone/tiny").find("tiny-en").card == ""


def test_revision_and_token_are_sent(server, package, monkeypatch, patience, tmp_path):
    serve_repository(server, "someone/tiny", package.folder, revision="v2")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    offer = read_offers("hf://someone/tiny@v2").find("tiny-en")
    weights = f"/someone/tiny/resolve/{COMMIT}/weights.safetensors"
    server.faults[weights] = [web.redirect(server.address.replace("127.0.0.1", "localhost") + "/elsewhere")]
    server.files["/elsewhere"] = package.weights_path.read_bytes()
    PackageDownload(offer, ModelsFolder(tmp_path / "models"), patience=patience).run()
    assert server.asked("/api/models/someone/tiny/revision/v2")
    assert server.asked(weights)[0].headers["authorization"] == "Bearer hf_secret"
    assert "authorization" not in server.asked("/elsewhere")[0].headers
    assert "hf_secret" not in repr(offer)


@pytest.mark.parametrize(("fault", "sentence"), [
    (web.status(404, b"{}", X_Error_Code="RepoNotFound"), "was not found"),
    (web.status(404, b"{}", X_Error_Code="RevisionNotFound"), "has no revision"),
    (web.status(403, b"{}", X_Error_Code="GatedRepo"), "asks for consent"),
    (web.status(418), "has a problem"),
])
def test_refusals_of_the_hub(server, package, fault, sentence):
    server.faults["*"] = [fault] * 10
    with pytest.raises(DownloadError) as caught:
        read_offers("hf://someone/tiny@main")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_repository_whose_files_are_not_those_of_its_manifest(server, package):
    relist(package.folder, weights__safetensors=tensors_file())
    server.files[f"/someone/tiny/resolve/{COMMIT}/model.json"] = (package.folder / "model.json").read_bytes()
    with pytest.raises(DownloadError, match="is not the file its model.json lists"):
        read_offers("hf://someone/tiny")


def test_without_the_library_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(DownloadError, match="pip install huggingface_hub"):
        read_offers("hf://someone/tiny")


def test_endpoint_that_is_not_encrypted(package, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror.example.org")
    with pytest.raises(DownloadError, match="not encrypted"):
        read_offers("hf://someone/tiny")

"""A real server with something wrong on it, and models that must survive the attempt to install from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot import paths
from chatbot.catalog.download import Notify, PackageDownload
from chatbot.catalog.http_client import HttpClient
from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.offers import read_offers
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.publish import publish
from chatbot.catalog.transfer_control import Patience
from chatbot.catalog.zip_package import add_zip
from chatbot.core.errors import KnownError
from tests.catalog.small_packages import relist, write_small_package
from tests.catalog.web_server import WebServer

LOCKS = ".lock"
"""Lock files stay between changes by design; they are empty."""

Raw = dict[str, object]


def careless_publish(server: WebServer, package: ModelPackage, site: Path, **changed: bytes) -> None:
    """Publish ``package`` with files changed afterwards and listed with their true sizes and hashes."""
    publish([package], site)
    server.host(site)
    relist(package.folder, **changed)
    manifest = json.loads((package.folder / "model.json").read_text("utf-8"))
    catalogue = json.loads(server.files["/catalogue.json"])
    entry = catalogue["packages"][0]
    for name, listed in manifest["files"].items():
        entry["files"][name].update(listed)
        server.files[f"/{package.id}/{package.manifest.version}/{name}"] = (package.folder / name).read_bytes()
    server.files["/catalogue.json"] = json.dumps({**catalogue, "packages": [{**entry, "manifest": manifest}]}).encode()


class BadSite:
    """Two models are installed: ``kept`` and version 1.0 of ``tiny-en``. The server has a version 2.0 of the latter."""

    def __init__(self, server: WebServer, patience: Patience, folder: Path, models: Path | None = None) -> None:
        self.server, self.patience, self.folder = server, patience, folder
        self.models = ModelsFolder(models or paths.models_folder())
        for model_id in ("kept", "tiny-en"):
            self.models.add_folder(write_small_package(folder / "installed", model_id).folder)
        self._before = self.installed_bytes()

    def publish(self, **changed: bytes) -> ModelPackage:
        """Offer the second version; ``changed`` as in ``careless_publish``."""
        package = write_small_package(self.folder / "new", version="2.0", name="Newer")
        careless_publish(self.server, package, self.folder / "site", **changed)
        return package

    def change_catalogue(self, change: Callable[[Raw], object]) -> None:
        """Spoil the catalogue that is served."""
        catalogue = json.loads(self.server.files["/catalogue.json"])
        change(catalogue)
        self.server.files["/catalogue.json"] = json.dumps(catalogue).encode()

    def download(self, notify: Notify = lambda _: None) -> ModelPackage:
        """What the window does for its Download button and ``chatbot models download`` for itself."""
        offer = read_offers(self.server.address).find("tiny-en")
        return PackageDownload(offer, self.models, patience=self.patience, notify=notify, may_replace=True).run()

    def fetch_and_add_zip(self) -> ModelPackage:
        """A zip file comes from the server as through a browser and is then added, as by a drop on the window."""
        path = self.folder / "fetched.zip"
        with HttpClient() as client:
            path.write_bytes(client.read(self.server.address + "/package.zip", 10**8, "The zip file"))
        return add_zip(self.models, path, may_replace=True)

    def installed_bytes(self) -> dict[str, bytes]:
        """Every file in the models folder, but those of downloads that can be gone on with."""
        folder = self.models.folder
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
                if path.is_file() and path.suffix != LOCKS and self.models.staging not in path.parents}

    def left(self) -> list[str]:
        """What lies in the folder of unfinished downloads."""
        return sorted(path.name for path in self.models.staging.iterdir() if path.suffix != LOCKS)

    def assert_untouched(self) -> None:
        """The installed models are what they were, byte for byte, and nothing else is there."""
        assert self.installed_bytes() == self._before

    def refuse(self, install: Callable[[], object], code: str, saying: str, left: tuple[str, ...] = ()) -> None:
        """``install`` ends in one sentence with this code, and leaves nothing but ``left`` for going on later."""
        with pytest.raises(KnownError) as caught:
            install()
        sentence = str(caught.value)
        assert saying in sentence, sentence
        assert caught.value.code == code
        assert "\n" not in sentence and sentence.endswith((".", "FILE", "ADDRESS"))
        self.assert_untouched()
        assert self.left() == list(left)

    def refuse_everywhere(self, terminal: Callable[..., str], code: str, saying: str) -> None:
        """The function under the window's button and the command both say it, and both leave everything alone."""
        self.refuse(self.download, code, saying)
        said = terminal("models", "download", "tiny-en", "--replace", "--catalog", self.server.address)
        assert saying in said
        assert len(said.splitlines()) == 1
        self.assert_untouched()
        assert self.left() == []

"""Disks that fill up, folders that refuse, and a second program: one sentence, and it can be gone on with."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatbot.catalog.download import DownloadPhase, DownloadProgress
from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.package import ModelPackage
from chatbot.catalog.part_file import PartFile
from chatbot.catalog.transfer_control import Patience
from chatbot.catalog.zip_package import write_zip
from chatbot.core.errors import DownloadError
from tests.catalog import web_server as web
from tests.catalog.bad_site import BadSite
from tests.catalog.small_disks import PAGE_BYTES, fill, make_room, read_only, small_disk
from tests.catalog.small_packages import weights_of

pytestmark = pytest.mark.network_local

WEIGHTS = "/tiny-en/2.0/weights.safetensors"
RESUMABLE = ("tiny-en", "tiny-en.download.json")
"""What an unfinished download keeps: the fetched bytes, and where they come from."""


@pytest.fixture
def site(server, patience, tmp_path) -> BadSite:
    return BadSite(server, patience, tmp_path)


# ---- full disks -----------------------------------------------------------------------------------------------------

class SmallDiskSite(BadSite):
    """The models folder lies on a disk of 1 MiB; the new weights fit if nobody else writes to it."""

    def __init__(self, disk: Path, server: web.WebServer, patience: Patience, folder: Path) -> None:
        self.disk = disk
        super().__init__(server, patience, folder, models=disk / "models")
        self.package = self.publish(weights__safetensors=weights_of(300_000))

    def fill_in_the_middle(self, spare_bytes: int) -> None:
        """Somebody else fills the disk when a third of the weights has been written."""
        part = self.models.staging / "tiny-en" / "weights.safetensors.part"

        def behave(handler: web.Handler, content: bytes) -> None:
            handler.start(200, {"Content-Length": str(len(content))})
            handler.send(content[:100_000])
            while not handler.site.closing.is_set() and (not part.exists() or part.stat().st_size < 100_000):
                time.sleep(0.005)
            fill(self.disk, spare_bytes)
            handler.send(content[100_000:])
        self.server.faults[WEIGHTS] = [behave]


@pytest.fixture
def small(server, patience, tmp_path, monkeypatch) -> Iterator[SmallDiskSite]:
    monkeypatch.setattr("chatbot.catalog.install.check_free_space", lambda *_: None)  # it leaves more than the disk has
    with small_disk(tmp_path / "disk") as disk:
        yield SmallDiskSite(disk, server, patience, tmp_path)


@pytest.mark.parametrize("spare_pages", [0, 1, 40])
def test_a_disk_that_fills_up_while_the_weights_come(small, spare_pages):
    small.fill_in_the_middle(spare_pages * PAGE_BYTES)
    small.refuse(small.download, "disk_full", "is full; make room and try again", left=RESUMABLE)
    make_room(small.disk)
    assert small.download().manifest.version == "2.0"
    assert small.left() == []
    assert int(small.server.asked(WEIGHTS)[1].range.removeprefix("bytes=").rstrip("-")) >= 100_000


def test_a_disk_that_is_full_before_the_start(small):
    fill(small.disk, spare_bytes=200_000)
    small.refuse(small.download, "disk_full", "make room or choose another folder for models")
    assert small.server.asked(WEIGHTS) == []


def test_a_disk_that_fills_up_after_the_last_byte_came(small):
    """The manifest is written when everything else is there."""
    def fill_then(progress: DownloadProgress) -> None:
        if progress.phase is DownloadPhase.CHECKING:
            fill(small.disk)

    small.refuse(lambda: small.download(fill_then), "disk_full", "is full; make room", left=RESUMABLE)
    make_room(small.disk)
    small.server.requests.clear()
    assert small.download().manifest.version == "2.0"
    assert small.server.asked(WEIGHTS) == []


def add_zip_of(site: BadSite) -> Callable[[], object]:
    write_zip(ModelPackage.load(site.package.folder), site.folder / "package.zip")
    site.server.files["/package.zip"] = (site.folder / "package.zip").read_bytes()
    return site.fetch_and_add_zip


def add_folder_of(site: BadSite) -> Callable[[], object]:
    return lambda: site.models.add_folder(site.package.folder, may_replace=True)


@pytest.mark.parametrize("spare_pages", [0, 1, 3, 40])
@pytest.mark.parametrize(("way", "room"), [(add_zip_of, "zip_package"), (add_folder_of, "install")])
def test_a_disk_that_fills_up_while_a_package_is_added(small, monkeypatch, way, room, spare_pages):
    """It had room when it was looked at."""
    install = way(small)
    monkeypatch.setattr(f"chatbot.catalog.{room}.check_free_space",
                        lambda *_: fill(small.disk, spare_pages * PAGE_BYTES))
    small.refuse(install, "disk_full", "is full; make room")
    make_room(small.disk)
    monkeypatch.setattr(f"chatbot.catalog.{room}.check_free_space", lambda *_: None)
    assert install().manifest.version == "2.0"


def test_a_disk_that_fills_up_where_no_disk_can_be_mounted(site, monkeypatch):
    """The same as with a real small disk, by a write that fails: runs on every system."""
    site.publish(weights__safetensors=weights_of(300_000))
    write = PartFile.write

    def write_some(self: PartFile, position: int, data: bytes) -> object:
        if position + len(data) > 150_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, position, data)

    monkeypatch.setattr(PartFile, "write", write_some)
    site.refuse(site.download, "disk_full", "is full; make room and try again", left=RESUMABLE)
    monkeypatch.setattr(PartFile, "write", write)
    assert site.download().manifest.version == "2.0"


# ---- folders that refuse --------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("place", "action"), [
    ("models", "download"), ("models", "zip"), ("models", "folder"), ("models", "remove"),
    ("staging", "download"), ("staging", "zip"), ("staging", "folder"),
])
def test_a_folder_that_cannot_be_written_to(site, place, action):
    site.package = site.publish()
    actions = {"download": site.download, "zip": add_zip_of(site), "folder": add_folder_of(site),
               "remove": lambda: site.models.remove("tiny-en")}
    folder = site.models.folder if place == "models" else site.models.staging
    with read_only(folder):
        site.refuse(actions[action], "not_writable", "cannot be written to; choose another folder")
    assert site.server.asked(WEIGHTS) == []
    assert actions[action]()


def test_a_models_folder_that_cannot_be_made(site, tmp_path):
    site.publish()
    parent = tmp_path / "locked"
    parent.mkdir()
    site.models = ModelsFolder(parent / "models")
    with read_only(parent), pytest.raises(DownloadError, match="cannot be written to") as caught:
        site.download()
    assert caught.value.code == "not_writable"
    assert list(parent.iterdir()) == []


# ---- two programs ---------------------------------------------------------------------------------------------------

def test_two_programs_downloading_the_same_model(site):
    """The second one is told so at once; the first one is not disturbed and installs the model."""
    site.package = site.publish(weights__safetensors=weights_of(300_000))
    was_asked, may_go_on = threading.Event(), threading.Event()

    def wait_in_the_middle(handler: web.Handler, content: bytes) -> None:
        was_asked.set()
        handler.start(200, {"Content-Length": str(len(content))})
        handler.send(content[:100_000])
        may_go_on.wait(15)
        handler.send(content[100_000:])

    site.server.faults[WEIGHTS] = [wait_in_the_middle]
    first = subprocess.Popen([sys.executable, "-m", "tests.catalog.kill_target", "download", site.server.address,
                              str(site.models.folder)], stdout=subprocess.PIPE, text=True,
                             cwd=Path(__file__).resolve().parents[2])
    try:
        assert was_asked.wait(60)
        site.refuse(site.download, "busy", "is being downloaded or installed by another window or program",
                    left=RESUMABLE)
        site.refuse(add_folder_of(site), "busy", "another window or program", left=RESUMABLE)
        may_go_on.set()
        assert first.communicate(timeout=60)[0].split() == ["begin", "done"]
    finally:
        may_go_on.set()
        first.kill()
        first.wait()
    assert first.returncode == 0
    assert site.installed_bytes()["tiny-en/weights.safetensors"] == site.server.files[WEIGHTS]
    assert site.left() == []
    assert len(site.server.asked(WEIGHTS)) == 1

"""Whole packages from a published site on a real server."""

from __future__ import annotations

import pickle
import threading

import pytest
from filelock import FileLock

from chatbot.catalog.download import DownloadPhase, PackageDownload
from chatbot.catalog.download_queue import DownloadQueue
from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.offers import read_offers
from chatbot.catalog.publish import publish
from chatbot.catalog.registry import Registry
from chatbot.catalog.transfer_control import StopReason, TransferControl, TransferStoppedError
from chatbot.catalog.unfinished import unfinished_downloads
from chatbot.core.errors import DownloadError, KnownError, ModelError
from tests.catalog import web_server as web
from tests.catalog.bad_site import careless_publish
from tests.catalog.small_packages import weights_of, write_small_package

pytestmark = pytest.mark.network_local


class Site:
    """A published site on a server, and a models folder to download to."""

    def __init__(self, server, patience, folder):
        self.server, self.patience, self.folder = server, patience, folder
        self.models = ModelsFolder(folder / "models")

    def publish(self, *packages):
        publish(packages, self.folder / "site")
        self.server.host(self.folder / "site")

    def package(self, place="p", size=100_000, **changes):
        return write_small_package(self.folder / place, weights=weights_of(size), **changes)

    def offer(self, model_id="tiny-en"):
        return read_offers(self.server.address).find(model_id)

    def download(self, model_id="tiny-en", **options):
        return PackageDownload(self.offer(model_id), self.models, patience=self.patience, **options)

    def asked(self, suffix):
        return [request.range for request in self.server.requests if request.path.endswith(suffix)]

    def left(self):
        return sorted(path.name for path in self.models.staging.iterdir() if path.suffix != ".lock")


@pytest.fixture
def site(server, patience, tmp_path):
    return Site(server, patience, tmp_path)


def test_downloads_checks_and_installs(site):
    package = site.package()
    site.publish(package)
    seen = []
    installed = site.download(notify=seen.append).run()
    assert installed.manifest == package.manifest
    assert installed.weights_path.read_bytes() == package.weights_path.read_bytes()
    assert [phase for phase in DownloadPhase if phase in [item.phase for item in seen]] == list(DownloadPhase)
    assert seen[-1].done_bytes == seen[-1].total_bytes == package.manifest.size
    assert site.left() == []


def test_pause_is_remembered_and_resumed_by_another_program(site):
    site.publish(site.package(size=400_000))
    site.server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(400_000)]
    control = TransferControl()

    def pause_soon(progress):
        if progress.done_bytes > 100_000:
            control.stop(StopReason.PAUSE)

    with pytest.raises(TransferStoppedError):
        site.download(control=control, notify=pause_soon).run()
    assert Registry([site.models.folder]).list() == []
    [unfinished] = unfinished_downloads(site.models.staging)
    assert (unfinished.model_id, unfinished.source) == ("tiny-en", site.server.address + "/catalogue.json")
    assert 100_000 < unfinished.done_bytes < unfinished.total_bytes
    offer = read_offers(unfinished.source).find(unfinished.model_id)
    PackageDownload(offer, ModelsFolder(site.models.folder), patience=site.patience).run()
    ranges = site.asked("weights.safetensors")
    assert len(ranges) == 2
    assert int(ranges[1].split("=")[1].rstrip("-")) > 90_000
    assert site.asked("tokenizer.model") == [None]
    assert unfinished_downloads(site.models.staging) == []


def test_cancel_leaves_nothing(site):
    site.publish(site.package(size=400_000))
    site.server.faults["/tiny-en/1.0/weights.safetensors"] = [web.throttled(400_000)]
    control = TransferControl()
    with pytest.raises(TransferStoppedError):
        site.download(control=control, notify=lambda item: item.done_bytes > 50_000 and control.stop(
            StopReason.CANCEL)).run()
    assert site.left() == []
    assert unfinished_downloads(site.models.staging) == []


def test_update_fetches_only_what_changed_and_keeps_the_old_until_then(site):
    site.publish(site.package("old"))
    site.download().run()
    site.publish(site.package("new", version="2.0", name="Newer", size=100_000))
    site.server.requests.clear()
    with pytest.raises(ModelError, match="installed already"):
        site.download().run()
    path = "/tiny-en/2.0/weights.safetensors"
    changed = site.package("newer", version="3.0", size=120_000)
    site.publish(changed)
    path = "/tiny-en/3.0/weights.safetensors"
    site.server.faults[path] = [web.status(404)]
    with pytest.raises(DownloadError):
        site.download(may_replace=True).run()
    assert Registry([site.models.folder]).package("tiny-en").manifest.version == "1.0"
    assert site.download(may_replace=True).run().manifest.version == "3.0"
    assert site.asked("tokenizer.model") == []
    assert len(site.asked(path)) == 2


def test_wrong_hash_leaves_old_models_untouched(site):
    site.publish(site.package("old"))
    site.download().run()
    site.publish(site.package("new", version="2.0", size=90_000))
    path = "/tiny-en/2.0/weights.safetensors"
    site.server.files[path] = bytes(len(site.server.files[path]))
    with pytest.raises(DownloadError, match="promised SHA-256"):
        site.download(may_replace=True).run()
    assert Registry([site.models.folder]).package("tiny-en").manifest.version == "1.0"


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"weights__safetensors": pickle.dumps({"a": [1] * 100})}, "could run code"),
    ({"weights__safetensors": b"\0" * 500}, "safetensors"),
    ({"tokenizer__model": b"not one"}, "not a sentencepiece tokenizer"),
])
def test_a_bad_package_from_a_careless_publisher(site, changed, sentence):
    """Its hashes are right, but what they are of is not a model."""
    careless_publish(site.server, site.package(), site.folder / "site", **changed)
    with pytest.raises(ModelError, match=sentence):
        site.download().run()
    assert site.left() == []
    assert Registry([site.models.folder]).list() == []


@pytest.mark.parametrize(("fault", "sentence"), [
    (web.redirect("http://example.org/x"), "not encrypted"), (web.redirect("file:///etc/passwd"), "only https://"),
    (web.redirect("ftp://127.0.0.1/x"), "only https://"), (web.status(404), "was not found"),
    (web.status(200, b"<!DOCTYPE html><html>"), "is a web page, not JSON"),
    (web.status(200, b"{"), "not readable JSON"),
    (web.status(500), "has a problem"), (web.status(429), "slow down"), (web.hang_up, "connection to"),
    (web.unknown_length, "not readable JSON"),
    (lambda handler, content: handler.answer(200, b"x" * 33 * 2**20), "larger than"),
])
def test_a_catalogue_that_is_none(site, fault, sentence):
    site.server.faults["/catalogue.json"] = [fault]
    with pytest.raises(DownloadError) as caught:
        site.offer()
    assert sentence in str(caught.value)


def test_redirects_are_followed_but_not_in_circles(site):
    site.publish(site.package())
    site.server.faults["/catalogue.json"] = [web.redirect("/moved/catalogue.json")]
    site.server.faults["/moved/catalogue.json"] = [web.redirect(site.server.address + "/catalogue.json")]
    assert site.offer().id == "tiny-en"
    site.server.faults["*"] = [web.redirect("/catalogue.json")] * 50
    with pytest.raises(DownloadError, match="in circles"):
        site.offer()


def test_two_programs_downloading_the_same_model(site):
    site.publish(site.package())
    site.models.prepare()
    with FileLock(site.models.staging / "tiny-en.lock"), pytest.raises(DownloadError, match="another window"):
        site.download().run()
    assert site.download().run().id == "tiny-en"


def test_spoiled_leftovers_of_a_killed_program_are_not_trusted(site):
    package = site.package()
    site.publish(package)
    site.models.prepare()
    staged = site.models.staging / "tiny-en"
    staged.mkdir()
    (staged / "tokenizer.model").write_bytes(bytes(package.tokenizer_path.stat().st_size))
    (staged / "weights.safetensors.part").write_bytes(b"x" * 5000)
    (staged / "evil.py").write_text("print()")
    installed = site.download().run()
    installed.verify(deep=True)
    assert not (installed.folder / "evil.py").exists()


def test_several_at_once_with_a_limit(site):
    names = [f"model-{n}" for n in range(5)]
    site.publish(*[site.package(name, model_id=name) for name in names])
    running, most, lock = set(), [0], threading.Lock()

    def watch(progress):
        with lock:
            running.add(progress.model_id)
            most[0] = max(most[0], len(running))

    done, all_done = [], threading.Event()

    def ended(model_id, package, error):
        with lock:
            running.discard(model_id)
            done.append((model_id, package is not None, error))
            if len(done) == 5:
                all_done.set()

    queue = DownloadQueue(ended, limit=2)
    for name in names:
        assert queue.add(site.download(name, notify=watch))
    assert all_done.wait(20)
    queue.close()
    assert sorted(done) == [(name, True, None) for name in names]
    assert most[0] <= 2
    assert [model.id for model in Registry([site.models.folder]).list()] == names


def test_queue_stops_running_and_waiting_ones_and_pauses_at_the_end(site):
    site.publish(*[site.package(name, model_id=name, size=300_000) for name in ("a", "b", "c")])
    site.server.faults["/a/1.0/weights.safetensors"] = [web.throttled(100_000)]
    site.server.faults["/c/1.0/weights.safetensors"] = [web.throttled(100_000)]
    ends = {}
    queue = DownloadQueue(lambda model_id, package, error: ends.update({model_id: error}), limit=1)
    started = threading.Event()
    assert queue.add(site.download("a", notify=lambda _: started.set()))
    assert queue.add(site.download("b"))
    assert not queue.add(site.download("a"))
    assert queue.stop("b", StopReason.CANCEL)
    assert isinstance(ends["b"], TransferStoppedError)
    assert started.wait(10)
    assert queue.running_ids == ["a"]
    queue.close()
    assert isinstance(ends["a"], KnownError)
    assert not queue.stop("a", StopReason.PAUSE)
    assert [item.model_id for item in unfinished_downloads(site.models.staging)] == ["a"]

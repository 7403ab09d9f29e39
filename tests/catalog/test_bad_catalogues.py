"""Spoiled catalogues on a real server: one sentence, and the installed models stay as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.catalog.bad_site import BadSite, Raw

pytestmark = pytest.mark.network_local


@pytest.fixture
def site(server, patience, tmp_path) -> BadSite:
    return BadSite(server, patience, tmp_path)


def file_entry(**values: object) -> Callable[[Raw], None]:
    """Changes where and what the weights are, in the catalogue alone."""
    return lambda raw: raw["packages"][0]["files"]["weights.safetensors"].update(values)


def listed_size(size: object) -> Callable[[Raw], None]:
    """Changes the size of the weights everywhere, so that nothing contradicts it."""
    def change(raw: Raw) -> None:
        package = raw["packages"][0]
        for files in (package["files"], package["manifest"]["files"]):
            files["weights.safetensors"]["size"] = size
    return change


def extra_file(name: str) -> Callable[[Raw], None]:
    """Lists one more file, in catalogue and manifest alike."""
    def change(raw: Raw) -> None:
        package, listed = raw["packages"][0], {"size": 1, "sha256": "0" * 64}
        package["files"][name] = {**listed, "address": "x"}
        package["manifest"]["files"][name] = listed
    return change


@pytest.mark.parametrize(("change", "code", "saying"), [
    (file_entry(address="../secret.safetensors"), "download", "not a plain address below the catalogue's own"),
    (file_entry(address="tiny-en/../../x"), "download", "not a plain address below the catalogue's own"),
    (file_entry(address="%2e%2e/x"), "download", "not a plain address below the catalogue's own"),
    (file_entry(address="/etc/passwd"), "download", "not a plain address below the catalogue's own"),
    (file_entry(address="C:/x"), "download", "not a plain address below the catalogue's own"),
    (file_entry(address="//example.org/x"), "download", "not a plain address below the catalogue's own"),
    (file_entry(address="file:///etc/passwd"), "download", "not a plain address below the catalogue's own"),
    (extra_file("../x.safetensors"), "download", "'../x.safetensors' is not a file a package may hold"),
    (extra_file("/x.safetensors"), "download", "'/x.safetensors' is not a file a package may hold"),
    (extra_file("run.py"), "download", "'run.py' is not a file a package may hold"),
    (lambda raw: raw["packages"][0]["manifest"].update(id="../tiny-en"), "download", "'../tiny-en' does not have"),
    (lambda raw: raw["packages"][0]["manifest"].update(id="/tmp/x"), "download", "'/tmp/x' does not have the form"),
    (listed_size(10**30), "download", "size"),
    (listed_size(65 * 2**30), "download", "size"),
    (listed_size(-1), "download", "size"),
    (listed_size(1e9), "download", "size"),
    (lambda raw: raw.update(packages=raw["packages"] * 2), "download", "the id 'tiny-en' is listed twice"),
    (lambda raw: raw.update(surprise=1), "download", "unknown field 'surprise'"),
    (lambda raw: raw["packages"][0].update(command="rm"), "download", "unknown field 'packages.0.command'"),
    (file_entry(mirror="https://example.org"), "download", "mirror"),
    (lambda raw: raw["packages"][0]["manifest"].update(surprise=1), "download", "surprise"),
    (lambda raw: raw.update(schema_version=99), "catalogue_too_new", "update the program"),
    (lambda raw: raw["packages"][0]["manifest"].update(schema_version=99), "model_too_new", "needs a newer version"),
    (lambda raw: raw["packages"][0]["manifest"].update(program_version="99.0"), "model_too_new", "update the program"),
])
def test_a_spoiled_catalogue(site, terminal, change, code, saying):
    site.publish()
    site.change_catalogue(change)
    site.refuse_everywhere(terminal, code, saying)
    assert {request.path for request in site.server.requests} == {"/catalogue.json"}


@pytest.mark.parametrize(("content", "saying"), [
    (b"<!DOCTYPE html><html><body>Please log in</body></html>", "is a web page, not JSON"),
    (b"\n\n  <html lang='en'>", "is a web page, not JSON"),
    (b"[" * 100_000, "nested too deeply"), (b'{"schema_version": 2, "schema_version": 2}', "occurs twice"),
    (b'{"schema_version": 2, "packages": [NaN]}', "NaN"), (b"", "not readable JSON"),
])
def test_something_else_instead_of_a_catalogue(site, terminal, content, saying):
    site.server.files["/catalogue.json"] = content
    site.refuse_everywhere(terminal, "download", saying)


def test_a_size_that_no_disk_here_has_is_refused_before_the_first_byte(site, monkeypatch):
    usage = type("Usage", (), {"free": 10**9})
    monkeypatch.setattr("chatbot.catalog.transfer.shutil.disk_usage", lambda _: usage)
    site.publish()
    site.change_catalogue(listed_size(60 * 2**30))
    site.refuse(site.download, "disk_full", "MB are needed")
    assert site.server.asked("/tiny-en/2.0/weights.safetensors") == []

"""Addresses: what may be opened, and where a redirect may lead."""

from __future__ import annotations

import pytest

from chatbot.catalog.address import (
    AddressKind,
    check_web_address,
    checked_relative_address,
    parse_address,
    parse_hub_address,
    redirect_target,
)
from chatbot.core.errors import DownloadError


@pytest.mark.parametrize("address", ["https://example.org/c.json", "https://[::1]:8/x", "http://127.0.0.1:80/x",
                                     "http://localhost/x", "http://[::1]/x", "http://127.8.9.1/"])
def test_usable_web_addresses(address):
    check_web_address(address)
    assert parse_address(f" {address} ").kind is AddressKind.WEB


@pytest.mark.parametrize("address", [
    "http://example.org/", "http://10.0.0.1/", "http://127.0.0.1.evil.org/", "http://localhost.evil.org/", "https://",
    "https://user:secret@example.org/", "https://exa mple.org/", "https://example.org/\nx", "https://[::1/", "file:///etc",
    "ftp://example.org/x", "https://example.org:port/", "gopher://x/", "javascript://x"])
def test_refused_addresses(address):
    with pytest.raises(DownloadError):
        parse_address(address)


def test_local_addresses(tmp_path):
    (tmp_path / "a.zip").touch()
    (tmp_path / "c.json").touch()
    kinds = [parse_address(str(path)).kind for path in (tmp_path, tmp_path / "a.zip", tmp_path / "c.json")]
    assert kinds == [AddressKind.FOLDER, AddressKind.ZIP, AddressKind.FILE]
    for text in ("", str(tmp_path / "nothing")):
        with pytest.raises(DownloadError, match="There is nothing at"):
            parse_address(text)


def test_hub_addresses():
    repository = parse_hub_address("hf://owner/some-model@v1.0")
    assert (repository.name, repository.revision) == ("owner/some-model", "v1.0")
    assert parse_hub_address("hf://owner/m").revision is None
    for text in ("hf://owner", "hf://a/b/c", "hf://../b", "hf://a/b@../../c", "hf://a/b?x"):
        with pytest.raises(DownloadError, match="hf://owner/name"):
            parse_hub_address(text)


def test_redirects_stay_as_safe_as_they_were():
    assert redirect_target("https://a.org/x/y", "../z") == "https://a.org/z"
    assert redirect_target("https://a.org/x", "https://b.org/") == "https://b.org/"
    assert redirect_target("http://127.0.0.1/x", "http://localhost:9/") == "http://localhost:9/"
    for location in ("http://a.org/", "http://127.0.0.1/", "file:///etc/passwd", "ftp://a.org/", "//u:p@a.org/"):
        with pytest.raises(DownloadError):
            redirect_target("https://a.org/x", location)
    with pytest.raises(DownloadError):
        redirect_target("http://127.0.0.1/x", "http://a.org/")


@pytest.mark.parametrize("value", ["../x", "/etc/passwd", "a/../b", "C:/x", "a\\b", "https://x/y", "//x/y", "a//b", "",
                                   "a?b", "a#b", "a/%2e%2e/b", ".hidden", "a/.b", "a" * 500, "a/"])
def test_relative_addresses_stay_below_the_catalogue(value):
    with pytest.raises(ValueError):
        checked_relative_address(value)
    assert checked_relative_address("wren-en-s/1.0/weights.safetensors")

"""Proxies and certificates: what the environment and the system say is what a download goes by."""

from __future__ import annotations

import shutil
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot.catalog.download import PackageDownload
from chatbot.catalog.http_client import HttpClient
from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.offers import read_offers
from chatbot.catalog.publish import publish
from chatbot.catalog.transfer_control import Patience
from chatbot.core.errors import DownloadError
from tests.catalog.small_packages import write_small_package
from tests.catalog.tunnel_proxy import TunnelProxy
from tests.catalog.web_server import WebServer

pytestmark = pytest.mark.network_local

TLS = Path(__file__).resolve().parents[1] / "data" / "tls"
CERTIFICATE = TLS / "certificate.pem"
HASHED_NAME = "a90d691c.0"
"""What ``openssl x509 -hash`` calls the certificate in a folder of them."""
FOREIGN_HOST = "models.test"
"""A name that no network knows; the certificate is for it, for localhost and for 127.0.0.1."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No proxy and no certificates but what the test sets."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def host_package(server: WebServer, folder: Path) -> WebServer:
    """Publish a small package on ``server``."""
    publish([write_small_package(folder / "source")], folder / "site")
    server.host(folder / "site")
    return server


@pytest.fixture
def secure(tmp_path) -> Iterator[WebServer]:
    """A server with a certificate that no system trusts, and a package on it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, TLS / "key.pem")
    site = host_package(WebServer().start(tls=context), tmp_path)
    yield site
    site.stop()


@pytest.fixture
def proxy(secure) -> Iterator[TunnelProxy]:
    tunnel = TunnelProxy(secure.port)
    yield tunnel
    tunnel.stop()


def download(address: str, folder: Path, patience: Patience) -> str:
    """Ask the catalogue, download, install; returns the version."""
    offer = read_offers(address).find("tiny-en")
    return PackageDownload(offer, ModelsFolder(folder / "models"), patience=patience).run().manifest.version


# ---- proxies --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_another_computer_is_asked_through_the_proxy(secure, proxy, patience, tmp_path, monkeypatch, variable):
    monkeypatch.setenv(variable, proxy.address)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert download(f"https://{FOREIGN_HOST}", tmp_path, patience) == "1.0"
    assert set(proxy.lines) == {f"CONNECT {FOREIGN_HOST}:443 HTTP/1.1"}
    assert {request.headers["host"] for request in secure.requests} == {FOREIGN_HOST}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_computer_is_never_asked_through_a_proxy(server, secure, proxy, patience, tmp_path, monkeypatch, host):
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, proxy.address)
        monkeypatch.setenv(variable.lower(), proxy.address)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    host_package(server, tmp_path / "plain")
    plain_port = server.address.rpartition(":")[2]
    assert download(f"http://{host}:{plain_port}", tmp_path / "one", patience) == "1.0"
    assert download(f"https://{host}:{secure.port}", tmp_path / "two", patience) == "1.0"
    assert proxy.lines == []


def test_a_name_in_no_proxy_is_not_asked_through_it(proxy, monkeypatch):
    """It is asked for directly, and no network knows it."""
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    monkeypatch.setenv("NO_PROXY", FOREIGN_HOST)
    monkeypatch.setattr(socket, "getaddrinfo", _nothing_is_known)
    with pytest.raises(DownloadError, match=f"connection to {FOREIGN_HOST} failed"):
        read_offers(f"https://{FOREIGN_HOST}")
    assert proxy.lines == []


def _nothing_is_known(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_proxy_that_cannot_be_reached_is_a_failed_connection(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(DownloadError, match=f"connection to {FOREIGN_HOST} failed") as caught:
        read_offers(f"https://{FOREIGN_HOST}")
    assert caught.value.code == "network"


@pytest.mark.parametrize("address", ["socks4://127.0.0.1:1", "socks5://127.0.0.1:1", "ftp://127.0.0.1:1"])
def test_a_proxy_of_another_kind_is_one_sentence(monkeypatch, address):
    monkeypatch.setenv("ALL_PROXY", address)
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(DownloadError, match="is of a kind that is not supported; use one") as caught:
        read_offers(f"https://{FOREIGN_HOST}")
    assert caught.value.code == "proxy"


# ---- certificates ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_an_unknown_certificate_is_refused_at_once(secure, patience, tmp_path, host):
    address = f"https://{host}:{secure.port}"
    with pytest.raises(DownloadError, match="shows a certificate that is not trusted") as caught:
        download(address, tmp_path, patience)
    assert caught.value.code == "not_trusted"
    assert "SSL_CERT_FILE" in str(caught.value)
    assert type(caught.value) is DownloadError, "trying again would not help"
    assert secure.requests == []


def test_an_unknown_certificate_behind_a_proxy_is_refused_as_well(secure, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    with pytest.raises(DownloadError, match=f"{FOREIGN_HOST} shows a certificate that is not trusted"):
        read_offers(f"https://{FOREIGN_HOST}")
    assert secure.requests == []


@pytest.mark.parametrize(("variable", "is_folder"), [("SSL_CERT_FILE", False), ("SSL_CERT_DIR", True)])
def test_a_certificate_the_environment_names_is_accepted(secure, patience, tmp_path, monkeypatch, variable, is_folder):
    path = tmp_path / "trusted" / HASHED_NAME
    path.parent.mkdir()
    shutil.copyfile(CERTIFICATE, path)
    monkeypatch.setenv(variable, str(path.parent if is_folder else path))
    assert download(f"https://localhost:{secure.port}", tmp_path, patience) == "1.0"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the system keeps them in no file")
def test_a_certificate_in_the_systems_store_is_accepted(secure, patience, tmp_path, monkeypatch):
    system = ssl.get_default_verify_paths()
    store = system._replace(cafile=str(CERTIFICATE), openssl_cafile=str(CERTIFICATE), openssl_capath="/nothing")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: store)
    assert download(f"https://localhost:{secure.port}", tmp_path, patience) == "1.0"


def test_the_certificate_must_be_for_the_name_that_was_asked(secure, proxy, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("HTTPS_PROXY", proxy.address)
    with pytest.raises(DownloadError, match="not trusted .*not valid for 'other.test'"):
        read_offers("https://other.test")
    assert secure.requests == []


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_certificate_file_that_is_none_is_one_sentence(tmp_path, monkeypatch, content):
    path = tmp_path / "certificates.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with HttpClient() as client, pytest.raises(DownloadError, match="SSL_CERT_FILE or SSL_CERT_DIR names") as caught:
        client.read("https://localhost:1/x", 10, "It")
    assert caught.value.code == "certificates"

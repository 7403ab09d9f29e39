"""The only place of the program that opens network connections (the hub's own library aside, in ``hub``).

Redirects are followed by hand so that none leads from https to http or to a file, and every failure is one sentence.

Proxies: those of the environment (``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``, in small letters too) or of the
system's settings. This computer itself (``localhost``, 127.0.0.0/8, ::1) is never asked for through one.

Certificates: those the system trusts, or instead of them those in the file ``SSL_CERT_FILE`` or the folder
``SSL_CERT_DIR``, for this computer as for any other.
"""

from __future__ import annotations

import socket
import ssl
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chatbot import __version__
from chatbot.catalog.address import check_web_address, is_loopback, is_same_origin, redirect_target
from chatbot.catalog.limits import KIB
from chatbot.core.errors import DownloadError

if TYPE_CHECKING:
    import httpx2

REDIRECTS = 8
READ_BYTES = 512 * KIB
"""How much is read from a connection at once. The library's own 64 KiB cost a quarter more processor time for a large
file, and a download then reaches 0.6 instead of 0.8 of curl's speed on a busy computer."""
TEMPORARY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


class TemporaryError(DownloadError):
    """A failure after which trying again makes sense. ``retry_after_s`` is the server's own wish, if it had one."""

    def __init__(self, sentence: str, retry_after_s: float | None = None, code: str = "network",
                 **details: object) -> None:
        super().__init__(sentence, code=code, **details)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next byte."""

    connect_s: float = 10.0
    read_s: float = 20.0


class HttpClient:
    """Opens responses. One per download or catalogue; close it, or use it as a context manager."""

    def __init__(self, timeouts: Timeouts | None = None, headers: Mapping[str, str] | None = None,
                 headers_origin: str | None = None) -> None:
        """``headers`` (such as a token) go only to addresses of the origin of ``headers_origin``."""
        self._timeouts = timeouts or Timeouts()
        self._headers = dict(headers or {})
        self._headers_origin = headers_origin
        self._clients: dict[tuple[bool, bool], httpx2.Client] = {}
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._is_interrupted = False

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    @contextmanager
    def open(self, address: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx2.Response]:
        """GET ``address`` and yield the successful (2xx) response with its body unread.

        Raises ``TemporaryError`` or ``DownloadError``, also from inside the ``with`` block when reading fails.
        """
        import httpx2
        try:
            for _ in range(REDIRECTS + 1):
                check_web_address(address)
                with self._client(address).stream("GET", address, headers=self._headers_for(address, headers),
                                                  extensions={"trace": self._remember_socket}) as response:
                    if not response.is_redirect:
                        _check_status(response, address)
                        yield response
                        return
                    address = redirect_target(address, response.headers.get("location", ""))
            raise DownloadError(f"{address} is redirected in circles; check the address.")
        except httpx2.TimeoutException:
            raise TemporaryError(f"{_host(address)} does not answer; check the connection and try again.",
                                 host=_host(address)) from None
        except httpx2.InvalidURL as error:
            raise DownloadError(f"{address[:200]!r} is not a web address ({error}).") from None
        except httpx2.HTTPError as error:
            if (distrust := _distrust(error)) is not None:
                raise DownloadError(f"{_host(address)} shows a certificate that is not trusted ({distrust}); check the "
                                    "address, or name the certificates to trust in SSL_CERT_FILE.",
                                    code="not_trusted") from None
            raise TemporaryError(f"The connection to {_host(address)} failed ({_reason(error)}); check the connection "
                                 "and try again.", host=_host(address), reason=_reason(error)) from None

    def read(self, address: str, limit: int, what: str) -> bytes:
        """The whole body at ``address``, refused beyond ``limit`` bytes. For small files only."""
        with self.open(address, {"Accept-Encoding": "identity"}) as response:
            parts, size = [], 0
            for part in response.iter_raw():
                size += len(part)
                if size > limit:
                    raise DownloadError(f"{what} at {address} is larger than {limit:,} bytes; it was not read.")
                parts.append(part)
        return b"".join(parts)

    def interrupt(self) -> None:
        """Wake a thread that waits for an answer or for bytes: its call fails at once with ``TemporaryError``.

        The client is of no use afterwards.
        The only method that may be called from another thread. A connection that is still being made cannot be woken;
        it ends by its timeout.
        """
        self._is_interrupted = True
        for connection in list(self._sockets):
            _shut_down(connection)

    def _remember_socket(self, event: str, details: Mapping[str, object]) -> None:
        stream = details.get("return_value")
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete", "proxy.start_tls.complete",
                     "http_proxy.start_tls.complete"):
            connection = stream.get_extra_info("socket")  # type: ignore[union-attr]
            self._sockets.add(connection)
            if self._is_interrupted:
                _shut_down(connection)

    def _client(self, address: str) -> httpx2.Client:
        """This computer is never asked for through a proxy; everything else as the system says."""
        import httpcore2
        import httpx2
        httpcore2.HTTP11Connection.READ_NUM_BYTES = READ_BYTES
        parts = urlsplit(address)
        is_local, is_encrypted = is_loopback(parts.hostname or ""), parts.scheme.lower() == "https"
        if (is_local, is_encrypted) not in self._clients:
            timeout = httpx2.Timeout(self._timeouts.read_s, connect=self._timeouts.connect_s)
            # Without encryption the system's certificates need not be loaded, which takes longer than a small answer.
            certificates = _trusted_certificates() if is_encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            with _sentence_for_a_wrong_proxy():
                self._clients[is_local, is_encrypted] = httpx2.Client(
                    timeout=timeout, trust_env=not is_local, follow_redirects=False, verify=certificates,
                    headers={"User-Agent": f"wren-chatbot/{__version__}"})
        return self._clients[is_local, is_encrypted]

    def _headers_for(self, address: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        own = self._headers if self._headers_origin and is_same_origin(address, self._headers_origin) else {}
        return {**own, **(headers or {})}


def _trusted_certificates() -> ssl.SSLContext:
    """What the system trusts, or SSL_CERT_FILE or SSL_CERT_DIR where that is set."""
    import httpx2
    try:
        return httpx2.create_ssl_context()
    except OSError as error:  # an SSLError is one
        raise DownloadError(f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read ({error}); "
                            "correct that setting or remove it.", code="certificates") from None


@contextmanager
def _sentence_for_a_wrong_proxy() -> Iterator[None]:
    """A proxy of a kind that cannot be used is noticed when a client is made."""
    try:
        yield
    except (ImportError, ValueError):
        raise DownloadError("The proxy that HTTPS_PROXY, ALL_PROXY or the system's settings name is of a kind that is "
                            "not supported; use one that begins with http:// or https://.", code="proxy") from None


def _distrust(error: BaseException) -> str | None:
    """Why a certificate was refused, if that is what lies behind ``error``: trying again would not help."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message.rstrip(".")
        cause = cause.__cause__ or cause.__context__
    return None


def _shut_down(connection: socket.socket) -> None:
    try:
        # Not the method of an SSLSocket, which would take its session away from under the reading thread.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        pass  # already closed


def _check_status(response: httpx2.Response, address: str) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in TEMPORARY_STATUSES:
        wish = response.headers.get("retry-after", "")
        reason = "asks to slow down" if status == 429 else f"has a problem (status {status})"
        details = {} if status == 429 else {"host": _host(address), "status": status}
        raise TemporaryError(f"{_host(address)} {reason}; try again later.",
                             float(wish) if wish.isdigit() and len(wish) < 6 else None, **details)
    sentences = {401: "needs a login or token", 403: "does not allow this download", 404: "was not found",
                 410: "is no longer there", 416: "is shorter than expected"}
    code = {404: "not_found", 416: "range"}.get(status, "refused")
    raise DownloadError(f"{address} {sentences.get(status, f'cannot be had (status {status})')}; check the address.",
                        code=code, status=status, **({"address": address} if status in (403, 404) else {}))


def _host(address: str) -> str:
    return urlsplit(address).netloc or address


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:150]

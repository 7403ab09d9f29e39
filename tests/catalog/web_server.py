"""A real HTTP server on this computer that can misbehave in every way a download must survive."""

from __future__ import annotations

import contextlib
import hashlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Behaviour = Callable[["Handler", bytes], None]
"""Answers one request for a file with the given content."""


@dataclass(slots=True)
class Request:
    """What the client asked for."""

    path: str
    headers: dict[str, str]

    @property
    def range(self) -> str | None:
        """The Range header."""
        return self.headers.get("range")


@dataclass(slots=True)
class WebServer:
    """``files`` maps paths to contents; ``faults`` holds behaviours that answer the next requests for a path, in turn.

    A fault under ``"*"`` applies to any path.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list[Behaviour]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    has_ranges: bool = True
    has_etags: bool = True
    closing: threading.Event = field(default_factory=threading.Event)
    address: str = ""
    _server: _QuietServer | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def start(self, tls: ssl.SSLContext | None = None) -> WebServer:
        """Listen on a free port of the loopback interface, encrypted if ``tls`` is given."""
        self._server = _QuietServer(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"site": self}))
        self._server.daemon_threads = False
        self._server.tls = tls
        self.address = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def host(self, folder: Path) -> None:
        """Serve the files of ``folder`` as they are now."""
        for path in folder.rglob("*"):
            if path.is_file():
                self.files["/" + path.relative_to(folder).as_posix()] = path.read_bytes()

    def stop(self) -> None:
        """Stop listening and wait for the answers under way."""
        self.closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()

    def asked(self, path: str) -> list[Request]:
        """The requests for ``path``, oldest first."""
        return [request for request in self.requests if request.path == path]


class _QuietServer(ThreadingHTTPServer):
    """Clients that leave early are no news here, and those that stay are hung up on at the end."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._connections: list[socket.socket] = []
        self.tls: ssl.SSLContext | None = None

    def process_request(self, request: socket.socket, client_address: object) -> None:
        """Remember the connection."""
        self._connections.append(request)
        super().process_request(request, client_address)

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        """Shake hands in the thread of the connection, so that a client that does not want to holds up nobody."""
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with contextlib.suppress(OSError), self.tls.wrap_socket(request.dup(), server_side=True) as encrypted:
            super().finish_request(encrypted, client_address)

    def hang_up(self) -> None:
        """Wake the threads that wait for another request on a connection that is kept alive."""
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay quiet."""


class Handler(BaseHTTPRequestHandler):
    """Serves the files of ``site`` with ranges and validators, unless a fault is waiting."""

    protocol_version = "HTTP/1.1"
    site: WebServer

    def do_GET(self) -> None:
        """Answer with the file, or as the next fault says."""
        path = self.path.split("?")[0]
        self.site.requests.append(Request(path, {name.lower(): value for name, value in self.headers.items()}))
        faults = self.site.faults.get(path) or self.site.faults.get("*")
        content = self.site.files.get(path)
        try:
            if faults:
                faults.pop(0)(self, content if content is not None else b"")
            elif content is None:
                self.answer(404, b"not here")
            else:
                serve(self, content)
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_HEAD(self) -> None:
        """The same without the body."""
        self.do_GET()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer; header names use underscores for hyphens."""
        self.start(status, {"Content-Length": str(len(body)), **headers})
        self.send(body)

    def start(self, status: int, headers: dict[str, str]) -> None:
        """Status line and headers."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, body: bytes) -> None:
        """Body bytes, unless only the head was asked for."""
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def serve(handler: Handler, content: bytes, cut_at: int | None = None, etag: str | None = None) -> None:
    """A well-behaved answer; with ``cut_at`` the connection closes after so many bytes of the body."""
    site = handler.site
    tag = etag or f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"ETag": tag} if site.has_etags else {}
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("Range", ""))
    is_same = handler.headers.get("If-Range", tag) == tag
    start, end, status = 0, len(content), 200
    if match and site.has_ranges and is_same:
        start, end, status = int(match[1]), int(match[2]) + 1 if match[2] else len(content), 206
        if start >= len(content):
            handler.answer(416, b"", Content_Range=f"bytes */{len(content)}")
            return
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
    body = content[start:end]
    handler.start(status, {**headers, "Content-Length": str(len(body))})
    handler.send(body if cut_at is None else body[:cut_at])
    if cut_at is not None:
        handler.close_connection = True


# ---- faults ----------------------------------------------------------------------------------------------------


def status(code: int, body: bytes = b"no", **headers: str) -> Behaviour:
    """An answer with this status."""
    return lambda handler, content: handler.answer(code, body, **headers)


def cut_after(count: int) -> Behaviour:
    """The connection closes after ``count`` bytes of the body."""
    return lambda handler, content: serve(handler, content, cut_at=count)


def redirect(location: str) -> Behaviour:
    """A redirect."""
    return status(302, b"", Location=location)


def instead(other: bytes, etag: str | None = None) -> Behaviour:
    """Another content, served well."""
    return lambda handler, content: serve(handler, other, etag=etag)


def hang_up(handler: Handler, content: bytes) -> None:
    """The connection closes without an answer."""
    handler.close_connection = True


def stay_silent(handler: Handler, content: bytes) -> None:
    """No answer until the test ends or the client leaves."""
    handler.site.closing.wait(20)
    handler.close_connection = True


def stall_after(count: int) -> Behaviour:
    """``count`` bytes of the body, then silence."""
    def behave(handler: Handler, content: bytes) -> None:
        handler.start(200, {"Content-Length": str(len(content))})
        handler.send(content[:count])
        handler.wfile.flush()
        stay_silent(handler, content)
    return behave


def drip(handler: Handler, content: bytes) -> None:
    """One byte every 20 ms."""
    handler.start(200, {"Content-Length": str(len(content))})
    for byte in content:
        if handler.site.closing.is_set():
            break
        handler.send(bytes([byte]))
        time.sleep(0.02)
    handler.close_connection = True


def unknown_length(handler: Handler, content: bytes) -> None:
    """A body without a length that ends with the connection."""
    handler.start(200, {"Connection": "close"})
    handler.send(content)


def throttled(bytes_per_second: int) -> Behaviour:
    """Ranges as usual, but slowly."""
    def behave(handler: Handler, content: bytes) -> None:
        step = max(1, bytes_per_second // 50)
        match = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(match[1]) if match else 0
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if match else {}
        handler.start(206 if match else 200, {**headers, "Content-Length": str(len(content) - start)})
        for place in range(start, len(content), step):
            if handler.site.closing.is_set():
                break
            handler.send(content[place:place + step])
            time.sleep(0.02)
    return behave

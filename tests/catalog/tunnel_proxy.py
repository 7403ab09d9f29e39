"""A proxy on this computer that writes down what it is asked for and leads every tunnel to one server."""

from __future__ import annotations

import contextlib
import socket
import threading
from socketserver import StreamRequestHandler, ThreadingTCPServer


class TunnelProxy:
    """``lines`` holds the first line of every request. Wherever a tunnel should lead, it leads to ``port`` here."""

    def __init__(self, port: int) -> None:
        self.lines: list[str] = []
        self.port = port
        self.open_sockets: list[socket.socket] = []
        self._server = ThreadingTCPServer(("127.0.0.1", 0), type("BoundTunnel", (Tunnel,), {"proxy": self}))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()

    def stop(self) -> None:
        """Hang up on everybody and wait for the threads."""
        self._server.shutdown()
        for open_socket in self.open_sockets:
            _hang_up(open_socket)
        self._server.server_close()


class Tunnel(StreamRequestHandler):
    """One client of ``proxy``."""

    proxy: TunnelProxy
    rbufsize = 0
    """Not one byte of what belongs into the tunnel may be read before it is open."""

    def handle(self) -> None:
        """Answer the request, and carry bytes both ways until one side leaves."""
        self.proxy.open_sockets.append(self.request)
        with contextlib.suppress(OSError):
            line = self.rfile.readline().decode("latin-1").strip()
            self.proxy.lines.append(line)
            while self.rfile.readline().strip():
                pass
            if line.startswith("CONNECT "):
                self._carry()
            else:
                self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def _carry(self) -> None:
        with socket.create_connection(("127.0.0.1", self.proxy.port)) as server:
            self.proxy.open_sockets.append(server)
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(server, self.request))
            back.start()
            _pump(self.request, server)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            sink.sendall(part)
    _hang_up(sink)


def _hang_up(open_socket: socket.socket) -> None:
    with contextlib.suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)

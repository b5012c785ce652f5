"""Web servers that behave as a test wants them to: honest files, and every way of being difficult."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Handler = Callable[[socket.socket, threading.Event], object]
"""Given the connection and an event that is set when the server ends."""


class WebServer:
    """A server on a loopback port that answers one request a connection, byte for byte as its pages say."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        self.requests: list[bytes] = []
        self._pages: dict[str, Handler] = {}
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._main = threading.Thread(target=self._accept, daemon=True)
        self._main.start()

    @property
    def authority(self) -> str:
        """Host and port, as they are allowed by name."""
        return f"127.0.0.1:{self.port}"

    def page(self, path: str, body: bytes, *, status: str = "200 OK", **headers: str) -> str:
        """Serve ``body`` under ``path``; header names with underscores. Returns the address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Length", str(len(body)))
        named.setdefault("Connection", "close")  # or a client asks again on a connection that is just being closed
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
        return self.raw(path, f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body)

    def redirect(self, path: str, location: str, *, status: str = "302 Found") -> str:
        """Send on from ``path``. Returns the address."""
        return self.page(path, b"", status=status, Location=location)

    def raw(self, path: str, answer: bytes) -> str:
        """Send ``answer`` as it is and hang up. Returns the address."""
        return self.behave(path, lambda connection, _: connection.sendall(answer))

    def behave(self, path: str, handler: Handler) -> str:
        """Do anything at all under ``path``. Returns the address."""
        self._pages[path] = handler
        return self.url + path

    def close(self) -> None:
        """End every answer and hang up."""
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in [self._main, *self._threads]:
            thread.join(5)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with connection, suppress(OSError):
            if self._tls is None:
                self._serve(connection)
                return
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                self._serve(secured)
                secured.unwrap().close()

    def _serve(self, connection: socket.socket) -> None:
        request = _receive(connection)
        if request is None:
            return
        path = request.split(b" ", 2)[1].decode()
        self.requests.append(request)
        self.asked.append(path)
        handler = self._pages.get(path.partition("?")[0])
        if handler is None:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        handler(connection, self._over)


def _receive(connection: socket.socket) -> bytes | None:
    """A whole request with its body; None when it breaks off.

    Hanging up on a body that nobody has read would reset the connection, and the answer would be lost.
    """
    request, size = b"", None
    while size is None or len(request) < size:
        piece = connection.recv(65536)
        if not piece:
            return None
        request += piece
        head, end, _ = request.partition(b"\r\n\r\n")
        if size is None and end:
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            size = len(head) + len(end) + (int(length[1]) if length else 0)
    return request


@contextmanager
def run_web_server(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """A started server without any page, over HTTPS if it has ``tls``; it is gone after the block."""
    server = WebServer(tls)
    try:
        yield server
    finally:
        server.close()


def drip(head: bytes, *, pause_s: float) -> Handler:
    """Send ``head`` at once, then one byte every ``pause_s`` for as long as anybody listens."""

    def handler(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(pause_s):
            connection.sendall(b"x")

    return handler

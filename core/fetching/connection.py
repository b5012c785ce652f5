"""One GET request to a machine that was judged, with a limit on every wait and on the whole."""

import http.client
import io
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from core.errors import UserInputError
from core.fetching.addresses import Target
from core.tables.detection import shorten

USER_AGENT = "Praxis (data workbench)"


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """How long a server may take. The waits are single; the rest bounds servers that drip."""

    connect_s: float = 10.0
    read_s: float = 30.0
    """Longest silence."""
    answer_s: float = 60.0
    """Until the headers are there."""
    total_s: float = 3_600.0
    slowest_bytes_per_s: float = 1_000.0
    """Slower than this over ``window_s`` is refused: 5 GB would take two months."""
    window_s: float = 30.0


class Answer:
    """A server's answer, of which the headers are read and the body is not."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, wire: "_Wire"):
        self._connection = connection
        self._response = response
        self._wire = wire
        self.status = response.status
        self.headers = response.headers

    def read(self, deadline: float) -> bytes:
        """The next piece of the body as it arrives; empty at its end.

        Raises:
            OSError, http.client.HTTPException: The server fell silent, broke off, or ``deadline`` has passed.
        """
        self._wire.deadline = deadline
        return self._response.read1(256 * 1024)

    def close(self) -> None:
        """Hang up."""
        self._response.close()
        self._connection.close()
        self._wire.hang_up()


def send_request(target: Target, limits: FetchLimits, deadline: float) -> Answer:
    """The answer to ``GET target``. No redirect is followed, no proxy used, no cookie kept.

    Args:
        target: Where to; its addresses are tried in turn.
        limits: How long each step may take.
        deadline: On the monotonic clock: when all has to be over.

    Raises:
        UserInputError: Nobody answers, the certificate is wrong, or the answer is no HTTP.
    """
    answer_by = min(deadline, time.monotonic() + limits.answer_s)
    wire = _Wire(_connect(target, limits, answer_by), limits.read_s, answer_by)
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = wire  # has the three methods that http.client calls
    try:
        # http.client would send the target's own idea of a host; the header names what was judged.
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        headers = {
            "Host": target.authority,
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return Answer(connection, connection.getresponse(), wire)
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        wire.hang_up()
        raise _broken(target, error) from error


def _connect(target: Target, limits: FetchLimits, deadline: float) -> socket.socket:
    failure: OSError | None = None
    for address in target.addresses:
        try:
            wait_s = max(0.01, min(limits.connect_s, deadline - time.monotonic()))
            plain = socket.create_connection((address, target.port), timeout=wait_s)
        except OSError as error:
            failure = error
            continue
        if target.scheme == "http":
            return plain
        try:
            plain.settimeout(wait_s)  # bounds the whole handshake
            return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        except ssl.SSLError as error:
            plain.close()
            raise UserInputError(
                f"The connection to {shorten(target.host)} is not secure: {_tls_reason(error)}.",
                hint="Ask whoever runs the server to mend its certificate, or download the file and upload it here.",
                field="url",
            ) from error
        except OSError as error:
            plain.close()
            failure = error
    assert failure is not None
    raise _unreachable(target, failure) from failure


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    return (error.reason or "it does not speak TLS").replace("_", " ").lower()


def _unreachable(target: Target, error: OSError) -> UserInputError:
    why = {
        TimeoutError: "does not answer",
        ConnectionRefusedError: f"refuses connections on port {target.port}",
    }.get(type(error), "cannot be reached")
    return UserInputError(f"{shorten(target.host)} {why}.", hint="Check the address, or try again later.", field="url")


def _broken(target: Target, error: Exception) -> UserInputError:
    what = "takes too long to answer" if isinstance(error, TimeoutError) else "does not answer as a web server does"
    return UserInputError(f"{shorten(target.host)} {what}.", hint="Check the address, or try again later.", field="url")


class _Wire:
    """A socket as ``http.client`` wants it, each receive of which is bounded by the silence and by a deadline."""

    def __init__(self, plain: socket.socket, read_s: float, deadline: float) -> None:
        self._plain = plain
        self._read_s = read_s
        self.deadline = deadline

    def sendall(self, data: Any) -> None:
        self._plain.settimeout(self._left())
        self._plain.sendall(data)

    def receive_into(self, buffer: Any) -> int:
        self._plain.settimeout(self._left())
        return self._plain.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        del mode
        return io.BufferedReader(_Received(self), buffer_size=64 * 1024)

    def close(self) -> None:
        """Nothing: http.client drops its socket as soon as the body's stream is open, which goes on reading."""

    def hang_up(self) -> None:
        with suppress(OSError):
            self._plain.close()

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, self._read_s)


class _Received(io.RawIOBase):
    """What a wire receives, as a raw stream."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._wire.receive_into(buffer)

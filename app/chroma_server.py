"""The vector index of an instance: a real Chroma server of our own, whose files live in the instance's home.

It listens on a free loopback port, which it keeps for the life of the instance. Its vectors can be made again from the
documents, so damage to its files costs time and nothing else.
"""

import http
import http.client
import importlib.util
import socket
import sys
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Unavailable

HEARTBEAT_PATH = "/api/v2/heartbeat"

_RUN = "import sys, chromadb_rust_bindings as chroma; sys.argv[0] = 'chroma'; chroma.cli(sys.argv)"
"""The server without the Python package around it, which would take 40 MB more."""
_PROBE_TIMEOUT_S = 1.0


@dataclass(frozen=True, kw_only=True)
class ChromaServer:
    """A server that is configured but not started."""

    data_path: Path
    port: int
    environment: dict[str, str] = field(
        default_factory=lambda: {"ANONYMIZED_TELEMETRY": "False", "DO_NOT_TRACK": "1", "RUST_LOG": "warn"}
    )

    @property
    def url(self) -> str:
        """Where it will listen."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> tuple[str, ...]:
        """What to start, in the foreground."""
        where = ("--path", str(self.data_path), "--host", "127.0.0.1", "--port", str(self.port))
        return (sys.executable, "-c", _RUN, "run", *where)

    @property
    def hint(self) -> str:
        """What to do when the server does not start."""
        return (
            f"If its files are damaged, move {self.data_path} away, start again and index the documents anew: the "
            "vectors are made from them."
        )

    def answers(self) -> bool:
        """Whether the server takes requests; False while it starts."""
        return ping(self.url)


def prepare(home: Path) -> ChromaServer:
    """Make the data folder and choose an address.

    Raises:
        Unavailable: Chroma is not installed.
    """
    if not is_installed():
        raise Unavailable(
            "The Chroma server is not installed.",
            hint="Install it: .venv/bin/pip install --requirement requirements.txt, or set PRAXIS_CHROMA_URL.",
        )
    data_path = home / "chroma"
    data_path.mkdir(parents=True, exist_ok=True)
    data_path.chmod(0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return ChromaServer(data_path=data_path, port=probe.getsockname()[1])


def is_installed() -> bool:
    """Whether the server of the chromadb wheel is here; it is not imported."""
    return importlib.util.find_spec("chromadb_rust_bindings") is not None


def ping(url: str, *, timeout_s: float = _PROBE_TIMEOUT_S) -> bool:
    """Whether a Chroma server answers at ``url``, with 200, within ``timeout_s``."""
    return status_of(url, timeout_s=timeout_s) == http.HTTPStatus.OK


def status_of(url: str, *, timeout_s: float) -> int | None:
    """The status with which the server at ``url`` answers a heartbeat; None when nobody answers."""
    try:
        address = urllib.parse.urlsplit(url)
        is_encrypted = address.scheme == "https"
        connect = http.client.HTTPSConnection if is_encrypted else http.client.HTTPConnection
        connection = connect(address.hostname or "", address.port, timeout=timeout_s)
    except (ValueError, http.client.HTTPException):
        return None  # this is no address
    try:
        connection.request("GET", f"{address.path.rstrip('/')}{HEARTBEAT_PATH}")
        return connection.getresponse().status
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()

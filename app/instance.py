"""One living instance to a home: the lock, what the instance says of itself, and whether it may start."""

import errno
import fcntl
import http
import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from core.errors import Conflict, UserInputError
from core.settings import Settings

LIVE_PATH = "/api/v1/health/live"

_PROBE_TIMEOUT_S = 2.0
_ANY_ADDRESS = frozenset({"", "0.0.0.0", "::"})


@dataclass(frozen=True, kw_only=True)
class InstanceState:
    """What ``instance.json`` in the home says while the instance lives."""

    pid: int
    url: str
    children: Mapping[str, int] = field(default_factory=dict)
    """Process ids by the child's name."""


class HomeLock:
    """The right to run an instance in ``home``; the kernel takes it back when the process ends in whatever way."""

    def __init__(self, home: Path) -> None:
        """Create ``home`` and take the lock.

        Raises:
            UserInputError: The folder cannot be written.
            Conflict: Another living instance has it.
        """
        self.home = home
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._file = (home / "instance.lock").open("a", encoding="utf-8")
        except OSError as error:
            raise UserInputError(
                f"The home folder {home} cannot be written: {error.strerror or error}.",
                hint="Give this user write access to it, or choose another with --home or PRAXIS_HOME.",
                field="home",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise _in_use(home) from error

    def release(self) -> None:
        """Forget the instance and let another one in."""
        state_path(self.home).unlink(missing_ok=True)
        self._file.close()


def state_path(home: Path) -> Path:
    """Where the instance describes itself."""
    return home / "instance.json"


def write_state(home: Path, state: InstanceState) -> None:
    """Replace what the instance says of itself, in one step."""
    temporary = home / "instance.json.tmp"
    temporary.write_text(json.dumps(asdict(state), indent=1) + "\n", encoding="utf-8")
    temporary.replace(state_path(home))


def find_state(home: Path) -> InstanceState | None:
    """The instance that lives in ``home``; None when there is none, or only what a killed one left behind."""
    try:
        state = InstanceState(**json.loads(state_path(home).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return state if psutil.pid_exists(state.pid) else None


def browser_url(host: str, port: int) -> str:
    """The address under which this machine reaches an instance that listens on ``host``."""
    address = "127.0.0.1" if host in _ANY_ADDRESS else host
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def is_live(host: str, port: int) -> bool:
    """Whether the web process answers; proxies of the environment are not asked."""
    address = "127.0.0.1" if host in _ANY_ADDRESS else host
    connection = http.client.HTTPConnection(address, port, timeout=_PROBE_TIMEOUT_S)
    try:
        connection.request("GET", LIVE_PATH)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_exposure(settings: Settings) -> None:
    """Refuse to open an instance without sign-in to other machines.

    Raises:
        UserInputError: The host is not loopback and there is no access token.
    """
    if settings.is_loopback or settings.access_token.get_secret_value():
        return
    raise UserInputError(
        f"Host {settings.host!r} is reachable from other machines, but no access token is set.",
        hint="Set PRAXIS_ACCESS_TOKEN to a long random secret, or listen on 127.0.0.1.",
        field="access_token",
    )


def claim_port(host: str, port: int) -> int:
    """``port`` if it can be listened on, or a free one for 0.

    Raises:
        UserInputError: The address is taken, not ours, or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _unusable_address(host, port, error) from error
        chosen: int = probe.getsockname()[1]
        return chosen


def _unusable_address(host: str, port: int, error: OSError) -> UserInputError:
    if error.errno == errno.EADDRINUSE:
        return UserInputError(
            f"Port {port} on {host} is already in use{_owner_of(port)}.",
            hint=f"Stop that program, or choose another port: --port {_neighbour(port)} or PRAXIS_PORT.",
            field="port",
        )
    if error.errno == errno.EACCES:
        return UserInputError(
            f"This user may not listen on port {port}.", hint="Choose a port above 1023.", field="port"
        )
    return UserInputError(
        f"Praxis cannot listen on host {host!r}: {error.strerror or error}.",
        hint="Use 127.0.0.1, 0.0.0.0 or an address of this machine.",
        field="host",
    )


def _neighbour(port: int) -> int:
    return port + 1 if port < 65_535 else port - 1


def _owner_of(port: int) -> str:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass  # other people's processes are not always visible
    return ""


def _in_use(home: Path) -> Conflict:
    state = find_state(home)
    who = f" by process {state.pid} at {state.url}" if state is not None else " by an instance that is just starting"
    stop = f"stop it with kill {state.pid}" if state is not None else "wait for it"
    return Conflict(
        f"The home folder {home} is already in use{who}.",
        hint=f"Open that address, {stop}, or give this instance another --home and --port.",
    )


def ensure_open_files(wanted: int = 4096) -> None:
    """Raise the soft limit of open files towards ``wanted``: a hundred browsers need more than 256."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))


def home_of(settings: Settings) -> Path:
    """The home as an absolute path, so that every child means the same folder."""
    return settings.home.expanduser().resolve()

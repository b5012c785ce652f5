"""Real servers for tests: PostgreSQL, Redis, an S3-compatible store and Praxis itself, each private to one process."""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from app import redis_server
from app.instance import find_state

START_TIMEOUT_S = 30.0
PRAXIS_TIMEOUT_S = 90.0

_TEMPLATE = "praxis_template"


class PostgresServer:
    """A PostgreSQL server on a loopback port, without a password and without care for power failures."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._number = 0

    def url(self, database: str) -> str:
        """The address of ``database`` as Praxis takes it."""
        return f"postgresql://praxis@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """The URL of a new and empty database."""
        self._number += 1
        name = f"test_{self._number}"
        with self._administer() as connection:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
            connection.execute(statement.format(sql.Identifier(name)))
        return self.url(name)

    def create_database_with(self, prepare: Callable[[str], None]) -> str:
        """The URL of a copy of a database that ``prepare`` set up once, for example by running the migrations."""
        self._number += 1
        name = f"test_{self._number}"
        with self._administer() as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(_TEMPLATE)))
                prepare(self.url(_TEMPLATE))
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove the database behind ``url``, whoever is still connected."""
        name = url.rsplit("/", 1)[1]
        with self._administer() as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(name)))

    def _administer(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)


@contextlib.contextmanager
def run_postgres() -> Iterator[PostgresServer]:
    """A started server; it and its files are gone after the block.

    Raises:
        RuntimeError: PostgreSQL is not installed, or does not start.
    """
    binaries = find_postgres()
    # Not below pytest's folder: that one is closed to the other user whom PostgreSQL wants when we are root.
    with tempfile.TemporaryDirectory(prefix="praxis-pg-", ignore_cleanup_errors=True) as folder:
        user = _unprivileged_user()
        if user is not None:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = Path(folder) / "data"
        init = ["initdb", "-D", str(data), "-U", "praxis", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run_as(user, [str(binaries / init[0]), *init[1:]], cwd=folder)
        port = free_port()
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "max_connections": 50,
            "shared_buffers": "16MB",
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        command = [str(binaries / "postgres"), "-D", str(data), *flags]
        log_path = Path(folder) / "server.log"
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                command, user=user, cwd=folder, stdout=log, stderr=log, env=_environment(), start_new_session=True
            )
        try:
            server = PostgresServer(port)
            wait_until(lambda: _accepts(server.url("postgres")), process, log_path)
            yield server
        finally:
            end(process)


def find_postgres() -> Path:
    """The folder of PostgreSQL's programs, the newest version first.

    Raises:
        RuntimeError: There is none.
    """
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError(
        "PostgreSQL's server programs (initdb, postgres) are not installed, and these tests need them. "
        "make test installs them where it may; else install the package postgresql and try again."
    )


@contextlib.contextmanager
def run_redis(home: Path) -> Iterator[str]:
    """The URL of a started server of the embedded kind, whose files are in ``home``."""
    server = redis_server.prepare(home)
    log_path = home / "redis.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(server.command, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until(server.answers, process, log_path)
        yield server.url
    finally:
        end(process)


@contextlib.contextmanager
def run_s3() -> Iterator[str]:
    """The endpoint of a started S3-compatible server without any bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def create_bucket(endpoint_url: str, name: str) -> None:
    """Make the bucket ``name`` at an S3-compatible server."""
    import boto3

    client = boto3.client("s3", endpoint_url=endpoint_url, region_name="us-east-1")
    try:
        client.create_bucket(Bucket=name)
    finally:
        client.close()


class PraxisInstance:
    """A whole instance, started by ``serve`` as a person starts it."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, log_path: Path) -> None:
        self.process = process
        self.home = home
        self._log_path = log_path

    @property
    def url(self) -> str:
        """The printed address."""
        match = re.search(r"Praxis is ready at (http://\S+)", self.log)
        assert match is not None, self.log
        return match[1]

    @property
    def log(self) -> str:
        """Everything it printed so far."""
        return self._log_path.read_text(encoding="utf-8", errors="replace")

    @property
    def children(self) -> dict[str, int]:
        """Process ids of the living children by name."""
        state = find_state(self.home)
        return dict(state.children) if state is not None else {}


@contextlib.contextmanager
def run_praxis(home: Path, **settings: object) -> Iterator[PraxisInstance]:
    """A started instance on a free port, ended after the block.

    Args:
        home: Its home folder; the output goes beside it.
        settings: Fields of ``Settings``, passed as environment variables.
    """
    # The handbook takes a worker half a minute, which other tests have no use for.
    share_encoders(home)
    given = {f"PRAXIS_{name.upper()}": str(value) for name, value in {"handbook": False, **settings}.items()}
    log_path = home.with_name(f"{home.name}.out")
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", "0", "--home", str(home)]
    with log_path.open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **given}, start_new_session=True)
    instance = PraxisInstance(process, home, log_path)
    try:
        wait_until(lambda: "Praxis is ready at " in instance.log, process, log_path, timeout_s=PRAXIS_TIMEOUT_S)
        yield instance
    finally:
        end(process)


def share_encoders(home: Path) -> None:
    """Have the home find the encoder's graph in one folder for all tests: it is 43 MB, and homes are many."""
    shared = Path(tempfile.gettempdir()) / f"praxis-test-encoders-{os.getuid()}"
    shared.mkdir(mode=0o700, exist_ok=True)
    link = home / "cache" / "encoders"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(shared, target_is_directory=True)


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(
    condition: Callable[[], bool],
    process: subprocess.Popen[bytes],
    log_path: Path,
    *,
    timeout_s: float = START_TIMEOUT_S,
) -> None:
    """Wait until a server is ready.

    Raises:
        RuntimeError: It ended or took too long; the message carries its log.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            log = log_path.read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"{process.args!r} did not start:\n{log[-4000:]}")
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """Interrupt ``process``, then kill it if that is not enough."""
    process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown, a plain one for Redis
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _unprivileged_user() -> str | None:
    """Who runs PostgreSQL, which refuses to be root; None: whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _run_as(user: str | None, command: list[str], *, cwd: str) -> None:
    done = subprocess.run(command, user=user, cwd=cwd, capture_output=True, text=True, env=_environment(), check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")


def _environment() -> dict[str, str]:
    """Nothing of PG*, which would redirect the programs; English messages."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True

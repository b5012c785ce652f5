"""A real MariaDB server for tests, private to one process."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pymysql

from tests.servers import end, free_port, wait_until

PASSWORD = "right horse"


class MariadbServer:
    """A server on a loopback port, with the users ``root`` (no password) and ``reader``, who may read everything."""

    def __init__(self, port: int) -> None:
        self.port = port

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Run statements as root."""
        connection = pymysql.connect(host="127.0.0.1", port=self.port, user="root", database=database, autocommit=True)
        with contextlib.closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@contextlib.contextmanager
def run_mariadb() -> Iterator[MariadbServer]:
    """A started server; it and its files are gone after the block.

    Raises:
        RuntimeError: MariaDB is not installed, or does not start.
    """
    install, serve = _program("mariadb-install-db"), _program("mariadbd")
    user = _unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="praxis-mariadb-", ignore_cleanup_errors=True) as folder:
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        data = Path(folder) / "data"
        common = ["--no-defaults", f"--datadir={data}", *([f"--user={user}"] if user else [])]
        done = subprocess.run(
            [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"mariadb-install-db failed:\n{done.stdout}{done.stderr}")
        port = free_port()
        options = {
            "port": port,
            "bind-address": "127.0.0.1",
            "socket": Path(folder) / "socket",
            "pid-file": Path(folder) / "pid",
            "innodb-flush-log-at-trx-commit": 0,
            "innodb-buffer-pool-size": "16M",
            "skip-log-bin": 1,
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        log_path = Path(folder) / "server.log"
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [serve, *common, *flags], cwd=folder, stdout=log, stderr=log, start_new_session=True
            )
        server = MariadbServer(port)
        try:
            wait_until(lambda: _accepts(server), process, log_path)
            server.execute(
                f"CREATE USER reader@localhost IDENTIFIED BY '{PASSWORD}'",
                "GRANT SELECT ON *.* TO reader@localhost",
            )
            yield server
        finally:
            process.terminate()  # MariaDB ignores the interrupt that ends the others
            end(process)


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/local/bin")
    if not found:
        raise RuntimeError(
            f"{name} is not installed, and these tests need a MariaDB server. make test installs one where it may; "
            "else install the package mariadb-server and try again."
        )
    return found


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("mysql", "nobody") if name in names)


def _accepts(server: MariadbServer) -> bool:
    try:
        server.execute("SELECT 1")
    except pymysql.OperationalError:
        return False
    return True

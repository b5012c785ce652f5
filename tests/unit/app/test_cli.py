"""The command line as a person meets it, in processes of its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import parse_queues
from app.instance import HomeLock
from core.errors import UserInputError
from core.jobs import QueueName


def praxis(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_and_version_come_without_heavy_imports() -> None:
    code = "import sys; import app.cli, app.serving; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"pandas", "numpy", "sqlalchemy", "streamlit", "rq", "redis", "fastapi"} & set(loaded) == set()
    assert praxis("version").stdout.startswith("Praxis 0.")


def test_an_open_host_without_a_token_is_refused_in_one_sentence(tmp_path: Path) -> None:
    done = praxis("serve", "--host", "0.0.0.0", "--port", "0", "--home", str(tmp_path / "home"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Host '0.0.0.0' is reachable from other machines, but no access token is set.\n"
        "Set PRAXIS_ACCESS_TOKEN to a long random secret, or listen on 127.0.0.1.\n"
    )
    assert not (tmp_path / "home").exists()


def test_a_port_in_use_is_refused_and_the_home_is_free_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = praxis("serve", "--port", str(port), "--home", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Port {port} on 127.0.0.1 is already in use")
    HomeLock(tmp_path).release()


def test_a_home_in_use_is_refused(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    done = praxis("serve", "--port", "0", PRAXIS_HOME=str(tmp_path))
    lock.release()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"The home folder {tmp_path} is already in use by an instance that is just starting.")


def test_an_impossible_setting_is_named_without_its_value_or_a_traceback() -> None:
    done = praxis("serve", PRAXIS_MAX_UPLOAD_MB="many")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "PRAXIS_MAX_UPLOAD_MB has an impossible value: "
        "Input should be a valid integer, unable to parse string as an integer.\n"
        "docs/configuration.md explains every setting.\n"
    )


@pytest.mark.parametrize(
    ("text", "queues"),
    [
        ("cpu", (QueueName.CPU,)),
        (" interactive, cpu,cpu", (QueueName.INTERACTIVE, QueueName.CPU)),
    ],
)
def test_queues_keep_their_order(text: str, queues: tuple[QueueName, ...]) -> None:
    assert parse_queues(text) == queues


@pytest.mark.parametrize(
    ("text", "message"), [("gpus", "Unknown queue 'gpus'."), (" , ", "A worker needs at least one queue.")]
)
def test_queues_that_do_not_exist_are_refused(text: str, message: str) -> None:
    with pytest.raises(UserInputError) as caught:
        parse_queues(text)
    assert (caught.value.message, caught.value.hint) == (message, "Known: cpu, interactive, gpu, documents.")

"""Whether an instance may start here, and what it says of itself."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.instance import (
    HomeLock,
    InstanceState,
    browser_url,
    check_exposure,
    claim_port,
    find_state,
    is_live,
    state_path,
    write_state,
)
from core.errors import Conflict, UserInputError
from core.settings import Settings


def make_settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_second_instance_in_one_home_is_refused_with_the_address_of_the_first(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    write_state(tmp_path, InstanceState(pid=os.getpid(), url="http://127.0.0.1:8501"))
    with pytest.raises(Conflict) as caught:
        HomeLock(tmp_path)
    assert caught.value.message == (
        f"The home folder {tmp_path} is already in use by process {os.getpid()} at http://127.0.0.1:8501."
    )
    assert caught.value.hint == (
        f"Open that address, stop it with kill {os.getpid()}, or give this instance another --home and --port."
    )
    lock.release()
    HomeLock(tmp_path).release()


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserInputError) as caught:
        HomeLock(tmp_path / "file" / "home")
    assert caught.value.message == f"The home folder {tmp_path / 'file' / 'home'} cannot be written: Not a directory."


def test_the_state_is_read_back_and_forgotten_with_the_lock(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    state = InstanceState(pid=os.getpid(), url="http://127.0.0.1:1", children={"web": 7})
    write_state(tmp_path, state)
    assert find_state(tmp_path) == state
    lock.release()
    assert find_state(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", json.dumps({"pid": 2**22 + 1, "url": "http://127.0.0.1:1", "children": {}})]
)
def test_what_a_killed_instance_left_behind_counts_for_nothing(tmp_path: Path, content: str) -> None:
    state_path(tmp_path).write_text(content, encoding="utf-8")
    assert find_state(tmp_path) is None


def test_a_taken_port_is_refused_with_its_owner_and_a_way_out(taken_port: int) -> None:
    with pytest.raises(UserInputError) as caught:
        claim_port("127.0.0.1", taken_port)
    assert caught.value.message.startswith(f"Port {taken_port} on 127.0.0.1 is already in use")
    assert f"(process {os.getpid()})" in caught.value.message
    assert f"--port {taken_port + 1}" in caught.value.hint


def test_port_zero_becomes_a_free_one() -> None:
    port = claim_port("127.0.0.1", 0)
    assert claim_port("127.0.0.1", port) == port > 1023


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UserInputError) as caught:
        claim_port("203.0.113.7", 0)
    assert caught.value.field == "host"
    assert caught.value.message == "Praxis cannot listen on host '203.0.113.7': Cannot assign requested address."


def test_other_machines_are_let_in_only_with_an_access_token() -> None:
    with pytest.raises(UserInputError) as caught:
        check_exposure(make_settings(host="0.0.0.0"))
    assert caught.value.message == "Host '0.0.0.0' is reachable from other machines, but no access token is set."
    check_exposure(make_settings(host="0.0.0.0", access_token="secret"))
    check_exposure(make_settings(host="127.0.0.1"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501"),
        ("0.0.0.0", "http://127.0.0.1:8501"),
        ("::1", "http://[::1]:8501"),
        ("localhost", "http://localhost:8501"),
    ],
)
def test_the_printed_address_can_be_opened_here(host: str, url: str) -> None:
    assert browser_url(host, 8501) == url


def test_a_port_where_nobody_answers_is_not_live() -> None:
    assert not is_live("127.0.0.1", claim_port("127.0.0.1", 0))

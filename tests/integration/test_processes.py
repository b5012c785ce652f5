"""A whole instance as ``serve`` starts it: what crashes comes back, and nothing is left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from app.instance import LIVE_PATH, find_state
from app.lifeline import session_members
from tests import servers

PATIENCE_S = 30.0

ROLES = {"redis", "chroma", "web", "sweeper", "cpu-1", "interactive-1", "documents-1"}


def wait_for(condition: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def is_live(url: str) -> bool:
    try:
        return httpx.get(url + LIVE_PATH, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def family(instance: servers.PraxisInstance) -> set[int]:
    """Every process of ``instance``: the supervisor, its children and whatever lives in their sessions."""
    members = {pid for child in instance.children.values() for pid in session_members(child)}
    return {instance.process.pid, *members}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PraxisInstance]:
    with servers.run_praxis(tmp_path_factory.mktemp("shared") / "home") as instance:
        yield instance


def test_a_started_instance_has_every_role_and_answers(shared: servers.PraxisInstance) -> None:
    wait_for(lambda: set(shared.children) >= ROLES)
    state = find_state(shared.home)
    assert state is not None
    assert (state.pid, state.url) == (shared.process.pid, shared.url)
    assert is_live(shared.url)


@pytest.mark.parametrize("name", sorted(ROLES))
def test_a_killed_child_comes_back(shared: servers.PraxisInstance, name: str) -> None:
    wait_for(lambda: name in shared.children)
    killed = shared.children[name]
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: shared.children.get(name) not in (None, killed))
    wait_for(lambda: is_live(shared.url))
    assert not is_alive(killed)
    assert f"{name:<13} | Ended unexpectedly (signal SIGKILL); starting again in " in shared.log


def test_doctor_finds_a_living_instance_well(shared: servers.PraxisInstance) -> None:
    wait_for(lambda: is_live(shared.url))
    done = subprocess.run(
        [sys.executable, "-m", "app", "doctor", "--home", str(shared.home)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{shared.url}, process {shared.process.pid}, with " in done.stdout
    assert done.stdout.endswith("Everything that was checked works.\n")


def test_the_home_of_a_living_instance_is_refused_to_a_second_one(shared: servers.PraxisInstance) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve", "--port", "0", "--home", str(shared.home)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"is already in use by process {shared.process.pid} at {shared.url}." in done.stderr


def test_two_instances_live_side_by_side_and_end_alone(shared: servers.PraxisInstance, tmp_path: Path) -> None:
    with servers.run_praxis(tmp_path / "home") as other:
        assert other.url != shared.url
        wait_for(lambda: is_live(shared.url) and is_live(other.url))
        assert not family(other) & family(shared)
    assert not is_live(other.url)
    assert is_live(shared.url)


def test_ctrl_c_ends_everything_with_exit_code_zero(tmp_path: Path) -> None:
    with servers.run_praxis(tmp_path / "home") as instance:
        processes = family(instance)
        assert len(processes) >= 1 + len(ROLES)
        instance.process.send_signal(signal.SIGINT)
        assert instance.process.wait(PATIENCE_S) == 0
    assert [pid for pid in processes if is_alive(pid)] == []
    assert not (tmp_path / "home" / "instance.json").exists()
    assert "Traceback" not in instance.log


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_works(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with servers.run_praxis(home) as instance:
        processes = family(instance)
        instance.process.kill()
        wait_for(lambda: not any(is_alive(pid) for pid in processes), patience_s=5)
    (tmp_path / "home.out").unlink()
    with servers.run_praxis(home) as instance:
        assert is_live(instance.url)

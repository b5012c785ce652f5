"""Nothing outlives the process that started it.

A child lives in a session of its own, so that Ctrl-C reaches the supervisor alone. On Linux the kernel kills it when
its parent dies (``PR_SET_PDEATHSIG``); elsewhere our own processes watch their parent. Whatever a child left behind
is found by its session, since an rq work horse leaves the process group but not the session.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

SUPERVISOR_PID = "PRAXIS_SUPERVISOR_PID"
"""Environment variable that tells a child whose child it is."""

_PR_SET_PDEATHSIG = 1
_WATCH_INTERVAL_S = 0.5


def _load_prctl() -> Callable[..., int] | None:
    """Linux's ``prctl``, or None; loaded before any fork, where importing is not safe any more."""
    if not sys.platform.startswith("linux"):
        return None
    prctl: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    return prctl


_PRCTL = _load_prctl()


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies; does nothing where the kernel cannot."""
    if _PRCTL is not None:
        _PRCTL(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def die_with(parent_pid: int) -> Callable[[], None]:
    """What a child runs between fork and exec: it dies with ``parent_pid``, even if that one is gone already."""

    def tie() -> None:
        die_with_parent()
        if os.getppid() != parent_pid:
            os._exit(1)

    return tie


def tie_to_supervisor() -> None:
    """Let this process, and what it forks, die with the supervisor that started it; without one, do nothing."""
    parent = os.environ.pop(SUPERVISOR_PID, "")
    if not parent:
        return
    if _PRCTL is not None:
        os.register_at_fork(after_in_child=die_with_parent)
        return
    watcher = threading.Thread(target=_watch, args=(int(parent),), name="praxis-lifeline", daemon=True)
    watcher.start()


def kill_session(leader_pid: int) -> None:
    """SIGKILL to every process in the session that ``leader_pid`` leads or led; the leader may be gone already."""
    for pid in session_members(leader_pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def session_members(leader_pid: int) -> tuple[int, ...]:
    """Ids of the processes in the session of ``leader_pid``, unreaped ones included."""
    import psutil

    return tuple(pid for pid in psutil.pids() if _session_of(pid) == leader_pid)


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _watch(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(_WATCH_INTERVAL_S)
    kill_session(os.getpid())

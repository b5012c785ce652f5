"""What job entry points need, handed over once by the composition root of the worker process."""

from dataclasses import dataclass, field

from core.jobs import JobQueue
from core.settings import Settings
from core.streams import Silence, TextStream
from storage.storage import Storage


@dataclass(frozen=True, kw_only=True)
class WorkerContext:
    """The adapters of one worker process."""

    settings: Settings
    storage: Storage
    queue: JobQueue
    streams: TextStream = field(default_factory=Silence)
    """Where computations say what they have so far."""
    name: str
    """Host and process, for people: "lab-pc:4711"."""


_installed: list[WorkerContext] = []


def install(context: WorkerContext) -> None:
    """Make ``context`` the one that entry points of this process find; forked jobs inherit it."""
    _installed[:] = [context]


def current() -> WorkerContext:
    """The installed context; entry points run only in processes that have one."""
    assert _installed, "job entry points run in a worker, which installs a context first"
    return _installed[0]

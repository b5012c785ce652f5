"""Whether every component answers, and how to mend what does not."""

import shutil

import psutil

from app.chroma_server import ping
from core.errors import WorkbenchError
from core.jobs import JobQueue, QueueName
from core.records import ComponentHealth
from core.settings import Settings
from core.types import Value
from storage.storage import Storage

MIN_FREE_BYTES = 500_000_000


class MachineLoad(Value):
    """How busy the machine of the web process is."""

    n_cores: int
    cpu_percent: float
    """Of all cores together."""
    memory_used_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int
    runs: dict[str, int]
    """Unfinished runs by state."""


class HealthService:
    """Checks components one by one; a check never raises."""

    def __init__(self, *, storage: Storage, queue: JobQueue, settings: Settings) -> None:
        self._storage = storage
        self._queue = queue
        self._settings = settings

    def check(self) -> tuple[ComponentHealth, ...]:
        """The state of every component."""
        found = [self._database(), self._artifacts(), self._job_queue(), *self._workers(), self._disk()]
        if self._settings.chroma_url:
            found.append(self._chroma())
        return tuple(found)

    def load(self) -> MachineLoad:
        """The present load. Raises Unavailable when the database does not answer."""
        memory = psutil.virtual_memory()
        with self._storage.read() as unit:
            counts = unit.runs.count_by_status()
        return MachineLoad(
            n_cores=psutil.cpu_count() or 1,
            cpu_percent=psutil.cpu_percent(interval=0.1),
            memory_used_bytes=memory.total - memory.available,
            memory_total_bytes=memory.total,
            disk_free_bytes=shutil.disk_usage(self._settings.home).free,
            runs={status.value: count for status, count in counts.items() if not status.is_terminal},
        )

    def _database(self) -> ComponentHealth:
        try:
            with self._storage.read() as unit:
                unit.runs.count_by_status()
        except WorkbenchError as error:
            return _down("database", error)
        return _up("database", self._storage.engine.dialect.name)

    def _artifacts(self) -> ComponentHealth:
        try:
            self._storage.artifacts.check()
        except WorkbenchError as error:
            return _down("artifacts", error)
        return _up("artifacts", "writable")

    def _job_queue(self) -> ComponentHealth:
        try:
            waiting = sum(self._queue.count_waiting(name) for name in QueueName)
        except WorkbenchError as error:
            return _down("queue", error)
        return _up("queue", f"{waiting} waiting")

    def _workers(self) -> list[ComponentHealth]:
        found = []
        # Without a vector index there are no documents, and nobody to read them is missed.
        documents = (QueueName.DOCUMENTS,) if self._settings.chroma_url else ()
        for name in (QueueName.CPU, QueueName.INTERACTIVE, *documents):
            try:
                count = self._queue.count_workers(name)
            except WorkbenchError as error:
                found.append(_down(f"{name.value} workers", error))
                continue
            if count:
                found.append(_up(f"{name.value} workers", f"{count} at work"))
            else:
                found.append(
                    ComponentHealth(
                        name=f"{name.value} workers",
                        status="down",
                        detail="no worker serves this queue",
                        hint=f"Start one: python -m app worker --queues {name.value}",
                    )
                )
        return found

    def _disk(self) -> ComponentHealth:
        try:
            free = shutil.disk_usage(self._settings.home).free
        except OSError as error:
            return ComponentHealth(
                name="disk",
                status="down",
                detail=f"the home folder cannot be read ({type(error).__name__})",
                hint="Check PRAXIS_HOME.",
            )
        if free < MIN_FREE_BYTES:
            return ComponentHealth(
                name="disk", status="down", detail=f"{free / 1e6:,.0f} MB free", hint="Free some space soon."
            )
        return _up("disk", f"{free / 1e9:,.0f} GB free")

    def _chroma(self) -> ComponentHealth:
        if ping(self._settings.chroma_url, timeout_s=2):
            return _up("chroma", "answers")
        return ComponentHealth(
            name="chroma", status="down", detail="the vector index does not answer", hint="Run: python -m app doctor"
        )


def _up(name: str, detail: str) -> ComponentHealth:
    return ComponentHealth(name=name, status="up", detail=detail)


def _down(name: str, error: WorkbenchError) -> ComponentHealth:
    return ComponentHealth(name=name, status="down", detail=error.message, hint=error.hint)

"""The worker process: heavy imports once, then a fork for each job (or a fresh process where CUDA is used)."""

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from resource import struct_rusage
from typing import Any

from rq import Queue, Worker
from rq.job import Job as RQJob
from rq.serializers import JSONSerializer

from core.errors import Conflict, MissingLibrary, ProcessEnded, Unavailable, WorkbenchError
from core.ids import new_id, utc_now
from core.jobs import JobKind, QueueName
from core.records import Run
from core.types import RunStatus
from models.devices import own_gpu
from workers.context import WorkerContext, current
from workers.encoding import preload_encoder
from workers.handbook import see_to_collections
from workers.housekeeping import tidy
from workers.kinds import ShortWork, kind_of
from workers.queues import HEARTBEAT_S, connect
from workers.recovery import Recovery

logger = logging.getLogger(__name__)

WORKER_TTL_S = 30
"""A worker renews its name twice within this time; RQ forgets one that was killed a minute later."""

TIDY_INTERVAL_S = 3_600
"""How often a sweeper looks for what nobody needs any more; the first time at its start."""

_VOUCH_AFTER = timedelta(seconds=HEARTBEAT_S / 2)
"""Silence of a job after which its worker speaks for it; the next look is one ``HEARTBEAT_S`` later."""

_WITH_ENCODER = frozenset({QueueName.INTERACTIVE, QueueName.DOCUMENTS})
_WITH_TABLES = frozenset({QueueName.INTERACTIVE, QueueName.CPU})

_PR_SET_PDEATHSIG = 1


class PraxisWorker(Worker):
    """RQ's forking worker, with jobs that never outlive it and that are taken up again when they die."""

    def setup_work_horse_signals(self) -> None:
        """In the job's process, right after the fork."""
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]  # RQ has no types here
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # until the job says what a suspension means to it
        assert self.pid is not None, "a worker knows its process"
        die_with_parent(self.pid)
        current().storage.forget_connections_after_fork()

    def handle_warm_shutdown_request(self) -> None:
        """On the first SIGTERM: ask the job to save and to go back into the queue."""
        if self.horse_pid:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(self.horse_pid, signal.SIGUSR1)

    def maintain_heartbeats(self, job: RQJob) -> None:
        """Every few seconds while a job runs: vouch for a process that works and cannot say so itself.

        A long call into LAPACK holds the interpreter's lock, so the job's own heartbeat stops though nothing is wrong.
        """
        super().maintain_heartbeats(job)
        before, self._worked_s = self._worked_s, processor_seconds(self.horse_pid)
        if job.args and 0 < before[1] < self._worked_s[1] and before[0] == self._worked_s[0]:
            context = current()
            try:
                vouch(context, JobKind(job.id.split("-", 1)[0]), str(job.args[0]), int(job.args[1]))
            except WorkbenchError as error:
                logger.warning("%s: %s", job.id, error.message)
            finally:
                context.storage.close()  # no connection is open when the next job forks

    _worked_s: tuple[int, float] = (0, 0.0)
    """The process of the job, and the processor time that it had used when last looked at, in seconds."""

    def handle_work_horse_killed(
        self, job: RQJob, retpid: int | None, ret_val: int | None, rusage: struct_rusage | None
    ) -> None:
        """The job's process died: set its row going again now, without waiting for the sweeper."""
        super().handle_work_horse_killed(job, retpid, ret_val, rusage)  # type: ignore[no-untyped-call]
        context = current()
        try:
            recover(
                context,
                JobKind(job.id.split("-", 1)[0]),
                str(job.args[0]),
                int(job.args[1]),
                reason=ProcessEnded(
                    f"The process of this job was ended from outside{_signal_name(ret_val)}.",
                    hint="Memory may have run out. Try fewer rows or a smaller model.",
                ),
            )
        except WorkbenchError as error:
            logger.warning("%s: %s The sweeper will see to it.", job.id, error.message)
        finally:
            context.storage.close()  # no connection is open when the next job forks


class SpawningWorker(PraxisWorker):
    """For GPUs: each job gets a new interpreter, because CUDA does not survive a fork."""

    def fork_work_horse(self, job: RQJob, queue: Queue) -> None:
        """Start ``python -m app horse`` for the job."""
        assert self.execution is not None
        os.environ["RQ_WORKER_ID"] = self.name
        arguments = [sys.executable, "-m", "app", "horse", self.name, job.id, queue.name, self.execution.id]
        self._horse_pid = os.spawnv(os.P_NOWAIT, sys.executable, arguments)


def run_spawned_job(context: WorkerContext, *, worker: str, job_id: str, queue: str, execution_id: str) -> None:
    """What a process started by ``SpawningWorker`` does; ends the process."""
    from rq.executions import Execution

    own_gpu()
    connection = connect(context.settings.redis_url.get_secret_value())
    parent = PraxisWorker([queue], name=worker, connection=connection, serializer=JSONSerializer)
    parent.pid = os.getppid()
    job = RQJob.fetch(job_id, connection=connection, serializer=JSONSerializer)
    parent.execution = Execution.fetch(execution_id, job.id, connection=connection)
    os.setpgrp()
    parent.main_work_horse(job, Queue(queue, connection=connection, serializer=JSONSerializer))


def recover(context: WorkerContext, kind: JobKind, subject_id: str, attempt: int, *, reason: Unavailable) -> None:
    """Take up the row of one dead job again, if it is still at that attempt."""
    subject = _find(context, kind, subject_id)
    if subject is None or subject.attempt != attempt:
        return
    Recovery.of(context).recover(subject, reason=reason)


def vouch(context: WorkerContext, kind: JobKind, subject_id: str, attempt: int) -> None:
    """Renew the heartbeat of a row whose job has fallen silent, if it is still running at that attempt."""
    subject = _find(context, kind, subject_id)
    now = utc_now()
    if subject is None or (subject.heartbeat_at and now - subject.heartbeat_at < _VOUCH_AFTER):
        return
    with context.storage.write() as unit, suppress(Conflict):
        if isinstance(subject, Run):
            unit.runs.update(subject_id, expect=[RunStatus.RUNNING], at_attempt=attempt, heartbeat_at=now)
        else:
            words = kind_of(subject)
            words.rows(unit).update(subject_id, expect=[words.running], at_attempt=attempt, heartbeat_at=now)


def processor_seconds(pid: int) -> tuple[int, float]:
    """``pid`` and the processor time it has used; 0 seconds for a process that is gone."""
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return pid, 0.0
    return pid, times.user + times.system


def _find(context: WorkerContext, kind: JobKind, subject_id: str) -> Run | ShortWork | None:
    with context.storage.read() as unit:
        find: dict[JobKind, Callable[[str], Run | ShortWork | None]] = {
            JobKind.TRAIN: unit.runs.find,
            JobKind.INGEST: unit.datasets.find,
            JobKind.COMPUTE: unit.computations.find,
            JobKind.INDEX: unit.documents.find,
        }
        return find[kind](subject_id)


def serve(context: WorkerContext, queues: Sequence[QueueName], *, burst: bool = False) -> None:
    """Work on ``queues`` until SIGTERM; with ``burst`` until they are empty."""
    spawns = QueueName.GPU in queues
    if not spawns:
        import_heavy_libraries(queues)
        if not _WITH_ENCODER.isdisjoint(queues):
            preload_encoder(context.settings)
        if QueueName.INTERACTIVE in queues and context.settings.llm_model.strip():
            import openai.resources.chat  # noqa: F401  (a second of importing, at each question otherwise)
        use_one_blas_thread()
    worker_class = SpawningWorker if spawns else PraxisWorker
    # A worker that outlives its Redis keeps trying; RQ's own loop waits with growing pauses.
    worker = worker_class(
        [queue.value for queue in queues],
        name=f"{socket.gethostname()}-{os.getpid()}-{new_id()[-6:]}",
        connection=connect_for_worker(context),
        serializer=JSONSerializer,
        job_monitoring_interval=HEARTBEAT_S,
        worker_ttl=WORKER_TTL_S,
    )
    context.storage.close()
    gc.collect()
    gc.freeze()  # forked jobs share these pages instead of copying them at their first collection
    worker.work(burst=burst, logging_level="WARNING")


def _signal_name(wait_status: int | None) -> str:
    if wait_status is None or not os.WIFSIGNALED(wait_status):
        return ""
    return f" ({signal.Signals(os.WTERMSIG(wait_status)).name})"


def connect_for_worker(context: WorkerContext) -> Any:
    """A connection without a read time-out: a worker waits for jobs as long as it takes."""
    from redis import Redis

    return Redis.from_url(context.settings.redis_url.get_secret_value(), socket_connect_timeout=5)


def import_heavy_libraries(queues: Collection[QueueName]) -> None:
    """What most jobs need, imported before the first fork: 0.05 s a job instead of seconds.

    A worker that only answers questions does without the libraries of single models and is ready seconds earlier, and
    one that only reads documents does without those that learn. Estimators are built, so that each model brings what it
    needs, but nothing is fitted: the threads that a fit starts would not survive the fork, and their locks would.
    """
    if QueueName.DOCUMENTS in queues:
        import workers.indexing
    if _WITH_TABLES.isdisjoint(queues):
        return
    import duckdb  # noqa: F401
    import joblib  # noqa: F401
    import pyarrow.dataset  # noqa: F401
    import pyarrow.pandas_compat  # noqa: F401
    import sklearn.ensemble  # noqa: F401

    import core.tables.delimited.reading  # noqa: F401
    import workers.compute
    import workers.ingest
    import workers.preparing.refitting  # noqa: F401
    from core.preprocessing.pipeline import import_methods

    import_methods()
    if QueueName.CPU in queues:
        _import_models()


def _import_models() -> None:
    import workers.train  # noqa: F401
    from models.registry import MODELS

    for spec in MODELS.values():
        for task in spec.tasks:
            with suppress(MissingLibrary):  # a library that this system cannot load: its runs will say so
                spec.build(spec.params(), task, 0, 1)


def use_one_blas_thread() -> None:
    """Have jobs multiply matrices on one core each; their parallel parts are ensembles, trees and folds.

    OpenBLAS splits even the small products of a network over all cores, and its threads spin while they wait: on two
    busy cores an epoch of 128-64-32 neurons took 0.8 s with two threads and 0.1 s with one, at an eighth of the
    processor time. It also makes sums come out in the same order on every machine.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def die_with_parent(parent_pid: int) -> None:
    """On Linux, have the kernel end this process when its parent ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:  # it was gone before the call
            os._exit(1)


def sweep_forever(context: WorkerContext, *, interval_s: float = 2.0) -> None:
    """Look after lost work until SIGTERM. Any number of sweepers may run."""
    is_over = False

    def stop(*_: object) -> None:
        nonlocal is_over
        is_over = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    recovery = Recovery.of(context)
    tidy_at = time.monotonic()
    while not is_over:
        try:
            recovery.sweep()
            if time.monotonic() >= tidy_at:
                tidy_at += TIDY_INTERVAL_S
                tidy(context)
                see_to_collections(context)
        except Unavailable as error:
            logger.warning("sweep: %s", error.message)
        time.sleep(interval_s)

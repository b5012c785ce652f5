"""What happens to work whose worker disappeared, and to rows whose job got lost on the way."""

import logging
from datetime import timedelta

from core.deliveries import ingest_job, training_job
from core.errors import Conflict, WorkbenchError
from core.ids import utc_now
from core.jobs import Job, JobQueue
from core.records import TRAINING_STAGE, Dataset, ErrorRecord, Run
from core.settings import Settings
from core.types import DatasetStatus, RunCommand, RunStatus, Severity
from storage.storage import Storage
from workers.context import WorkerContext

logger = logging.getLogger(__name__)

WAITING_GRACE_S = 3.0
"""A job may be under way between the row's commit, the queue and a worker for this long."""
RETRY_PAUSE_S = 5.0
"""Least time between an attempt that a component's failure ended and the next one."""
STOP_PATIENCE_S = 15.0
"""A run that has not stopped by then is ended; its last checkpoint is scored instead."""


class Recovery:
    """Finds lost work and sets it going again. Every step is a compare-and-set, so several may run at once."""

    def __init__(self, *, storage: Storage, queue: JobQueue, settings: Settings) -> None:
        self._storage = storage
        self._queue = queue
        self._settings = settings

    @classmethod
    def of(cls, context: WorkerContext) -> "Recovery":
        """The recovery of one worker process."""
        return cls(storage=context.storage, queue=context.queue, settings=context.settings)

    def sweep(self) -> None:
        """One round over all unfinished work.

        Raises:
            Unavailable: The database or the queue does not answer.
        """
        silent_since = utc_now() - timedelta(seconds=self._settings.heartbeat_timeout_s)
        with self._storage.read() as unit:
            runs = unit.runs.list_by_status([RunStatus.RUNNING, RunStatus.QUEUED, RunStatus.LOST])
            datasets = unit.datasets.list_by_status([DatasetStatus.RUNNING, DatasetStatus.QUEUED])
        for run in runs:
            if run.status is RunStatus.RUNNING and run.heartbeat_at and run.heartbeat_at < silent_since:
                self.recover(run)
            elif run.status is RunStatus.RUNNING and self._is_deaf(run):
                logger.warning("run %s does not reach its next step; its job is ended", run.id)
                self._queue.kill(training_job(run, self._settings))
            elif run.status is RunStatus.QUEUED:
                self._redeliver(training_job(run, self._settings), run)
            elif run.status is RunStatus.LOST and self._may_try_again(run) and _has_rested(run):
                self._requeue(run)
        for dataset in datasets:
            if dataset.status is DatasetStatus.QUEUED:
                self._redeliver(ingest_job(dataset, self._settings), dataset)
            elif dataset.heartbeat_at and dataset.heartbeat_at < silent_since:
                self.recover(dataset)

    def recover(self, subject: Run | Dataset, *, reason: WorkbenchError | None = None, at_once: bool = True) -> None:
        """Take up one row again whose job is over without an end.

        Args:
            subject: As last read; one that has moved on since is left alone.
            reason: What ended the job, if it could still say so; otherwise its worker disappeared.
            at_once: False leaves the next attempt to the sweeper, after a while: what was down needs time.
        """
        if isinstance(subject, Run):
            self._recover_run(subject, reason, at_once=at_once)
        else:
            self._recover_dataset(subject, reason, at_once=at_once)

    def _recover_run(self, run: Run, reason: WorkbenchError | None, *, at_once: bool) -> None:
        error = ErrorRecord(
            code="worker_lost",
            message=f"The worker of this run disappeared {_times(run.losses + 1)}.",
            hint="Memory may have run out. Try fewer rows or a smaller model, then use Run again.",
        )
        try:
            with self._storage.write() as unit:
                lost = unit.runs.update(
                    run.id,
                    expect=[RunStatus.RUNNING],
                    at_attempt=run.attempt,
                    status=RunStatus.LOST,
                    losses=run.losses + 1,
                    finished_at=utc_now(),
                    error=ErrorRecord(**reason.to_json()) if reason else error,
                )
                text = reason.message if reason else f"Worker {run.worker} disappeared."
                unit.logs.append(run.id, text, level=Severity.WARNING)
        except Conflict:
            return
        logger.warning("run %s is lost (%s)", run.id, run.worker)
        if at_once and self._may_try_again(lost):
            self._requeue(lost)

    def _recover_dataset(self, dataset: Dataset, reason: WorkbenchError | None, *, at_once: bool) -> None:
        error = ErrorRecord(
            code="worker_lost",
            message=f"The worker that read this file disappeared {_times(dataset.attempt)}.",
            hint="Memory may have run out. Upload the file in parts, or give Praxis more memory.",
        )
        is_last = dataset.attempt >= self._settings.max_attempts
        try:
            with self._storage.write() as unit:
                if is_last:
                    unit.datasets.update(
                        dataset.id,
                        expect=[DatasetStatus.RUNNING],
                        at_attempt=dataset.attempt,
                        status=DatasetStatus.FAILED,
                        finished_at=utc_now(),
                        error=ErrorRecord(**reason.to_json()) if reason else error,
                    )
                    return
                queued = unit.datasets.requeue(dataset)
        except Conflict:
            return
        if at_once:  # otherwise the sweeper finds it without a job
            self._queue.enqueue(ingest_job(queued, self._settings))

    def _is_deaf(self, run: Run) -> bool:
        """Whether the run was asked to stop while it trains, and is inside a step too long to hear it."""
        return (
            run.command is RunCommand.STOP
            and run.progress.stage == TRAINING_STAGE
            and run.commanded_at is not None
            and (utc_now() - run.commanded_at).total_seconds() > STOP_PATIENCE_S
        )

    def _may_try_again(self, run: Run) -> bool:
        # A run that was asked to stop only needs a worker to score what it has: one more chance, not any number.
        return run.losses < self._settings.max_attempts + (run.command is RunCommand.STOP)

    def _requeue(self, run: Run) -> None:
        try:
            with self._storage.write() as unit:
                queued = unit.runs.requeue(run, expect=[RunStatus.LOST])
                how = "from its last checkpoint" if run.checkpoint_sha256 else "from the start"
                unit.logs.append(run.id, f"Taken up again {how} (attempt {queued.attempt}).")
        except Conflict:
            return
        self._queue.enqueue(training_job(queued, self._settings))

    def _redeliver(self, job: Job, subject: Run | Dataset) -> None:
        since = subject.heartbeat_at or subject.created_at
        if (utc_now() - since).total_seconds() < WAITING_GRACE_S or self._queue.is_waiting(job):
            return
        logger.info("%s has no job; it is queued again", job.id)
        self._queue.enqueue(job)


def _has_rested(run: Run) -> bool:
    """Whether a lost run has waited long enough: twice as long after each loss."""
    if run.finished_at is None:
        return True
    pause_s = float(RETRY_PAUSE_S * 2 ** max(run.losses - 1, 0))
    return (utc_now() - run.finished_at).total_seconds() >= pause_s


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")

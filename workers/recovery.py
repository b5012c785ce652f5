"""What happens to work whose worker disappeared, and to rows whose job got lost on the way."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from core.deliveries import collection_job, training_job
from core.errors import Conflict, WorkbenchError
from core.ids import utc_now
from core.jobs import Job, JobQueue
from core.knowledge import REMOVED, Document, DocumentStatus
from core.records import TRAINING_STAGE, ErrorRecord, Run
from core.settings import Settings
from core.types import ComputationStatus, DatasetStatus, RunCommand, RunStatus, Severity
from models.routing import training_queue
from storage.storage import Storage
from workers.context import WorkerContext
from workers.edge import CANCELLED
from workers.kinds import ShortWork, kind_of

logger = logging.getLogger(__name__)

WAITING_GRACE_S = 3.0
"""A job may be under way between the row's commit, the queue and a worker for this long."""
RETRY_PAUSE_S = 5.0
"""Least time between an attempt that a component's failure ended and the next one."""
STOP_PATIENCE_S = 15.0
"""A run that has not stopped by then is ended; its last checkpoint is scored instead."""

DOCUMENTS_AT_ONCE = 50
"""Waiting documents that one round looks at, the oldest first: a zip may bring thousands."""

CANCEL_PATIENCE_S = 5.0
"""Work that was cancelled and has not ended by itself this long after its start is ended."""


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
            computations = unit.computations.list_by_status([ComputationStatus.RUNNING, ComputationStatus.QUEUED])
            documents = unit.documents.list_by_status([DocumentStatus.RUNNING]) + unit.documents.list_by_status(
                [DocumentStatus.QUEUED, DocumentStatus.REMOVING], limit=DOCUMENTS_AT_ONCE
            )
            removed = unit.collections.list_by_origin(REMOVED)
        for run in runs:
            if run.status is RunStatus.RUNNING and run.heartbeat_at and run.heartbeat_at < silent_since:
                self.recover(run)
            elif run.status is RunStatus.RUNNING and self._is_deaf(run):
                logger.warning("run %s does not reach its next step; its job is ended", run.id)
                self._queue.kill(training_job(run, self._settings))
            elif run.status is RunStatus.QUEUED:
                self._redeliver(self._training_job(run), run.heartbeat_at or run.created_at)
            elif run.status is RunStatus.LOST and self._may_try_again(run) and _has_rested(run):
                self._requeue(run)
        for dataset in datasets:
            self._look_after(dataset, silent_since, is_waiting=dataset.status is DatasetStatus.QUEUED)
        for computation in computations:
            self._look_after(computation, silent_since, is_waiting=computation.status is ComputationStatus.QUEUED)
        for document in documents:
            self._look_after(document, silent_since, is_waiting=document.status is not DocumentStatus.RUNNING)

        for collection in removed:
            self._redeliver(collection_job(collection.id, self._settings), collection.created_at)

    def _look_after(self, subject: ShortWork, silent_since: datetime, *, is_waiting: bool) -> None:
        job = kind_of(subject).job(subject, self._settings)
        heartbeat_at = subject.heartbeat_at or subject.created_at
        if is_waiting:
            self._redeliver(job, heartbeat_at)
        elif heartbeat_at < silent_since:
            self.recover(subject)
        elif subject.is_cancel_requested and _is_overdue(subject.started_at, CANCEL_PATIENCE_S):
            # It does not listen where it is now; what is left of its row ends as cancelled.
            self._queue.kill(job)

    def recover(self, subject: Run | ShortWork, *, reason: WorkbenchError | None = None, at_once: bool = True) -> None:
        """Take up one row again whose job is over without an end.

        Args:
            subject: As last read; one that has moved on since is left alone.
            reason: What ended the job, if it could still say so; otherwise its worker disappeared.
            at_once: False leaves the next attempt to the sweeper, after a while: what was down needs time.
        """
        if isinstance(subject, Run):
            self._recover_run(subject, reason, at_once=at_once)
        else:
            self._recover_short_work(subject, reason, at_once=at_once)

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

    def _recover_short_work(self, subject: ShortWork, reason: WorkbenchError | None, *, at_once: bool) -> None:
        """Work without checkpoints: it starts again, or ends when it was cancelled or has taken too many workers."""
        kind, losses = kind_of(subject), _losses(subject)
        error = ErrorRecord(
            code="worker_lost",
            message=f"The worker that {kind.doing} disappeared {_times(losses)}.",
            hint=f"Memory may have run out. {kind.smaller}",
        )
        if subject.is_cancel_requested:
            error = CANCELLED
        elif losses < self._settings.max_attempts:
            self._start_again(subject, at_once=at_once)
            return
        elif reason is not None:
            error = ErrorRecord(**reason.to_json())
        with self._storage.write() as unit, suppress(Conflict):
            kind.rows(unit).update(
                subject.id,
                expect=[kind.running],
                at_attempt=subject.attempt,
                status=kind.cancelled if subject.is_cancel_requested else kind.failed,
                finished_at=utc_now(),
                error=error,
            )
        if isinstance(subject, Document):  # what the attempt has left in the vector store
            self._queue.enqueue(collection_job(subject.collection_id, self._settings))

    def _start_again(self, subject: ShortWork, *, at_once: bool) -> None:
        kind = kind_of(subject)
        try:
            with self._storage.write() as unit:
                queued = kind.rows(unit).requeue(subject)
        except Conflict:
            return
        if at_once:  # otherwise the sweeper finds it without a job
            self._queue.enqueue(kind.job(queued, self._settings))

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
        self._queue.enqueue(self._training_job(queued))

    def _training_job(self, run: Run) -> Job:
        """The job of ``run`` for the workers that should have it now: a GPU worker may have come or gone."""
        return training_job(run, self._settings, queue=training_queue(run.config.model, self._queue))

    def _redeliver(self, job: Job, since: datetime) -> None:
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


def _is_overdue(since: datetime | None, patience_s: float) -> bool:
    return since is not None and (utc_now() - since).total_seconds() > patience_s


def _losses(subject: ShortWork) -> int:
    """How many workers the present start of ``subject`` has taken."""
    return subject.tries if isinstance(subject, Document) else subject.attempt


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")

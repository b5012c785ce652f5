"""Runs: start one, follow it, steer it, take what it left."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.services.configuring import StartRun, make_config
from app.services.datasets import require_ready
from app.services.live_views import MAX_SERIES_POINTS, live_status, thin
from app.services.members import possible_members, settle_members
from core.deliveries import training_job
from core.errors import Conflict, NotFound, Unavailable, UserInputError
from core.ids import clean_name, new_id, utc_now
from core.jobs import JobQueue
from core.records import Dataset, Provenance, Run
from core.settings import Settings
from core.types import LearningTask, LogLine, MetricPoint, MetricRow, RunCommand, RunStatus
from core.version import code_version
from models.registry import MODELS
from models.routing import training_queue
from storage.repositories.paging import Page
from storage.storage import Storage

logger = logging.getLogger(__name__)

MAX_PLAIN_POINTS = 12_000
"""Runs with more metric points than this are drawn from thinned series."""
MAX_LOG_LINES = 200


class RunService:
    """What can be done with runs."""

    def __init__(self, *, storage: Storage, queue: JobQueue, settings: Settings) -> None:
        self._storage = storage
        self._queue = queue
        self._settings = settings

    def start(self, request: StartRun, *, idempotency_key: str | None = None) -> Run:
        """Check everything that can be checked without the data, commit the run, then queue its job.

        Raises:
            NotFound: No such dataset or model.
            Conflict: The dataset is not ready.
            UserInputError: The target, the task or a parameter does not fit.
        """
        if idempotency_key and (known := self._find_by_key(idempotency_key)):
            return known
        with self._storage.read() as unit:
            dataset = require_ready(unit.datasets.get(request.dataset_id))
        config = make_config(settle_members(request, dataset, self._storage), dataset)
        label = MODELS[config.model].label
        run = Run(
            id=new_id(),
            name=clean_name(request.name, max_length=200) or clean_name(f"{label} on {dataset.name}", max_length=200),
            dataset_id=dataset.id,
            config=config,
            provenance=Provenance(dataset_sha256=dataset.content_sha256 or "", code_version=code_version()),
            heartbeat_at=utc_now(),
            idempotency_key=idempotency_key,
        )
        return self._add(run)

    def retry(self, run_id: str) -> Run:
        """A new run with the same configuration.

        Raises:
            Conflict: The run is not over yet.
        """
        old = self.get(run_id)
        if not old.status.is_terminal:
            raise Conflict(f"Run {old.name!r} is {old.status.value}.", hint="Stop it first, or wait for its end.")
        return self._add(
            Run(
                id=new_id(),
                name=old.name,
                dataset_id=old.dataset_id,
                parent_id=old.id,
                config=old.config,
                provenance=Provenance(dataset_sha256=old.provenance.dataset_sha256, code_version=code_version()),
                heartbeat_at=utc_now(),
            )
        )

    def stop(self, run_id: str) -> Run:
        """Ask a run to end and keep its best state; one that waits or is paused without any state ends at once.

        Raises:
            Conflict: The run is over.
        """
        run = self.get(run_id)
        if run.status in (RunStatus.QUEUED, RunStatus.PAUSED) and run.checkpoint_sha256 is None:
            try:
                return self._end_before_it_began(run)
            except Conflict:
                pass  # a worker was faster: it is asked like any other
        if run.status is RunStatus.PAUSED:
            # A worker is needed to score the best state: it finds the command and trains no further.
            return self._requeue(run, expect=[RunStatus.PAUSED], command=RunCommand.STOP, commanded_at=utc_now())
        return self._command(run_id, RunCommand.STOP, expect=[RunStatus.RUNNING, RunStatus.QUEUED])

    def pause(self, run_id: str) -> Run:
        """Ask a run to save its state and to leave its worker.

        Raises:
            Conflict: The run does not run, or its way of learning has no state to save.
        """
        run = self.get(run_id)
        if run.status is RunStatus.RUNNING and not run.progress.can_resume:
            raise Conflict(
                f"{MODELS[run.config.model].label} is trained in pieces that cannot be paused.",
                hint="Let it finish, or stop it.",
            )
        with self._storage.write() as unit:
            return unit.runs.update(
                run_id,
                expect=[RunStatus.RUNNING],
                unless_command=RunCommand.STOP,
                command=RunCommand.PAUSE,
                commanded_at=utc_now(),
            )

    def resume(self, run_id: str) -> Run:
        """Queue a paused run, or a lost one, from its last checkpoint.

        Raises:
            Conflict: The run is neither paused nor lost.
        """
        return self._requeue(
            self.get(run_id), expect=[RunStatus.PAUSED, RunStatus.LOST], command=None, commanded_at=None, losses=0
        )

    def get(self, run_id: str) -> Run:
        """The run. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.runs.get(run_id)

    def list_page(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        dataset_id: str | None = None,
        statuses: Sequence[RunStatus] = (),
    ) -> Page[Run]:
        """Runs, newest first."""
        with self._storage.read() as unit:
            return unit.runs.list_page(limit=limit, cursor=cursor, dataset_id=dataset_id, statuses=statuses)

    def list_by_ids(self, run_ids: Sequence[str]) -> tuple[Run, ...]:
        """The runs in the order asked for. Raises NotFound."""
        with self._storage.read() as unit:
            return unit.runs.list_by_ids(run_ids)

    def possible_members(self, dataset: Dataset, *, target: str, task: LearningTask) -> tuple[Run, ...]:
        """Finished runs on this dataset version and target that a combination may be made of, newest first."""
        return possible_members(self._storage, dataset, target=target, task=task)

    def metrics_since(self, run_id: str, since: int = 0, *, limit: int = 1_000) -> tuple[MetricRow, ...]:
        """Metric rows after position ``since``. Raises NotFound, and UserInputError for a bad limit."""
        if not 1 <= limit <= 10_000:
            raise UserInputError(f"limit is {limit}.", hint="Ask for 1 to 10,000 rows.", field="limit")
        with self._storage.read() as unit:
            rows = unit.metrics.list_since(run_id, since, limit=limit)
            if not rows:
                unit.runs.get(run_id)
            return rows

    def last_seq(self, run_id: str) -> int:
        """Position of the newest metric row; 0 when there is none. Raises NotFound."""
        with self._storage.read() as unit:
            unit.runs.get(run_id)
            return unit.metrics.last_seq(run_id)

    def log_since(self, run_id: str, since: int = 0) -> tuple[LogLine, ...]:
        """Log lines after position ``since``. Raises NotFound."""
        with self._storage.read() as unit:
            unit.runs.get(run_id)
            return unit.logs.list_since(run_id, since)

    def curves(self, run_id: str) -> tuple[tuple[MetricPoint, ...], int]:
        """The whole of a run's curves, thinned to what a screen can show, and the position they reach."""
        with self._storage.read() as unit:
            last_seq = unit.metrics.last_seq(run_id)
            if last_seq > MAX_PLAIN_POINTS:
                return unit.metrics.list_buckets(run_id, n_buckets=MAX_SERIES_POINTS // 2), last_seq
            points: tuple[MetricPoint, ...] = unit.metrics.list_since(run_id, limit=MAX_PLAIN_POINTS)
        return thin(points), last_seq

    def snapshot(self, run_id: str) -> dict[str, Any]:
        """All that a live view needs for its first picture, as JSON; the event stream goes on at ``last_seq``."""
        points, last_seq = self.curves(run_id)
        # The state is read after the points: a view that sees the end has seen every point.
        run = self.get(run_id)
        return {
            "status": self.live_status(run),
            "metrics": [point.model_dump(mode="json", include={"step", "name", "split", "value"}) for point in points],
            "last_seq": last_seq,
            "log": [line.model_dump(mode="json") for line in self.log_since(run_id)[-MAX_LOG_LINES:]],
        }

    def live_status(self, run: Run) -> dict[str, Any]:
        """What a live view needs to know of a run that changes, as JSON."""
        has_workers = True
        if run.status is RunStatus.QUEUED:
            try:
                queue = training_queue(run.config.model, self._queue)
                has_workers = self._queue.count_workers(queue) > 0
            except Unavailable:
                has_workers = False
        return live_status(run, heartbeat_timeout_s=self._settings.heartbeat_timeout_s, has_workers=has_workers)

    def model_file(self, run_id: str) -> tuple[str, Path, str]:
        """A name for the trained model's file, its path, and its SHA-256, against which it was just checked.

        Raises:
            NotFound: The run left none.
        """
        run = self.get(run_id)
        if run.artifacts.model is None:
            raise NotFound(
                f"Run {run.name!r} has no model.", hint="Only finished runs, and stopped ones with a best state, do."
            )
        path = self._storage.artifacts.verified_file(run.artifacts.model)
        return f"{run.config.model}-{run.id[-12:]}.joblib", path, run.artifacts.model

    def figures(self, run_id: str) -> list[dict[str, Any]]:
        """The figures of a run that is over; empty while there are none. Raises NotFound."""
        run = self.get(run_id)
        if run.artifacts.figures is None:
            return []
        figures: list[dict[str, Any]] = json.loads(self._storage.artifacts.load_bytes(run.artifacts.figures))
        return figures

    def script(self, run_id: str) -> str:
        """A Python script that repeats the run with scikit-learn alone.

        Raises:
            NotFound: The run has not come far enough to have one.
        """
        run = self.get(run_id)
        if run.artifacts.script is None:
            raise NotFound(f"Run {run.name!r} has no script yet.", hint="It is written when the run has a result.")
        return self._storage.artifacts.load_bytes(run.artifacts.script).decode()

    def _add(self, run: Run) -> Run:
        try:
            with self._storage.write() as unit:
                unit.runs.add(run)
        except IntegrityError:
            # The same request arrived twice at once, and the other one was faster.
            if run.idempotency_key and (known := self._find_by_key(run.idempotency_key)):
                return known
            raise
        self._deliver(run)
        return run

    def _end_before_it_began(self, run: Run) -> Run:
        with self._storage.write() as unit:
            stopped = unit.runs.update(
                run.id,
                expect=[run.status],
                at_attempt=run.attempt,
                status=RunStatus.STOPPED,
                command=None,
                finished_at=utc_now(),
            )
            unit.logs.append(run.id, "Stopped before it began.")
        return stopped

    def _command(self, run_id: str, command: RunCommand, *, expect: Sequence[RunStatus]) -> Run:
        with self._storage.write() as unit:
            return unit.runs.update(run_id, expect=expect, command=command, commanded_at=utc_now())

    def _requeue(self, run: Run, *, expect: Sequence[RunStatus], **changes: Any) -> Run:
        with self._storage.write() as unit:
            queued = unit.runs.requeue(run, expect=expect, **changes)
        self._deliver(queued)
        return queued

    def _find_by_key(self, key: str) -> Run | None:
        with self._storage.read() as unit:
            return unit.runs.find_by_idempotency_key(key)

    def _deliver(self, run: Run) -> None:
        try:
            queue = training_queue(run.config.model, self._queue)
            self._queue.enqueue(training_job(run, self._settings, queue=queue))
        except Unavailable as error:
            # The row is committed; the sweeper delivers it as soon as the queue is back.
            logger.warning("run %s: %s", run.id, error.message)

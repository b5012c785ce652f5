"""The ingest job: from the uploaded bytes to Parquet under its content hash, with column statistics."""

import logging
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from core.errors import Conflict, NotFound, Unavailable
from core.ids import utc_now
from core.records import Dataset, ErrorRecord
from core.tables.ingest import ingest_table
from core.tables.spec import ImportOptions, Limits
from core.types import DatasetStatus
from workers.context import WorkerContext, current
from workers.edge import Displaced, run_to_the_edge
from workers.recovery import Recovery

logger = logging.getLogger(__name__)

REPORT_INTERVAL_S = 0.5


def run_ingest(dataset_id: str, attempt: int) -> None:
    """Read the dataset's file if it waits for this delivery; a second delivery changes nothing."""
    context = current()
    try:
        with context.storage.write() as unit:
            dataset = unit.datasets.update(
                dataset_id,
                expect=[DatasetStatus.QUEUED],
                at_attempt=attempt,
                status=DatasetStatus.RUNNING,
                heartbeat_at=utc_now(),
            )
    except Conflict:
        return
    except NotFound as error:
        logger.warning("job dropped: %s", error.message)
        return
    run_to_the_edge(
        lambda: _ingest(context, dataset),
        fail=lambda error: _fail(context, dataset, error),
        try_again=lambda error: Recovery.of(context).recover(dataset, reason=error, at_once=False),
        what=f"dataset {dataset_id}",
    )


def _ingest(context: WorkerContext, dataset: Dataset) -> None:
    folder = context.settings.home.resolve() / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    limits = Limits(
        max_columns=context.settings.max_columns, memory_bytes=context.settings.ingest_memory_mb * 1_000_000
    )
    artifacts = context.storage.artifacts
    with (
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        artifacts.local_file(dataset.original_sha256) as source,
        _Progress(context, dataset) as progress,
    ):
        destination = Path(scratch) / "table.parquet"
        table = ingest_table(
            source,
            file_name=dataset.file_name,
            destination=destination,
            options=ImportOptions.model_validate(dataset.import_options),
            limits=limits,
            on_progress=progress,
        )
        content_sha256 = artifacts.save_file(destination)
    with context.storage.write() as unit:
        unit.datasets.update(
            dataset.id,
            expect=[DatasetStatus.RUNNING],
            at_attempt=dataset.attempt,
            status=DatasetStatus.READY,
            content_sha256=content_sha256,
            format=table.format,
            import_options=table.options_used.model_dump(mode="json", exclude_none=True),
            n_rows=table.n_rows,
            columns=table.columns,
            notices=table.notices,
            stage="Ready",
            progress=1.0,
            finished_at=utc_now(),
        )


class _Progress:
    """Keeps the latest progress and writes it from a thread, since the engine may say nothing for a long while."""

    def __init__(self, context: WorkerContext, dataset: Dataset) -> None:
        self._context = context
        self._dataset = dataset
        self._latest = (0.0, "Reading")
        self._is_displaced = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="ingest-progress", daemon=True)

    def __enter__(self) -> "_Progress":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, fraction: float, stage: str) -> None:
        """Note where the ingest stands; ends it when another attempt has taken over."""
        self._latest = (fraction, stage)
        if self._is_displaced:
            raise Displaced

    def _loop(self) -> None:
        while not self._over.wait(REPORT_INTERVAL_S) and not self._is_displaced:
            fraction, stage = self._latest
            try:
                with self._context.storage.write() as unit:
                    unit.datasets.update(
                        self._dataset.id,
                        expect=[DatasetStatus.RUNNING],
                        at_attempt=self._dataset.attempt,
                        progress=fraction,
                        stage=stage,
                        heartbeat_at=utc_now(),
                    )
            except Conflict:
                self._is_displaced = True
            except Unavailable as error:
                logger.warning("dataset %s: %s", self._dataset.id, error.message)


def _fail(context: WorkerContext, dataset: Dataset, error: ErrorRecord) -> None:
    try:
        with context.storage.write() as unit:
            unit.datasets.update(
                dataset.id,
                expect=[DatasetStatus.RUNNING],
                at_attempt=dataset.attempt,
                status=DatasetStatus.FAILED,
                error=error,
                finished_at=utc_now(),
            )
    except Conflict:
        return

"""The ingest job: from uploaded or fetched bytes to Parquet under its content hash, with column statistics."""

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from core.errors import Conflict, NotFound
from core.ids import clean_name, utc_now
from core.params import validate_params
from core.records import Dataset, ErrorRecord
from core.sources.registry import SOURCES
from core.tables.ingest import ingest_table
from core.tables.spec import ImportOptions, Limits, Progress
from core.types import DatasetStatus
from workers.context import WorkerContext, current
from workers.edge import run_to_the_edge
from workers.heartbeat import Heartbeat
from workers.recovery import Recovery
from workers.workspace import WorkerWorkspace, open_workspace

logger = logging.getLogger(__name__)

FETCHED = 0.5
"""Share of the progress bar that the fetching of a table from elsewhere has."""


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
                started_at=utc_now(),
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
    artifacts = context.storage.artifacts
    beat = Heartbeat(lambda progress, stage: _write_progress(context, dataset, progress, stage), what=dataset.id)
    fetched_part = FETCHED if dataset.original_sha256 is None else 0.0
    with beat, open_workspace(context, _part(beat.report, 0.0, fetched_part)) as workspace, ExitStack() as files:
        if dataset.original_sha256 is None:
            dataset, source, file_name = _fetch(context, dataset, workspace)
        else:
            source, file_name = files.enter_context(artifacts.local_file(dataset.original_sha256)), dataset.file_name
        destination = workspace.folder / "table.parquet"
        table = ingest_table(
            source,
            file_name=file_name,
            destination=destination,
            options=ImportOptions.model_validate(dataset.import_options),
            limits=Limits(
                max_columns=context.settings.max_columns,
                memory_bytes=context.settings.ingest_memory_mb * 1_000_000,
                unpacked_bytes=context.settings.max_upload_mb * 1_000_000,
            ),
            on_progress=_part(beat.report, fetched_part, 1.0),
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


def _fetch(context: WorkerContext, dataset: Dataset, workspace: WorkerWorkspace) -> tuple[Dataset, Path, str]:
    """The source's table as a file, its name, and the dataset as it is known now."""
    spec = SOURCES[dataset.source.kind]
    params = validate_params(spec.params, dataset.source.params)
    fetched = spec.fetch(params, workspace)
    source = dataset.source.model_copy(update={"details": fetched.details})
    changes: dict[str, Any] = {"source": source, "size_bytes": fetched.path.stat().st_size}
    if fetched.is_original:
        # From here on another attempt reads what was kept, whatever has become of it elsewhere.
        changes |= {
            "original_sha256": context.storage.artifacts.save_file(fetched.path),
            "file_name": clean_name(fetched.file_name, max_length=400),
        }
    with context.storage.write() as unit:
        dataset = unit.datasets.update(
            dataset.id, expect=[DatasetStatus.RUNNING], at_attempt=dataset.attempt, **changes
        )
    return dataset, fetched.path, fetched.file_name


def _part(report: Progress, start: float, end: float) -> Progress:
    """Progress in [0, 1] told as the part from ``start`` to ``end`` of the whole."""
    return lambda fraction, stage: report(start + (end - start) * fraction, stage)


def _write_progress(context: WorkerContext, dataset: Dataset, progress: float, stage: str) -> bool:
    with context.storage.write() as unit:
        return unit.datasets.update(
            dataset.id,
            expect=[DatasetStatus.RUNNING],
            at_attempt=dataset.attempt,
            progress=progress,
            stage=stage,
            heartbeat_at=utc_now(),
        ).is_cancel_requested


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

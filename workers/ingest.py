"""The ingest job: from uploaded or fetched bytes to Parquet under its content hash, with column statistics."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from core.ids import clean_name, utc_now
from core.params import validate_params
from core.records import Dataset
from core.sources.registry import SOURCES
from core.tables.ingest import ingest_table
from core.tables.spec import ImportOptions, Limits, Progress
from core.types import DatasetStatus
from workers import kinds, short_work
from workers.workspace import WorkerWorkspace, open_workspace

FETCHED = 0.5
"""Share of the progress bar that the fetching of a table from elsewhere has."""


def run_ingest(dataset_id: str, attempt: int) -> None:
    """Read the dataset's file if it waits for this delivery; a second delivery changes nothing."""
    short_work.run_short_work(kinds.DATASETS, dataset_id, attempt, _ingest)


def _ingest(attempt: short_work.Attempt[Dataset]) -> None:
    context = attempt.context
    artifacts = context.storage.artifacts
    beat = attempt.heartbeat()
    fetched_part = FETCHED if attempt.subject.original_sha256 is None else 0.0
    with beat, open_workspace(context, _part(beat.report, 0.0, fetched_part)) as workspace, ExitStack() as files:
        original = attempt.subject.original_sha256
        if original is None:
            source, file_name = _fetch(attempt, workspace)
        else:
            source, file_name = files.enter_context(artifacts.local_file(original)), attempt.subject.file_name
        destination = workspace.folder / "table.parquet"
        table = ingest_table(
            source,
            file_name=file_name,
            destination=destination,
            options=ImportOptions.model_validate(attempt.subject.import_options),
            limits=Limits(
                max_columns=context.settings.max_columns,
                memory_bytes=context.settings.ingest_memory_mb * 1_000_000,
                unpacked_bytes=context.settings.max_upload_mb * 1_000_000,
            ),
            on_progress=_part(beat.report, fetched_part, 1.0),
        )
        content_sha256 = artifacts.save_file(destination)
    attempt.update(
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


def _fetch(attempt: short_work.Attempt[Dataset], workspace: WorkerWorkspace) -> tuple[Path, str]:
    """The source's table as a file, and its name."""
    source = attempt.subject.source
    spec = SOURCES[source.kind]
    fetched = spec.fetch(validate_params(spec.params, source.params), workspace)
    changes: dict[str, Any] = {
        "source": source.model_copy(update={"details": fetched.details}),
        "size_bytes": fetched.path.stat().st_size,
    }
    if fetched.is_original:
        # From here on another attempt reads what was kept, whatever has become of it elsewhere.
        changes |= {
            "original_sha256": attempt.context.storage.artifacts.save_file(fetched.path),
            "file_name": clean_name(fetched.file_name, max_length=400),
        }
    attempt.update(**changes)
    return fetched.path, fetched.file_name


def _part(report: Progress, start: float, end: float) -> Progress:
    """Progress in [0, 1] told as the part from ``start`` to ``end`` of the whole."""
    return lambda fraction, stage: report(start + (end - start) * fraction, stage)

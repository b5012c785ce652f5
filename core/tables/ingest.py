"""An uploaded file becomes a Parquet file in the normal form, with what there is to know of its columns.

The normal form: 64-bit integers, finite doubles, booleans, timestamps in microseconds UTC, and texts; missing is NULL;
names are present and unique; rows keep their order.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.tables.detection import detect_format
from core.tables.engine import Engine, EngineError
from core.tables.progress import window
from core.tables.remarks import column_notices, duplicate_notices, grouped
from core.tables.spec import ImportOptions, Limits, Progress
from core.tables.statistics import column_statistics
from core.types import Column, Notice


@dataclass(frozen=True, kw_only=True)
class IngestedTable:
    """One table in the normal form."""

    format: str
    """Key of the table format that read it."""
    n_rows: int
    n_columns: int
    columns: tuple[Column, ...]
    notices: tuple[Notice, ...]
    options_used: ImportOptions
    """The given options, completed by what was sniffed: with them the reading repeats exactly."""


def ingest_table(
    source: Path,
    *,
    file_name: str,
    destination: Path,
    options: ImportOptions,
    limits: Limits,
    on_progress: Progress,
) -> IngestedTable:
    """Read ``source`` and write the normal form to ``destination``, all at once at the end.

    Args:
        source: The uploaded bytes, under any name.
        file_name: What the person called the file. It is data: no path is ever made from it.
        destination: Parquet file to write; replaced if it is there. Its folder also takes the temporary files.
        options: What the person knows of the file; None fields are sniffed.
        limits: Bounds on columns and memory.
        on_progress: Told of the done part in [0, 1], never falling, and the stage. It may raise to cancel: whatever it
            raises goes on to the caller, and nothing is left behind.

    Raises:
        UnreadableFile: The file is no table; the message says what it is or where it breaks.
    """
    spec = detect_format(source, file_name)
    report = _never_falling(on_progress)
    with tempfile.TemporaryDirectory(prefix=".ingest-", dir=destination.parent) as folder:
        table = Path(folder) / "table.parquet"
        report(0.0, "Reading")
        ingested = spec.ingest(source, table, options, limits, report)
        with Engine(Path(folder), memory_bytes=limits.memory_bytes) as engine:
            try:
                columns = column_statistics(
                    engine, table, ingested.n_rows, window(report, 0.7, 0.97, "Column statistics")
                )
                duplicates = duplicate_notices(
                    engine,
                    table,
                    ingested.n_rows,
                    [column.name for column in columns],
                    is_distinct=any(column.n_distinct == ingested.n_rows for column in columns),
                )
            except EngineError as error:
                raise engine.refusal(error) from error
        report(1.0, "Column statistics")
        Path(table).replace(destination)
    notices = (*ingested.notices, *duplicates, *column_notices(columns, ingested.n_rows))
    return IngestedTable(
        format=spec.key,
        n_rows=ingested.n_rows,
        n_columns=len(columns),
        columns=columns,
        notices=grouped(notices),
        options_used=ingested.options_used,
    )


def _never_falling(on_progress: Progress) -> Progress:
    """``on_progress``, except that a second attempt at a stage does not turn the bar back."""
    furthest = 0.0

    def report(fraction: float, stage: str) -> None:
        nonlocal furthest
        furthest = max(furthest, min(1.0, fraction))
        on_progress(furthest, stage)

    return report

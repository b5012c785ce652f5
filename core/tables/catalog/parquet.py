"""Apache Parquet."""

from pathlib import Path

from core.tables.spec import ImportOptions, Ingested, Limits, Progress, TableFormatSpec

MAGIC = b"PAR1"


def is_content(head: bytes) -> bool:
    """Whether the file starts with Parquet's magic bytes."""
    return head.startswith(MAGIC)


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Read and rewrite a Parquet file; see ``core.tables.columnar``."""
    from core.tables.columnar import ingest_parquet  # brings DuckDB; listing formats must not

    return ingest_parquet(source, destination, options, limits, on_progress)


def shorten(source: Path, destination: Path, options: ImportOptions) -> bool:
    """The first rows; see ``core.tables.columnar``."""
    from core.tables.columnar import shorten_parquet

    del options
    return shorten_parquet(source, destination)


SPEC = TableFormatSpec(
    key="parquet",
    label="Apache Parquet",
    extensions=(".parquet", ".pq"),
    is_content=is_content,
    ingest=ingest,
    shorten=shorten,
)

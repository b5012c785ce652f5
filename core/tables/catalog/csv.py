"""Delimited text: commas, semicolons, tabs, pipes and rarer signs, in any common encoding."""

from pathlib import Path

from core.tables.spec import ImportOptions, Ingested, Limits, Progress, TableFormatSpec


def is_content(head: bytes) -> bool:
    """Never certain, whatever the bytes: any text may be a table."""
    del head
    return False


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Read delimited text; see ``core.tables.delimited.reading``."""
    from core.tables.delimited.reading import ingest_delimited  # brings DuckDB; listing formats must not

    return ingest_delimited(source, destination, options, limits, on_progress)


SPEC = TableFormatSpec(
    key="csv",
    label="Delimited text (CSV, TSV)",
    extensions=(".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".data"),
    is_content=is_content,
    ingest=ingest,
    options=("delimiter", "has_header", "encoding", "decimal", "thousands", "day_first"),
)

"""JSON Lines: one object on each line."""

from pathlib import Path

from core.tables.catalog.json import starts_with_lines
from core.tables.spec import ImportOptions, Ingested, Limits, Progress, TableFormatSpec


def is_content(head: bytes) -> bool:
    """Whether the first line is an object and the next one starts as one."""
    return starts_with_lines(head)


def shorten(source: Path, destination: Path, options: ImportOptions) -> bool:
    """The first rows."""
    from core.tables.objects.reading import shorten_objects
    from core.tables.objects.scanning import objects_of_lines

    del options
    return shorten_objects(objects_of_lines(source), destination)


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Read the lines; see ``core.tables.objects``."""
    from core.tables.objects.reading import ingest_lines

    return ingest_lines(source, destination, options, limits, on_progress)


SPEC = TableFormatSpec(
    key="jsonl",
    label="JSON Lines",
    extensions=(".jsonl", ".ndjson"),
    is_content=is_content,
    ingest=ingest,
    shorten=shorten,
)

"""Tables compressed with gzip."""

from pathlib import Path

from core.tables.spec import ImportOptions, Ingested, Limits, Progress, TableFormatSpec, Unpacked


def is_content(head: bytes) -> bool:
    """Whether the file starts as a gzip stream."""
    return head.startswith(b"\x1f\x8b")


def unpack(
    source: Path, folder: Path, file_name: str, options: ImportOptions, limits: Limits, beginning: bool
) -> Unpacked:
    """What the stream holds; see ``core.tables.archives``."""
    from core.tables.archives import unpack_gzip  # knows all formats, of which this is one

    return unpack_gzip(source, folder, file_name, options, limits, beginning)


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Unpack the table and read it; see ``core.tables.archives``."""
    from core.tables.archives import ingest_archive

    return ingest_archive(SPEC, source, destination, options, limits, on_progress)


SPEC = TableFormatSpec(
    key="gzip",
    label="Table compressed with gzip",
    extensions=(".gz",),
    is_content=is_content,
    ingest=ingest,
    unpack=unpack,
)

"""ZIP archives that hold a table."""

from pathlib import Path

from core.tables.spec import ImportOptions, Ingested, Limits, Part, Progress, TableFormatSpec, Unpacked


def is_content(head: bytes) -> bool:
    """Never certain: workbooks are ZIP archives too, and what tells them apart stands at the end of the file."""
    del head
    return False


def parts(path: Path) -> tuple[Part, ...]:
    """The files in the archive that can be tables."""
    from core.tables.archives import zip_parts  # knows all formats, of which this is one

    return zip_parts(path)


def unpack(
    source: Path, folder: Path, file_name: str, options: ImportOptions, limits: Limits, beginning: bool
) -> Unpacked:
    """One file of the archive; see ``core.tables.archives``."""
    from core.tables.archives import unpack_zip

    return unpack_zip(source, folder, file_name, options, limits, beginning)


def ingest(source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress) -> Ingested:
    """Unpack the table and read it; see ``core.tables.archives``."""
    from core.tables.archives import ingest_archive

    return ingest_archive(SPEC, source, destination, options, limits, on_progress)


SPEC = TableFormatSpec(
    key="zip",
    label="ZIP archive with a table",
    extensions=(".zip",),
    is_content=is_content,
    ingest=ingest,
    parts=parts,
    part_option="member",
    unpack=unpack,
    options=("member",),
)

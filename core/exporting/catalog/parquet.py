"""Apache Parquet: the table as it is stored."""

import shutil
from pathlib import Path

from core.exporting.spec import ExportOptions, ExportSpec, OnFraction


def write(table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction) -> None:
    """Copy the stored file."""
    del options, memory_bytes
    shutil.copyfile(table, destination)
    on_fraction(1.0)


SPEC = ExportSpec(
    key="parquet",
    label="Apache Parquet",
    extension=".parquet",
    media_type="application/vnd.apache.parquet",
    write=write,
)

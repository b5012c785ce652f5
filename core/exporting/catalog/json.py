"""JSON: a list of objects."""

from pathlib import Path

from core.exporting.spec import ExportOptions, ExportSpec, OnFraction


def write(table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction) -> None:
    """Write objects; see ``core.exporting.copying``."""
    from core.exporting.copying import write_json  # brings DuckDB; listing formats must not

    del options
    write_json(table, destination, memory_bytes, on_fraction, as_list=True)


SPEC = ExportSpec(key="json", label="JSON", extension=".json", media_type="application/json", write=write)

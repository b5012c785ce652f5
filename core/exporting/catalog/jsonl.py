"""JSON Lines: one object on each line."""

from pathlib import Path

from core.exporting.spec import ExportOptions, ExportSpec, OnFraction


def write(table: Path, destination: Path, options: ExportOptions, memory_bytes: int, on_fraction: OnFraction) -> None:
    """Write objects; see ``core.exporting.copying``."""
    from core.exporting.copying import write_json  # brings DuckDB; listing formats must not

    del options
    write_json(table, destination, memory_bytes, on_fraction, as_list=False)


SPEC = ExportSpec(key="jsonl", label="JSON Lines", extension=".jsonl", media_type="application/x-ndjson", write=write)

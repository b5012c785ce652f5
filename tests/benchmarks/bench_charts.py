"""How long charts of ten million rows take from the engine."""

import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from core.charts.rendering import render
from core.settings import Settings
from core.tables.engine import Engine, text_sql
from core.tables.statistics import column_statistics
from core.types import Column
from tests.benchmarks.measurement import Measurement, at_most, reported

N_ROWS = 10_000_000
N_REPEATS = 3
LIMIT_S = 1.5
JUDGED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "histogram": ("histogram", {"x": "amount"}),
    "bars of means": ("bar", {"x": "category", "y": "amount", "aggregate": "mean"}),
    "months": ("time_series", {"x": "moment", "y": "amount", "aggregate": "mean", "every": "month"}),
    "density heat map": ("density_heatmap", {"x": "amount", "y": "score"}),
    "box by group": ("box", {"x": "category", "y": "amount"}),
}
OTHERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "scatter with trend": ("scatter", {"x": "amount", "y": "score", "trend": True}),
    "densities of 8 groups": ("density", {"x": "amount", "color": "category"}),
    "violins": ("violin", {"x": "category", "y": "amount"}),
    "correlation of 3 columns": ("correlation", {"columns": ["amount", "score", "id"]}),
    "medians by category and flag": ("bar", {"x": "category", "color": "flag", "y": "amount", "aggregate": "median"}),
    "filtered histogram in panels": (
        "histogram",
        {"x": "amount", "facet": "category", "filters": [{"column": "flag", "operator": "is", "value": True}]},
    ),
}


def run() -> list[Measurement]:
    """A file of ten million rows and six columns, read anew for each chart."""
    memory_bytes = Settings.model_fields["computation_memory_mb"].default * 1_000_000
    measurements = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        path = home / "table.parquet"
        columns = write_table(path, home, memory_bytes)
        for label, (key, params) in {**JUDGED, **OTHERS}.items():
            seconds = statistics.median(
                draw_s(key, params, path, columns, home, memory_bytes) for _ in range(N_REPEATS)
            )
            name = f"{label}, {N_ROWS:,} rows"
            is_judged = label in JUDGED
            measurements.append(at_most(name, seconds, "s", LIMIT_S) if is_judged else reported(name, seconds, "s"))
    return measurements


def write_table(path: Path, folder: Path, memory_bytes: int) -> dict[str, Column]:
    """Write the table in the normal form. Returns its columns."""
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            "COPY (SELECT i::BIGINT AS id, (random() + random() + random()) * 100 AS amount, "
            "random() * 50 + i % 7 AS score, 'group ' || (i * 7919 % 12) AS category, "
            "TIMESTAMP '2015-01-01' + INTERVAL (i * 30) SECOND AS moment, i * 31 % 3 = 0 AS flag "
            f"FROM range({N_ROWS}) t(i)) TO {text_sql(str(path))} "
            "(FORMAT PARQUET, COMPRESSION ZSTD, ROW_GROUP_SIZE 122880)"
        )
    with Engine(folder, readable=[path], memory_bytes=memory_bytes) as engine:
        found = column_statistics(engine, path, N_ROWS, lambda _: None)
    return {column.name: column for column in found}


def draw_s(
    key: str, params: dict[str, Any], path: Path, columns: dict[str, Column], folder: Path, memory_bytes: int
) -> float:
    """Seconds from an opened file to the drawn figure with its table and its words."""
    started = time.perf_counter()
    with Engine(folder, readable=[path], memory_bytes=memory_bytes) as engine:
        chart = render(key, params, engine, path, columns=columns, n_rows=N_ROWS)
    assert not chart.is_empty
    return time.perf_counter() - started

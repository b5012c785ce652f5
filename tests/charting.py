"""Small tables for charts, written in the normal form, and an engine over them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.charts.rendering import DrawnChart, render
from core.charts.table import ChartTable
from core.tables.engine import Engine
from core.tables.statistics import column_statistics
from core.types import Column

ODD = 'it\'s "odd"\n<b>%{x}</b> \\n {curly} ☂'
CATEGORY_ODD = "kind [a](b) <i>"


def mixed_table(n_rows: int = 800, *, seed: int = 5) -> pa.Table:
    """Every type of column, missing values, odd names, values called like our own words."""
    rng = np.random.default_rng(seed)
    height = rng.normal(170, 10, n_rows)
    kind = rng.choice(
        ["Other", "Missing", "<script>alert(1)</script>", "true", "é\n☂", "a'b\"c", "g", "h", "i", "j"], n_rows
    )
    columns: dict[str, tuple[Any, pa.DataType]] = {
        "height": (height, pa.float64()),
        ODD: (0.5 * height + rng.normal(0, 4, n_rows), pa.float64()),
        "count": (rng.integers(0, 7, n_rows), pa.int64()),
        "amount": (rng.exponential(100, n_rows), pa.float64()),
        CATEGORY_ODD: (kind, pa.string()),
        "group": (rng.choice(["x", "y", "z"], n_rows, p=[0.5, 0.3, 0.2]), pa.string()),
        "is_new": (rng.random(n_rows) < 0.4, pa.bool_()),
        "day": (
            pd.Timestamp("2024-01-30") + pd.to_timedelta(rng.integers(0, 400 * 86_400, n_rows), "s"),
            pa.timestamp("us"),
        ),
        "lat": (rng.uniform(47, 55, n_rows), pa.float64()),
        "lon": (rng.uniform(6, 15, n_rows), pa.float64()),
        "same": (np.ones(n_rows), pa.float64()),
        "same text": (np.array(["only"] * n_rows), pa.string()),
    }
    arrays, names = [], []
    for number, (name, (values, type_)) in enumerate(columns.items()):
        is_missing = (rng.random(n_rows) < 0.07) & (number < 8)
        is_missing[0] = False
        cells = [None if gone else value for gone, value in zip(is_missing, pd.Series(values).tolist(), strict=True)]
        arrays.append(pa.array(cells, type=type_))
        names.append(name)
    return pa.table(arrays, names=names)


@dataclass(frozen=True)
class StoredTable:
    """A table in the normal form, with its columns as the ingest knows them."""

    path: Path
    columns: Mapping[str, Column]
    n_rows: int
    folder: Path

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        with Engine(self.folder, readable=[self.path], memory_bytes=400_000_000) as engine:
            yield engine

    @contextmanager
    def opened(self) -> Iterator[ChartTable]:
        with self.engine() as engine:
            yield ChartTable(engine, self.path, columns=self.columns.values(), n_rows=self.n_rows)

    def draw(self, key: str, **params: Any) -> DrawnChart:
        with self.engine() as engine:
            return render(key, params, engine, self.path, columns=self.columns, n_rows=self.n_rows)

    def pandas(self) -> pd.DataFrame:
        return pd.read_parquet(self.path, dtype_backend="numpy_nullable")


def store(table: pa.Table, folder: Path) -> StoredTable:
    """``table`` as a dataset's Parquet file in ``folder``."""
    path = folder / "table.parquet"
    pq.write_table(table, path)
    with Engine(folder, readable=[path], memory_bytes=400_000_000) as engine:
        columns = column_statistics(engine, path, table.num_rows, lambda _: None)
    return StoredTable(path, {column.name: column for column in columns}, table.num_rows, folder)

"""Columns of a rough Parquet file in the normal form: whole numbers, dates and numbers written as text find their type.

Workbooks know one kind of number, JSON no dates; what a column is shows only in all of its cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pyarrow.parquet as pq

from core.tables.delimited.conversion import COLUMN_TYPES, Reading, exact_sql
from core.tables.delimited.typing import CellCounts, ColumnPlan, count_cells, plan_column
from core.tables.engine import Engine, OnFraction, name_sql, text_sql
from core.tables.pieces import column_pieces, merge_pieces
from core.types import ColumnType, Notice

COLUMNS_PER_COUNT = 200
SAMPLE_ROWS = 2_000
LARGEST_WHOLE = 2**53
"""Beyond it a floating-point number does not say which whole number was meant."""
_TIME_ONLY_BEFORE = "1900-01-01"
"""Workbooks keep a time of day as a moment on the last day of 1899."""


class Texts(StrEnum):
    """What columns of texts may turn out to be."""

    ANYTHING = "anything"
    """Numbers, dates and booleans, as in delimited text."""
    DATES = "dates"
    """ISO 8601 dates, for formats that have numbers and booleans of their own."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What was written."""

    n_rows: int
    notices: tuple[Notice, ...]
    readings: dict[int, Reading]
    """How columns of texts were read, by position."""


def settle(
    engine: Engine,
    rough: Path,
    destination: Path,
    names: Sequence[str],
    *,
    texts: Texts,
    day_first: bool | None,
    on_fraction: OnFraction,
) -> Settled:
    """Write the columns c0, c1, ... of ``rough`` under ``names`` to ``destination``.

    Args:
        engine: May read ``rough``.
        rough: Parquet with 64-bit integers, doubles, booleans, timestamps and texts.
        destination: Parquet file to write; its folder takes temporary files.
        names: Of all columns, in order, unique.
        texts: What columns of texts may be.
        day_first: The order of day and month where both fit.
        on_fraction: Told of the done part in [0, 1].

    Raises:
        EngineError: The file cannot be read or written.
    """
    types = _types(rough)
    plans = _text_plans(engine, rough, types, names, texts, day_first)
    numbers = [index for index, kind in enumerate(types) if kind is ColumnType.NUMBER]
    whole = _flags(engine, rough, numbers, f"count_if(@ <> trunc(@) OR abs(@) >= {LARGEST_WHOLE}) = 0")
    moments = [index for index, kind in enumerate(types) if kind is ColumnType.DATETIME]
    times = _flags(engine, rough, moments, f"coalesce(max(@) < TIMESTAMP '{_TIME_ONLY_BEFORE}', false)")
    select = [
        _column_sql(f"c{index}", kind, plans.get(index), is_whole=index in whole, is_time=index in times)
        for index, kind in enumerate(types)
    ]
    n_rows = _write(engine, rough, destination, select, names, on_fraction)
    notices = tuple(notice for plan in plans.values() for notice in plan.notices)
    return Settled(n_rows=n_rows, notices=notices, readings={index: plan.reading for index, plan in plans.items()})


def _types(rough: Path) -> list[ColumnType]:
    schema = pq.read_schema(rough)
    kinds = {"int64": ColumnType.INTEGER, "double": ColumnType.NUMBER, "bool": ColumnType.BOOLEAN}
    return [
        kinds.get(str(field.type), ColumnType.DATETIME if "timestamp" in str(field.type) else ColumnType.STRING)
        for field in schema
    ]


def _text_plans(
    engine: Engine,
    rough: Path,
    types: Sequence[ColumnType],
    names: Sequence[str],
    texts: Texts,
    day_first: bool | None,
) -> dict[int, ColumnPlan]:
    """How the columns of texts are read, from counts over their cells; those that the first rows settle cost little."""
    indices = [index for index, kind in enumerate(types) if kind is ColumnType.STRING]
    sample = _counts(engine, f"(FROM {_scan(rough)} LIMIT {SAMPLE_ROWS})", indices)
    doubtful = [index for index in indices if index not in sample or not sample[index].is_plainly_text]
    counts = _counts(engine, _scan(rough), doubtful)
    plans = {}
    for index in indices:
        plan = ColumnPlan(index=index, reading=Reading.TEXT)
        if index in doubtful:
            plan = plan_column(counts.get(index, CellCounts(index)), names[index], day_first=day_first)
        if texts is Texts.DATES and plan.reading not in (Reading.NAIVE, Reading.ZONED):
            plan = ColumnPlan(index=index, reading=Reading.TEXT)
        plans[index] = plan
    return plans


def _counts(engine: Engine, scan: str, indices: Sequence[int]) -> dict[int, CellCounts]:
    counts: dict[int, CellCounts] = {}
    for start in range(0, len(indices), COLUMNS_PER_COUNT):
        columns = ", ".join(f"c{index}" for index in indices[start : start + COLUMNS_PER_COUNT])
        cells = (
            "SELECT CAST(k[2:] AS INTEGER) AS k, v "
            f"FROM (UNPIVOT (SELECT {columns} FROM {scan}) ON {columns} INTO NAME k VALUE v)"
        )
        counts |= count_cells(engine, cells, decimal=".")
    return counts


def _flags(engine: Engine, rough: Path, indices: Sequence[int], condition: str) -> set[int]:
    """Those columns of which ``condition``, an aggregate over ``@``, holds."""
    found: set[int] = set()
    for start in range(0, len(indices), COLUMNS_PER_COUNT):
        some = indices[start : start + COLUMNS_PER_COUNT]
        sql = ", ".join(condition.replace("@", f"c{index}") for index in some)
        row = engine.rows(f"SELECT {sql} FROM {_scan(rough)}")[0]
        found |= {index for index, holds in zip(some, row, strict=True) if holds}
    return found


def _column_sql(cell: str, kind: ColumnType, plan: ColumnPlan | None, *, is_whole: bool, is_time: bool) -> str:
    if plan is not None and COLUMN_TYPES[plan.reading] is not ColumnType.STRING:
        return exact_sql(plan.reading, cell, decimal=".")
    if kind is ColumnType.NUMBER:
        return f"CAST({cell} AS BIGINT)" if is_whole else f"CASE WHEN isfinite({cell}) THEN {cell} END"
    if is_time:
        return f"strftime({cell}, '%H:%M:%S')"
    return f"CAST({cell} AS TIMESTAMP)" if kind is ColumnType.DATETIME else cell


def _write(
    engine: Engine,
    rough: Path,
    destination: Path,
    select: Sequence[str],
    names: Sequence[str],
    on_fraction: OnFraction,
) -> int:
    pieces = column_pieces(len(select))
    paths = [destination.with_name(f"piece-{number}.parquet") for number in range(len(pieces))]
    n_rows = 0
    for number, (piece, path) in enumerate(zip(pieces, paths, strict=True)):
        chosen = ", ".join(f"{select[index]} AS {name_sql(names[index])}" for index in piece)
        start = number / len(pieces)
        n_rows = engine.write_parquet(
            f"SELECT {chosen} FROM {_scan(rough)}",
            path,
            n_columns=len(piece),
            on_fraction=_shifted(on_fraction, start, 1 / len(pieces)),
        )
    if len(paths) == 1:
        paths[0].replace(destination)
    else:
        merge_pieces(paths, destination, lambda _done: on_fraction(1.0))
    return n_rows


def _shifted(on_fraction: OnFraction, start: float, width: float) -> OnFraction:
    return lambda done: on_fraction(start + width * done)


def _scan(path: Path) -> str:
    return f"read_parquet({text_sql(str(path))}, hive_partitioning = false)"

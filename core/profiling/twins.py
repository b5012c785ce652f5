"""Rows that repeat others, and columns that say the same as others."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.profiling.facts import ColumnProfile, DuplicateRows, Level, Twins
from core.profiling.looking import choose_positions, read_rows
from core.profiling.scan import ScannedColumn, TableEngine, scan_sql
from core.tables.engine import OnFraction, name_sql
from core.tables.pieces import WIDE_COLUMNS

EXACT_CELLS = {"quick": 25_000_000, "full": 1_000_000_000}
"""Tables up to this size are searched for repeated rows completely."""
PART = 16
"""In larger ones, one of so many different rows is followed: repetitions of a row share its hash, and stay together."""
N_VARIED = 3
PROBE_ROWS = 2_000
NEAR = 0.98
PROBE_NEAR = 0.95
MAX_NEAR_COLUMNS = 100
MAX_PAIRS = 50


def duplicate_rows(
    engine: TableEngine,
    path: Path,
    columns: Sequence[ScannedColumn],
    n_rows: int,
    level: Level,
    on_fraction: OnFraction,
) -> DuplicateRows | None:
    """How many rows repeat an earlier one, by 64-bit hash; None for very wide tables.

    Rows that differ in the most varied columns need not be compared in the others, which mostly settles it.

    Raises:
        EngineError: The file cannot be read.
    """
    if len(columns) > WIDE_COLUMNS:
        return None
    is_exact = n_rows * len(columns) <= EXACT_CELLS[level]
    varied = sorted(columns, key=lambda column: -column.n_distinct)[:N_VARIED]
    n = 0
    if len(varied) == len(columns) or _n_repeated(engine, path, varied, on_fraction, is_exact=is_exact):
        n = _n_repeated(engine, path, columns, on_fraction, is_exact=is_exact)
    return DuplicateRows(n=n, share=n / n_rows if n_rows else 0.0, is_exact=is_exact)


def _n_repeated(
    engine: TableEngine, path: Path, columns: Sequence[ScannedColumn], on_fraction: OnFraction, *, is_exact: bool
) -> int:
    # Column by column, since DuckDB 2.0 gives many different rows the same hash when it is asked for whole rows.
    hashes = f"SELECT hash({', '.join(column.sql for column in columns)}) AS h FROM {scan_sql(path)}"
    part = "" if is_exact else f"WHERE (h >> 20) % {PART} = 0"
    n = int(engine.rows(f"SELECT count(*) - count(DISTINCT h) FROM ({hashes}) {part}", on_fraction)[0][0])
    return n if is_exact else n * PART


def twin_columns(
    engine: TableEngine, path: Path, columns: Sequence[ColumnProfile], n_rows: int, level: Level
) -> tuple[Twins, ...]:
    """Columns that equal an earlier one in every row, and in full those that nearly do; the most alike first.

    Missing cells equal each other. Suspects come from a probe of rows and are then compared over the whole table.

    Raises:
        EngineError: The file cannot be read.
    """
    varied = [column for column in columns if column.kind not in ("empty", "constant")]
    if len(varied) < 2:
        return ()
    names = [column.name for column in varied]
    probe = read_rows(path, choose_positions(n_rows, PROBE_ROWS), names)
    cells = dict(zip(probe.schema.names, probe.itercolumns(), strict=True))
    pairs = _equal_pairs(varied, cells)
    if level == "full":
        known = {frozenset(pair) for pair in pairs}
        pairs += [pair for pair in _near_pairs(varied[:MAX_NEAR_COLUMNS], cells) if frozenset(pair) not in known]
    pairs = pairs[:MAX_PAIRS]
    if not pairs:
        return ()
    counts = ", ".join(
        f"count_if({name_sql(first)} IS NOT DISTINCT FROM {name_sql(second)})" for first, second in pairs
    )
    equal = engine.rows(f"SELECT {counts} FROM {scan_sql(path)}")[0]
    found = [
        Twins(first=first, second=second, share=n / n_rows, n_looked=n_rows)
        for (first, second), n in zip(pairs, equal, strict=True)
        if n == n_rows or (level == "full" and n >= NEAR * n_rows)
    ]
    return tuple(sorted(found, key=lambda twins: -twins.share))


def _equal_pairs(columns: Sequence[ColumnProfile], cells: dict[str, pa.ChunkedArray]) -> list[tuple[str, str]]:
    """Each column with the first one that has the same type, counts and cells in the probe."""
    groups: dict[object, list[ColumnProfile]] = defaultdict(list)
    for column in columns:
        groups[column.type, column.n_missing, column.minimum, column.maximum].append(column)
    pairs = []
    for group in groups.values():
        firsts: list[str] = []
        for column in group:
            same = next((name for name in firsts if cells[name].equals(cells[column.name])), None)
            if same is None:
                firsts.append(column.name)
            else:
                pairs.append((same, column.name))
    return pairs


def _near_pairs(columns: Sequence[ColumnProfile], cells: dict[str, pa.ChunkedArray]) -> list[tuple[str, str]]:
    """Columns of one type that agree in most rows of the probe, although one value does not fill them both."""
    pairs = []
    for first, second in itertools.combinations(columns, 2):
        if first.type is not second.type or _is_dull(first) or _is_dull(second):
            continue
        a, b = cells[first.name], cells[second.name]
        same = pc.fill_null(pc.equal(a, b), False).to_numpy() | (a.is_null().to_numpy() & b.is_null().to_numpy())
        if np.mean(same) >= PROBE_NEAR:
            pairs.append((first.name, second.name))
    return pairs


def _is_dull(column: ColumnProfile) -> bool:
    """Nearly every row is missing or has one value: two such columns agree by chance."""
    top = column.top_values[0].count / column.n_looked if column.top_values and column.n_looked else 0.0
    return top > 0.8 or column.missing_share > 0.8

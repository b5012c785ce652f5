"""What a person should know of a table before learning from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.tables.detection import shorten
from core.tables.engine import Engine, name_sql, text_sql
from core.tables.names import listed
from core.tables.pieces import WIDE_COLUMNS
from core.types import Column, Notice, Severity

MOSTLY_MISSING = 0.4
DUPLICATE_CELLS = 100_000_000
"""Tables up to this size are searched for duplicate rows."""
MAX_OF_A_KIND = 20
"""More notices of one kind become a single one."""


def column_notices(columns: Sequence[Column], n_rows: int) -> list[Notice]:
    """Constant, identifying and mostly missing columns."""
    notices = []
    for column in columns:
        name = shorten(column.name)
        if column.n_missing == n_rows:
            notices.append(_notice("empty_column", f"{name} holds no value at all.", column.name))
        elif column.is_constant and not column.n_missing:
            notices.append(_notice("constant_column", f"{name} has the same value in every row.", column.name))
        elif column.is_constant:
            notices.append(_notice("constant_column", f"{name} has a single value, where it has one.", column.name))
        if column.is_identifier:
            text = f"{name} has its own value in nearly every row, like an identifier; it is left out of training."
            notices.append(_notice("identifier_column", text, column.name, Severity.INFO))
        if MOSTLY_MISSING * n_rows < column.n_missing < n_rows:
            share = 100 * column.n_missing / n_rows
            notices.append(_notice("mostly_missing", f"{name} is missing in {share:.0f} % of the rows.", column.name))
    return notices


def duplicate_notices(engine: Engine, path: Path, n_rows: int, names: Sequence[str]) -> list[Notice]:
    """How many rows repeat an earlier one, by 64-bit hash; nothing for very large and for wide tables.

    Raises:
        EngineError: The file cannot be read.
    """
    if n_rows * len(names) > DUPLICATE_CELLS or len(names) > WIDE_COLUMNS:
        return []
    scan = f"read_parquet({text_sql(str(path))}, hive_partitioning = false)"
    # Column by column, since DuckDB 2.0 gives many different rows the same hash when it is asked for whole rows.
    row_hash = f"hash({', '.join(name_sql(name) for name in names)})"
    n_duplicates = engine.rows(f"SELECT count(*) - count(DISTINCT {row_hash}) FROM {scan}")[0][0]
    if not n_duplicates:
        return []
    rows = "1 row repeats" if n_duplicates == 1 else f"{n_duplicates:,} rows repeat"
    text = f"{rows} an earlier row in every column, {100 * n_duplicates / n_rows:.1f} % of all."
    return [Notice(severity=Severity.WARNING, code="duplicate_rows", text=text)]


def grouped(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The notices, but one in place of many of a kind, so that a table of thousands of columns stays readable."""
    by_code: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_code[notice.code].append(notice)
    result: list[Notice] = []
    for code, kind in by_code.items():
        if len(kind) <= MAX_OF_A_KIND:
            result += kind
            continue
        names = [shorten(notice.column) for notice in kind if notice.column is not None]
        text = f"{kind[0].text} The same holds for {len(kind) - 1:,} other columns: {listed(names[1:])}."
        result.append(Notice(severity=kind[0].severity, code=code, text=text))
    return tuple(result)


def _notice(code: str, text: str, column: str, severity: Severity = Severity.WARNING) -> Notice:
    return Notice(severity=severity, code=code, text=text, column=column)

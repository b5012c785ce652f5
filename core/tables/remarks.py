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
EXACT_CELLS = 20_000_000
"""Duplicate rows of larger tables are counted in a part of the rows."""
CLASS_ROWS = 50_000
"""About so many rows are looked at then."""
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


def duplicate_notices(
    engine: Engine, path: Path, n_rows: int, names: Sequence[str], *, is_distinct: bool = False
) -> list[Notice]:
    """How many rows repeat an earlier one, by 64-bit hash; nothing for wide tables.

    Large tables are judged by the rows whose hash falls into one of many classes: all copies of a row do.

    Args:
        engine: May read ``path``.
        path: The table in the normal form.
        n_rows: Of the table.
        names: Of all columns.
        is_distinct: Whether a column is known to differ in every row, so that no row can repeat another.

    Raises:
        EngineError: The file cannot be read.
    """
    if is_distinct or len(names) > WIDE_COLUMNS:
        return []
    scan = f"read_parquet({text_sql(str(path))}, hive_partitioning = false)"
    # Column by column, since DuckDB 2.0 gives many different rows the same hash when it is asked for whole rows.
    hashes = f"SELECT hash({', '.join(name_sql(name) for name in names)}) AS h FROM {scan}"
    n_classes = 1 if n_rows * len(names) <= EXACT_CELLS else max(1, n_rows // CLASS_ROWS)
    where = f"WHERE h % {n_classes} = 0" if n_classes > 1 else ""
    n_seen, n_distinct = engine.rows(f"SELECT count(*), count(DISTINCT h) FROM ({hashes}) {where}")[0]
    if n_seen == n_distinct:
        return []
    share = (n_seen - n_distinct) / n_seen
    n_duplicates = n_seen - n_distinct if n_classes == 1 else _two_digits(share * n_rows)
    rows = "1 row repeats" if n_duplicates == 1 else f"{n_duplicates:,} rows repeat"
    about, source = ("", "") if n_classes == 1 else ("About ", f" (estimated from {n_seen:,} rows)")
    text = f"{about}{rows} an earlier row in every column, {100 * share:.1f} % of all{source}."
    return [Notice(severity=Severity.WARNING, code="duplicate_rows", text=text)]


def _two_digits(number: float) -> int:
    """``number`` as exactly as an estimate deserves."""
    whole = round(number)
    return round(whole, 2 - len(str(whole)))


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

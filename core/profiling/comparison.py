"""Two tables side by side: what was added, what went, and which columns hold something else now."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.profiling.columnshifts import column_shift
from core.profiling.differences import ColumnShift, Retyped, TableDifference, TableSide
from core.profiling.looking import LookedRows, look
from core.profiling.scan import ScannedColumn, TableEngine, scan_columns, scan_sql
from core.tables.detection import shorten
from core.tables.names import listed

MOST_SENTENCES = 6

Report = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two tables, read."""

    side: TableSide
    columns: dict[str, ScannedColumn]
    rows: LookedRows


def read_side(
    path: Path, *, dataset_id: str, name: str, version: int, folder: Path, memory_bytes: int, report: Report
) -> Side:
    """What all rows of a table say, and a part of its rows to look at.

    Raises:
        EngineError: The file cannot be read.
    """
    with TableEngine(folder, readable=[path], memory_bytes=memory_bytes) as engine:
        columns = scan_columns(
            engine, path, folder, count_distinct=False, on_fraction=lambda part: report(part * 0.8, "Reading every row")
        )
        n_rows = int(engine.rows(f"SELECT count(*) FROM {scan_sql(path)}")[0][0])
    rows = look(path, columns, n_rows, "quick")
    side = TableSide(
        dataset_id=dataset_id,
        name=name,
        version=version,
        n_rows=n_rows,
        n_columns=len(columns),
        n_looked=rows.n_looked,
    )
    return Side(side=side, columns={column.name: column for column in columns}, rows=rows)


def compare_sides(before: Side, after: Side, *, is_same_content: bool, report: Report) -> TableDifference:
    """What is different from the one to the other, the columns that changed most first."""
    shared = [name for name in before.columns if name in after.columns]
    retyped = tuple(
        Retyped(column=name, before=before.columns[name].type, after=after.columns[name].type)
        for name in shared
        if before.columns[name].type is not after.columns[name].type
    )
    changed_type = {one.column for one in retyped}
    alike = [name for name in shared if name not in changed_type]
    shifts = []
    for number, name in enumerate(alike):
        report(number / len(alike), "Comparing columns")
        shifts.append(column_shift(before.columns[name], after.columns[name], before.rows, after.rows))
    shifts.sort(key=lambda shift: (-shift.score, shift.column))
    added = tuple(name for name in after.columns if name not in before.columns)
    removed = tuple(name for name in before.columns if name not in after.columns)
    return TableDifference(
        before=before.side,
        after=after.side,
        is_same_content=is_same_content,
        added=added,
        removed=removed,
        retyped=retyped,
        sentences=tuple(_sentences(before, after, added, removed, retyped, shifts, is_same=is_same_content)),
        shifts=tuple(shifts),
        is_reordered=shared != [name for name in after.columns if name in before.columns],
    )


def _sentences(
    before: Side,
    after: Side,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    retyped: tuple[Retyped, ...],
    shifts: list[ColumnShift],
    *,
    is_same: bool,
) -> list[str]:
    if is_same:
        return ["Both hold exactly the same data."]
    found = [_rows_sentence(before.side.n_rows, after.side.n_rows)]
    for names, word in ((added, "added"), (removed, "gone")):
        if names:
            columns = "1 column is" if len(names) == 1 else f"{len(names):,} columns are"
            found.append(f"{columns} {word}: {listed([shorten(name) for name in names])}.")
    found += [f"{shorten(one.column)} was {one.before.value} and is {one.after.value} now." for one in retyped[:3]]
    moved = [shift for shift in shifts if shift.change != "none"]
    found += [shift.sentence for shift in moved[:MOST_SENTENCES]]
    if len(moved) > MOST_SENTENCES:
        found.append(f"{len(moved) - MOST_SENTENCES:,} more columns have changed.")
    if not moved and shifts:
        found.append("No column that both have has changed noticeably.")
    return found


def _rows_sentence(before: int, after: int) -> str:
    if before == after:
        return f"Both have {before:,} rows."
    word = "more" if after > before else "fewer"
    return f"{abs(after - before):,} rows {word}: {before:,} before, {after:,} after."

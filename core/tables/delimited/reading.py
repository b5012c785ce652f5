"""Delimited text to Parquet: one fast reading that tolerates nothing, and a careful one for whatever stops it.

The fast reading relies on the types that the first rows suggest and stops at the first cell or row that is
not as planned, so what it lets through needs no second look. The careful reading repairs irregular rows, keeps every
cell as text, counts over all rows which type each column has, and converts last.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from core.tables.delimited.conversion import Reading, exact_sql, strict_sql
from core.tables.delimited.encoding import prepare_text
from core.tables.delimited.layout import Layout, lay_out, layout_notices, no_rows
from core.tables.delimited.repair import RegularRows
from core.tables.delimited.typing import MISSING_TEXTS, CellCounts, ColumnPlan, count_cells, plan_column
from core.tables.engine import Engine, EngineError, OnFraction, name_sql, text_sql
from core.tables.pieces import WIDE_COLUMNS, column_pieces, merge_pieces, split_rows
from core.tables.progress import window
from core.tables.spec import ImportOptions, Ingested, Limits, Progress
from core.types import Notice

READING = "Reading"
WRITING = "Writing Parquet"
COLUMNS_PER_COUNT = 200


def ingest_delimited(
    source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress
) -> Ingested:
    """Write the table in the text ``source`` to ``destination`` as Parquet.

    Args:
        source: Text in any common encoding.
        destination: Parquet file to write; its folder may hold temporary files.
        options: What the person knows; the rest is sniffed.
        limits: Bounds on columns and memory.
        on_progress: Told of the done part and the stage.

    Raises:
        UnreadableFile: The text is no table; the message says what and where.
    """
    folder = destination.parent
    text = prepare_text(source, folder, encoding=options.encoding, on_fraction=window(on_progress, 0.0, 0.15, READING))
    with Engine(folder, readable=[source], memory_bytes=limits.memory_bytes) as engine:
        layout = lay_out(engine, text, options, limits)
        try:
            n_rows, notices = _read(engine, layout, destination, on_progress)
        except EngineError as error:
            raise engine.refusal(error) from error
    if not n_rows:
        raise no_rows(has_header=layout.has_header)
    notices = (*layout_notices(layout, options), *notices)
    return Ingested(n_rows=n_rows, notices=notices, options_used=options.model_copy(update=layout.options_used))


def _read(engine: Engine, layout: Layout, destination: Path, on_progress: Progress) -> tuple[int, tuple[Notice, ...]]:
    """Rows written to ``destination``, and what the reading noticed. Raises EngineError, UnreadableFile."""
    is_regular = _looks_regular(layout)
    if is_regular and all(plan.is_settled for plan in layout.plans.values()):
        try:
            n_rows = _read_fast(engine, layout, destination, window(on_progress, 0.15, 0.7, WRITING))
        except EngineError:
            n_rows = 0  # not as planned; the careful reading finds out why, or says so
        if n_rows and _is_plausible(layout, n_rows):
            return n_rows, tuple(notice for plan in layout.plans.values() for notice in plan.notices)
    return _read_carefully(engine, layout, destination, on_progress, is_regular=is_regular)


def _looks_regular(layout: Layout) -> bool:
    """Whether the engine's own parser may see the text as it is."""
    return (
        bool(layout.text.line_break)
        and layout.sample.starts_plainly
        and not layout.sample.dialect.skips_spaces
        and 1 < layout.n_columns <= WIDE_COLUMNS  # a blank line of a single column would count as a missing cell
        and all(len(row) == layout.n_columns for row in layout.sample.rows)
    )


def _is_plausible(layout: Layout, n_rows: int) -> bool:
    """Whether as many rows came out as the line breaks promise, where they promise anything."""
    if layout.text.has_quotes or layout.text.has_blank_lines:
        return True
    expected = layout.text.n_line_breaks - layout.has_header
    return n_rows in (expected, expected + 1)  # the last line may have no break


def _read_fast(engine: Engine, layout: Layout, destination: Path, on_fraction: OnFraction) -> int:
    select = f"SELECT {_columns_sql(layout, layout.plans.values(), strict_sql)} FROM {_scan(layout)}"
    return engine.write_parquet(select, destination, n_columns=layout.n_columns, on_fraction=on_fraction)


def _read_carefully(
    engine: Engine, layout: Layout, destination: Path, on_progress: Progress, *, is_regular: bool
) -> tuple[int, tuple[Notice, ...]]:
    folder = destination.parent
    texts = [folder / "texts.parquet"]
    mended: tuple[Notice, ...] = ()
    n_rows = 0
    if is_regular:
        try:
            select = f"FROM {_scan(layout)}"
            on_fraction = window(on_progress, 0.15, 0.35, READING)
            n_rows = engine.write_parquet(select, texts[0], n_columns=layout.n_columns, on_fraction=on_fraction)
        except EngineError:
            n_rows = 0  # irregular after all
    if not n_rows or not _is_plausible(layout, n_rows):
        texts, n_rows, mended = _mend(layout, folder, window(on_progress, 0.15, 0.45, READING))
    if not n_rows:
        raise no_rows(has_header=layout.has_header)
    typed: list[Path] = []
    notices = list(mended)
    for number, piece in enumerate(column_pieces(layout.n_columns)):
        start, end = (0.45 + 0.2 * step / len(texts) for step in (number, number + 1))
        on_fraction = window(on_progress, start, end, WRITING)
        plans = _plan_over_all_rows(engine, layout, texts[number], piece)
        target = destination if len(texts) == 1 else folder / f"typed-{number}.parquet"
        select = f"SELECT {_columns_sql(layout, plans, exact_sql)} FROM {_parquet(texts[number])}"
        engine.write_parquet(select, target, n_columns=len(piece), on_fraction=on_fraction)
        texts[number].unlink()
        typed.append(target)
        notices += [notice for plan in plans for notice in plan.notices]
    if len(typed) > 1:
        merge_pieces(typed, destination, window(on_progress, 0.65, 0.7, WRITING))
    return n_rows, tuple(notices)


def _mend(layout: Layout, folder: Path, on_fraction: OnFraction) -> tuple[list[Path], int, tuple[Notice, ...]]:
    """The cells of an irregular or wide text as Parquet files of texts, how many rows, and what was mended."""
    with layout.text.path.open(encoding="utf-8-sig", newline="") as text:
        rows = RegularRows(
            text,
            dialect=layout.sample.dialect,
            n_columns=layout.n_columns,
            has_header=layout.has_header,
            size=layout.text.path.stat().st_size,
            on_fraction=on_fraction,
        )
        texts = split_rows(rows, folder, layout.n_columns, MISSING_TEXTS)
    return texts, rows.n_rows, rows.notices


def _plan_over_all_rows(engine: Engine, layout: Layout, texts: Path, piece: range) -> list[ColumnPlan]:
    """Plans from the counts of every cell; columns that are plainly texts keep theirs."""
    doubtful = [i for i in piece if i not in layout.counts or not layout.counts[i].is_plainly_text]
    counts: dict[int, CellCounts] = {}
    for start in range(0, len(doubtful), COLUMNS_PER_COUNT):
        names = ", ".join(f"c{index}" for index in doubtful[start : start + COLUMNS_PER_COUNT])
        cells = (
            "SELECT CAST(k[2:] AS INTEGER) AS k, v "
            f"FROM (UNPIVOT (SELECT {names} FROM {_parquet(texts)}) ON {names} INTO NAME k VALUE v)"
        )
        counts |= count_cells(engine, cells, decimal=layout.decimal)
    return [
        plan_column(counts.get(index, CellCounts(index)), layout.naming.names[index], day_first=layout.day_first)
        if index in doubtful
        else ColumnPlan(index=index, reading=Reading.TEXT)
        for index in piece
    ]


def _columns_sql(layout: Layout, plans: Iterable[ColumnPlan], convert: Callable[..., str]) -> str:
    names = layout.naming.names
    return ", ".join(
        f"{convert(plan.reading, f'c{plan.index}', decimal=layout.decimal)} AS {name_sql(names[plan.index])}"
        for plan in plans
    )


def _parquet(path: Path) -> str:
    return f"read_parquet({text_sql(str(path))}, hive_partitioning = false)"


def _scan(layout: Layout) -> str:
    """SQL for the cells of a regular text as texts c0, c1, ..., missing ones NULL."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(layout.n_columns))
    missing = ", ".join(text_sql(text) for text in MISSING_TEXTS)
    line_break = "\\n" if layout.text.line_break == "\n" else "\\r\\n"
    # Left to the default on purpose: an explicit strict_mode makes DuckDB 2.0 find no rows after "\r\n".
    return (
        f"read_csv({text_sql(str(layout.text.path))}, auto_detect = false, "
        f"delim = {text_sql(layout.sample.dialect.delimiter)}, quote = '\"', escape = '\"', "
        f"header = {str(layout.has_header).lower()}, columns = {{{columns}}}, nullstr = [{missing}], "
        f"new_line = '{line_break}', compression = 'none', hive_partitioning = false)"
    )

"""Delimited text to Parquet: one fast reading that tolerates nothing, and a careful one for whatever stops it.

The fast reading (see ``fast``) relies on what samples suggest and gives up at the first cell or row that is not as
planned. The careful reading checks every byte, repairs irregular rows, keeps every cell as text, counts over all rows
which type each column has, and converts last.
"""

from collections.abc import Iterable
from pathlib import Path

from core.tables.delimited.conversion import Reading, exact_sql
from core.tables.delimited.encoding import prepare_text, presume_text
from core.tables.delimited.fast import read_fast
from core.tables.delimited.layout import Layout, lay_out, layout_notices, no_rows
from core.tables.delimited.planning import plan_over_all_rows
from core.tables.delimited.repair import RegularRows
from core.tables.delimited.scanning import looks_regular, scan_sql
from core.tables.delimited.typing import MISSING_TEXTS, ColumnPlan
from core.tables.delimited.wide import read_wide
from core.tables.engine import Engine, EngineError, OnFraction, name_sql, text_sql
from core.tables.pieces import WIDE_COLUMNS, column_pieces, merge_pieces, split_rows
from core.tables.progress import window
from core.tables.spec import ImportOptions, Ingested, Limits, Progress
from core.types import Notice

READING = "Reading"
WRITING = "Writing Parquet"


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
    with Engine(folder, readable=[source], memory_bytes=limits.memory_bytes) as engine:
        try:
            layout, n_rows, notices = _read(engine, source, destination, options, limits, on_progress)
        except EngineError as error:
            raise engine.refusal(error) from error
    if not n_rows:
        raise no_rows(has_header=layout.has_header)
    notices = (*layout_notices(layout, options), *notices)
    return Ingested(n_rows=n_rows, notices=notices, options_used=options.model_copy(update=layout.options_used))


def _read(
    engine: Engine, source: Path, destination: Path, options: ImportOptions, limits: Limits, on_progress: Progress
) -> tuple[Layout, int, tuple[Notice, ...]]:
    """The layout, rows written to ``destination``, and what was noticed. Raises EngineError, UnreadableFile."""
    presumed = presume_text(source, encoding=options.encoding)
    if presumed is not None:
        layout = lay_out(engine, presumed, options, limits)
        if found := _read_at_once(engine, layout, destination, window(on_progress, 0.02, 0.7, WRITING)):
            return layout, *found
    on_fraction = window(on_progress, 0.02, 0.15, READING)
    text = prepare_text(source, destination.parent, encoding=options.encoding, on_fraction=on_fraction)
    layout = lay_out(engine, text, options, limits)
    late = window(on_progress, 0.15, 0.7, WRITING)
    if presumed is None and (found := _read_at_once(engine, layout, destination, late)):
        return layout, *found
    return layout, *_read_carefully(engine, layout, destination, on_progress)


def _read_at_once(
    engine: Engine, layout: Layout, destination: Path, on_fraction: OnFraction
) -> tuple[int, tuple[Notice, ...]] | None:
    """Rows and notices of a reading in one pass; None when the text is not regular or not as its samples promise."""
    if layout.n_columns > WIDE_COLUMNS:
        n_rows = read_wide(layout, destination, on_fraction)
        return (n_rows, tuple(notice for plan in layout.plans.values() for notice in plan.notices)) if n_rows else None
    found = read_fast(engine, layout, destination, on_fraction)
    return (found.n_rows, found.notices) if found else None


def _is_plausible(layout: Layout, n_rows: int) -> bool:
    """Whether as many rows came out as the line breaks promise, where they promise anything."""
    if layout.text.has_quotes or layout.text.has_blank_lines:
        return True
    expected = layout.text.n_line_breaks - layout.has_header
    return n_rows in (expected, expected + 1)  # the last line may have no break


def _read_carefully(
    engine: Engine, layout: Layout, destination: Path, on_progress: Progress
) -> tuple[int, tuple[Notice, ...]]:
    folder = destination.parent
    texts = [folder / "texts.parquet"]
    mended: tuple[Notice, ...] = ()
    n_rows = 0
    if looks_regular(layout):
        try:
            select = f"FROM {scan_sql(layout)}"
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
        plans = _plans(engine, layout, texts[number], piece)
        target = destination if len(texts) == 1 else folder / f"typed-{number}.parquet"
        select = f"SELECT {_columns_sql(layout, plans)} FROM {_parquet(texts[number])}"
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


def _plans(engine: Engine, layout: Layout, texts: Path, piece: range) -> list[ColumnPlan]:
    """Plans from the counts of every cell; columns that are plainly texts keep theirs."""
    doubtful = [i for i in piece if i not in layout.counts or not layout.counts[i].is_plainly_text]
    plans = plan_over_all_rows(engine, layout, _parquet(texts), doubtful)
    return [plans.get(index) or ColumnPlan(index=index, reading=Reading.TEXT) for index in piece]


def _columns_sql(layout: Layout, plans: Iterable[ColumnPlan]) -> str:
    parts = []
    for plan in plans:
        sql = exact_sql(plan.reading, f"c{plan.index}", decimal=layout.decimal, thousands=layout.thousands)
        parts.append(f"{sql} AS {name_sql(layout.naming.names[plan.index])}")
    return ", ".join(parts)


def _parquet(path: Path) -> str:
    return f"read_parquet({text_sql(str(path))}, hive_partitioning = false)"

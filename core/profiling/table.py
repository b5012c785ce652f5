"""The whole profile of a stored table, quick or full."""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.profiling.columns import profile_column
from core.profiling.facts import Level, TableFacts
from core.profiling.looking import look
from core.profiling.pairs import Pairs, matrices
from core.profiling.scan import TableEngine, scan_columns, scan_sql
from core.profiling.towards import target_facts
from core.profiling.twins import duplicate_rows, twin_columns
from core.types import Column, Notice

ENGINE_SHARE = 0.5
"""Of the allowed memory; the looked-at rows take the rest."""

Report = Callable[[float, str], None]


def profile_table(
    path: Path,
    *,
    folder: Path,
    memory_bytes: int,
    level: Level,
    target: str | None = None,
    known: Sequence[Column] = (),
    notices: Sequence[Notice] = (),
    report: Report = lambda _fraction, _stage: None,
) -> TableFacts:
    """What is in the table at ``path``.

    Rows, missing cells, bounds, means, deviations, zeros, negatives and lengths come from all rows at both levels. The
    rest comes from at most 100,000 rows (quick) or 5,000,000 (full), chosen once and for all and kept in order;
    comparisons of columns from at most 25,000 or 500,000 of those.

    Args:
        path: Parquet in the normal form.
        folder: Private; the engine spills there.
        memory_bytes: Upper bound of what the work should take.
        level: How much to look at.
        target: The column to be predicted, if any.
        known: What the reading of the file found, for its verdict on identifiers.
        notices: What the reading of the file had to say.
        report: Told of the done part; may raise to cancel.

    Raises:
        EngineError: The file cannot be read.
        KeyError: There is no column ``target``.
    """

    def window(start: float, end: float, stage: str) -> Callable[[float], None]:
        return lambda part: report(start + (end - start) * part, stage)

    identifiers = {column.name for column in known if column.is_identifier}
    is_full = level == "full"
    with TableEngine(folder, readable=[path], memory_bytes=int(memory_bytes * ENGINE_SHARE)) as engine:
        scanning = window(0.0, 0.3, "Reading every row")
        scanned = scan_columns(engine, path, folder, count_distinct=is_full, on_fraction=scanning)
        n_rows = int(engine.rows(f"SELECT count(*) FROM {scan_sql(path)}")[0][0])
        names = [column.name for column in scanned]
        if target is not None and target not in names:
            raise KeyError(target)
        counting = window(0.3, 0.4, "Looking for repeated rows")
        duplicates = duplicate_rows(engine, path, scanned, n_rows, level, counting)
        report(0.4, "Taking a sample")
        rows = look(path, scanned, n_rows, level)
        columns = []
        for number, column in enumerate(scanned):
            report(0.45 + 0.3 * number / len(scanned), f"Describing {column.name}")
            is_identifier = column.name in identifiers
            columns.append(profile_column(column, rows, n_rows=n_rows, is_identifier=is_identifier))
        report(0.75, "Looking for equal columns")
        twins = twin_columns(engine, path, columns, n_rows, level)
    pairs = Pairs(rows=rows, columns=columns, level=level)
    found = matrices(pairs, window(0.8, 0.9, "Comparing columns"))
    towards = None if target is None else target_facts(pairs, target, window(0.9, 1.0, "Looking at the target"))
    return TableFacts(
        level=level,
        target=target,
        n_rows=n_rows,
        n_missing=sum(column.n_missing for column in columns),
        size_bytes=path.stat().st_size,
        memory_bytes=rows.n_bytes(scanned),
        n_looked=rows.n_looked,
        duplicates=duplicates,
        columns=tuple(columns),
        matrices=found,
        twins=twins,
        target_facts=towards,
        notices=tuple(notices),
    )

"""Columns that say which row it is."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded, tokens
from core.types import ColumnType, Severity
from core.wording import counted

FEWEST_ROWS = 30
OWN_VALUE = 0.99
NAMES = frozenset(
    [
        "id",
        "uuid",
        "guid",
        "key",
        "nr",
        "no",
        "number",
        "index",
        "idx",
        "row",
        "rownum",
        "rowid",
        "serial",
        "seq",
        "sequence",
        "record",
        "unnamed",
    ]
)
TELLING = 0.2
EVEN = 0.9999


def check(table: LeakTable) -> Iterable[Finding]:
    """One for each column to be learned from that has its own value in nearly every row and numbers them."""
    n = len(table.scored_y)
    if n < FEWEST_ROWS or table.split.scheme == "time":
        return
    for name in table.of_type(ColumnType.INTEGER, ColumnType.STRING, ColumnType.NUMBER):
        values = table.values(name)
        n_distinct = len(np.unique(values))
        if n_distinct < OWN_VALUE * n:
            continue
        is_named = bool(NAMES & set(tokens(name))) and table.columns[name].type is not ColumnType.NUMBER
        is_counter = values.dtype.kind == "f" and _counts_rows(values, table.scored_rows)
        if not is_counter and not is_named:
            continue
        score = table.scores.get(name, 0.0)
        also = f" It alone goes {score:.0%} of the way to the target: the rows are in a telling order."
        yield Finding(
            severity=_severity(is_named=is_named, is_telling=score >= TELLING),
            columns=(name,),
            sentence=f"{name!r} {'numbers the rows' if is_counter else 'names the rows'}: "
            f"{counted(n_distinct, 'different value')} in {counted(n, 'row')}.{also if score >= TELLING else ''}",
            evidence=(
                {
                    "Column": name,
                    "Different values": n_distinct,
                    "Rows": n,
                    "Score alone": rounded(score),
                },
            ),
            remedy=leave_out(name),
        )


def _severity(*, is_named: bool, is_telling: bool) -> Severity:
    if not is_telling:
        return Severity.INFO
    return Severity.SERIOUS if is_named else Severity.WARNING


def _counts_rows(values: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]) -> bool:
    """Whether the column is whole and rises with the row numbers, evenly."""
    if np.isnan(values).any() or (values != np.round(values)).any():
        return False
    return bool((np.diff(values) > 0).all() and np.corrcoef(values, rows)[0, 1] > EVEN)


SPEC = LeakSpec(
    key="row_numbers",
    label="Row number",
    why="A number that only says which row it is carries the order of the table into the model. Where the table is "
    "sorted by the target, that order is the answer.",
    advice="Leave it out.",
    check=check,
    covered_by=frozenset({"target_copies"}),
)

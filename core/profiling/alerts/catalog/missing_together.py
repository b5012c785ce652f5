"""Columns whose gaps are in the same rows."""

from collections.abc import Iterable

from core.profiling.alerts.spec import AlertSpec, Finding
from core.profiling.alerts.words import named
from core.profiling.facts import Fix, TableFacts

TOGETHER = 0.9
LEAST_SHARE = 0.01


def check(facts: TableFacts) -> Iterable[Finding]:
    """Each group of columns that go missing together."""
    matrix = facts.matrix("missing")
    if matrix is None:
        return
    left = list(range(len(matrix.rows)))
    while left:
        first = left.pop(0)
        group = [first, *(i for i in left if (matrix.values[first][i] or 0.0) >= TOGETHER)]
        left = [i for i in left if i not in group]
        columns = [facts.column(matrix.rows[i]) for i in group]
        if len(group) < 2 or columns[0].missing_share < LEAST_SHARE:
            continue
        yield Finding(
            strength=0.5,
            columns=tuple(column.name for column in columns),
            sentence=f"{named(columns)} are missing in the same rows.",
            fix=Fix(step="add_missing_indicator", params={"columns": [columns[0].name]}),
            fix_label="Mark these rows",
        )


SPEC = AlertSpec(
    key="missing_together",
    label="Gaps in the same rows",
    weight=28,
    why="These gaps have one cause: a form that was not filled in, a device that was off. Such rows may differ from "
    "the others in more than this.",
    check=check,
)

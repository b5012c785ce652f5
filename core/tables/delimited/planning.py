"""Plans of columns from the counts of every cell, for those of which a sample does not tell enough."""

from collections.abc import Iterable

from core.tables.delimited.layout import Layout
from core.tables.delimited.typing import CellCounts, ColumnPlan, count_cells, plan_column
from core.tables.engine import Engine

COLUMNS_PER_COUNT = 200


def plan_over_all_rows(engine: Engine, layout: Layout, source: str, indices: Iterable[int]) -> dict[int, ColumnPlan]:
    """The plan of each of these columns, by index.

    Args:
        engine: May read what ``source`` reads.
        layout: Names, marks and order of dates.
        source: SQL of a relation with the columns c0, c1, ... as texts.
        indices: Of the columns.

    Raises:
        EngineError: The relation cannot be read.
    """
    wanted = list(indices)
    counts: dict[int, CellCounts] = {}
    for start in range(0, len(wanted), COLUMNS_PER_COUNT):
        names = ", ".join(f"c{index}" for index in wanted[start : start + COLUMNS_PER_COUNT])
        cells = (
            "SELECT CAST(k[2:] AS INTEGER) AS k, v "
            f"FROM (UNPIVOT (SELECT {names} FROM {source}) ON {names} INTO NAME k VALUE v)"
        )
        counts |= count_cells(engine, cells, decimal=layout.decimal, thousands=layout.thousands)
    return {
        index: plan_column(counts.get(index, CellCounts(index)), layout.naming.names[index], day_first=layout.day_first)
        for index in wanted
    }

"""Charts of several numbers of the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.charts import arithmetic
from core.charts.dividing import Divided
from core.charts.groups import MOST_COLORS, find_groups, group_sql
from core.charts.points import point_data
from core.charts.scripts import category_line, needs
from core.charts.spec import Frame, Script
from core.charts.table import ChartTable
from core.expressions.quoting import name_sql


def frame_of_many(params: Any, table: ChartTable, most: int) -> Frame:
    """A sample of the rows that have all of ``params.columns``, as numbers, with their colour."""
    names = list(params.columns)
    needed = [*names, None if params.show_missing else params.color]
    view = table.view(params.filters, needed, also=[params.color])
    color = find_groups(table, view, "color", params.color, top=MOST_COLORS, show_missing=params.show_missing)
    divided = Divided(table=table, view=view, groupings=(color,))
    cells = [*group_sql(divided.groupings), *(f"{name_sql(name)}::DOUBLE" for name in names)]
    found = table.sample(view, cells, most)
    parts = [f"column_{place + 1}" for place in range(len(names))]
    data = point_data(divided.groupings, found, parts)
    return divided.frame(data, n_shown=len(found), names=dict(zip(parts, names, strict=True)))


def many_code(params: Any, most: int, figure: Sequence[str]) -> Script:
    """The same sample with pandas."""
    names = list(params.columns)
    lines = [
        needs(*names, *([] if params.show_missing else [params.color])),
        "work = pd.DataFrame(index=rows.index)",
        *category_line("color", params.color, MOST_COLORS, params.show_missing),
        *(f"work['column_{place + 1}'] = rows[{name!r}].astype(float)" for place, name in enumerate(names)),
        f"result = sample(work, {most})",
    ]
    return Script(lines=lines, figure=figure, helpers=[arithmetic.sample, arithmetic.categories])

"""What a recipe would make: rows and columns, counted, with changed cells marked."""

import math
from typing import TYPE_CHECKING

import streamlit as st

from app.ui import numbers
from app.ui.panels import facts
from app.ui.text import plain
from core.recipes.types import RecipePreview

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

CHANGED = "background-color: rgba(194, 87, 12, 0.24)"
ADDED = "background-color: rgba(14, 116, 144, 0.16)"
NUMBER = "\x01row"
MAX_SHOWN_COLUMNS = 200
FEW_COLUMNS = 6
"""More columns hide the changed ones from view, so these are shown alone at first."""


def show_result(preview: RecipePreview, *, has_steps: bool, key: str) -> None:
    """Size before and after, and the first rows."""
    n_columns = len(preview.columns)
    n_before = n_columns - sum(column.origin is None for column in preview.columns) + len(preview.columns_removed)
    facts(
        {
            "Rows": _before_after(preview.n_rows_before, preview.n_rows_after),
            "Columns": _before_after(n_before, n_columns),
            "Counted on": f"{numbers.count(preview.n_rows_before)} of {numbers.count(preview.n_rows_total)} rows"
            if preview.is_sample
            else "all rows",
        }
    )
    if preview.is_sample:
        st.caption(
            "The table is large: these counts are those of a sample, spread evenly over it. The next version is made "
            "from all rows."
        )
    shown = _shown_columns(preview, key=key)
    st.dataframe(
        _marked(preview, shown),
        hide_index=True,
        height=420,
        column_config={NUMBER: st.column_config.NumberColumn("Row", width="small", pinned=True)},
        alt="Rows after the recipe, with changed cells marked",
    )
    st.caption(plain(_legend(preview, shown, has_steps=has_steps)))


def _shown_columns(preview: RecipePreview, *, key: str) -> list[int]:
    """Positions of the columns in the picture: all, or those that differ."""
    marked = {index for _, index in preview.changed}
    marked |= {index for index, column in enumerate(preview.columns) if column.origin is None}
    everything = list(range(len(preview.columns)))
    if not marked or len(marked) == len(everything):
        return everything[:MAX_SHOWN_COLUMNS]
    is_narrow = st.toggle("Only columns that change", value=len(everything) > FEW_COLUMNS, key=key)
    return (sorted(marked) if is_narrow else everything)[:MAX_SHOWN_COLUMNS]


def _legend(preview: RecipePreview, shown: list[int], *, has_steps: bool) -> str:
    said = []
    if preview.changed:
        said.append(f"{numbers.count(len(preview.changed), 'cell')} of them changed (orange)")
    added = [column.name for column in preview.columns if column.origin is None]
    if added:
        said.append(f"new: {_named(added)} (blue)")
    if preview.columns_removed:
        said.append(f"removed: {_named(preview.columns_removed)}")
    if has_steps and not said:
        said.append("nothing differs in them")
    n_rows = len(preview.rows)
    is_head = not n_rows or preview.row_numbers[-1] == n_rows
    text = f"The first {numbers.count(n_rows, 'row')}" if is_head else "The first rows, then some that change"
    if len(shown) < len(preview.columns):
        text += f", {len(shown)} of {numbers.count(len(preview.columns), 'column')}"
    return "; ".join((text, *said)) + "."


def _before_after(before: int, after: int) -> str:
    return numbers.count(after) if before == after else f"{numbers.count(before)} → {numbers.count(after)}"


def _named(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _marked(preview: RecipePreview, shown: list[int]) -> "Styler":
    import numpy as np
    import pandas as pd

    columns = [preview.columns[index] for index in shown]
    # Names hold no control characters, so this one is no column's.
    cells = {NUMBER: pd.Series(preview.row_numbers)} | {
        column.name: pd.Series([row[index] for row in preview.rows], dtype=object)
        for index, column in zip(shown, columns, strict=True)
    }
    frame = pd.DataFrame(cells).infer_objects()
    marks = np.full(frame.shape, "", dtype=object)
    for place, column in enumerate(columns, start=1):
        if column.origin is None:
            marks[:, place] = ADDED
    places = {index: place for place, index in enumerate(shown, start=1)}
    for row, index in preview.changed:
        if index in places:
            marks[row, places[index]] = CHANGED
    styled = frame.style.apply(lambda _: pd.DataFrame(marks, index=frame.index, columns=frame.columns), axis=None)
    return styled.format(_cell_text)


def _cell_text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)

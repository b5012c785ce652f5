"""Parts of the Datasets page."""

import math
from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.words import TYPE_WORD
from core.records import Dataset, DatasetSummary
from core.types import Column, ColumnType, DatasetStatus

ROWS_A_PAGE = 100
LONGEST_BOUND = 6
"""Ends of a range with more characters are shortened."""

STATUS_WORD = {
    DatasetStatus.QUEUED: "◷ waiting",
    DatasetStatus.RUNNING: "▶ being read",
    DatasetStatus.READY: "✓ ready",
    DatasetStatus.FAILED: "✕ not readable",
}


def overview(datasets: Sequence[DatasetSummary], *, selected: str | None, key: str) -> str | None:
    """All datasets, newest first. Returns the id of the row that a person has just chosen."""
    rows = [
        {
            "Dataset": f"{dataset.name} v{dataset.version}",
            "State": STATUS_WORD[dataset.status],
            "Rows": numbers.count(dataset.n_rows),
            "Columns": numbers.count(dataset.n_columns or None),
            "Size": numbers.file_size(dataset.size_bytes),
            "Added": numbers.relative_time(dataset.created_at),
        }
        for dataset in datasets
    ]
    state = st.dataframe(
        rows,
        # A new dataset or a new choice by address starts a new widget, so that an old selection does not win over it.
        key=f"{key}-{len(rows)}-{selected}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={name: st.column_config.TextColumn(alignment="right") for name in ("Rows", "Columns", "Size")},
        # Few rows are shown beside an open dataset, which is to be seen without scrolling.
        height=min(38 + 35 * len(rows), 178 if selected else 250),
        alt="Datasets with state and size",
    )
    chosen: list[int] = state["selection"]["rows"]
    return datasets[chosen[0]].id if chosen and chosen[0] < len(datasets) else None


def row_table(dataset: Dataset, *, key: str) -> None:
    """The rows, a page at a time."""
    n_pages = max(1, math.ceil((dataset.n_rows or 0) / ROWS_A_PAGE))
    page = st.pagination(n_pages, key=f"{key}-{dataset.id}-page") if n_pages > 1 else 1
    offset = (page - 1) * ROWS_A_PAGE
    with guard():
        rows = services().datasets.preview(dataset.id, n_rows=ROWS_A_PAGE, offset=offset)
    st.dataframe(rows, hide_index=True, alt=f"Rows {offset + 1} to {offset + len(rows)}")


def column_table(dataset: Dataset) -> None:
    """One line a column: type, gaps, spread and a small picture."""
    n_rows = dataset.n_rows or 0
    st.dataframe(
        [_column_row(column, n_rows) for column in dataset.columns],
        hide_index=True,
        column_config={
            "Missing": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Distribution": st.column_config.BarChartColumn(
                help="How many rows fall into each of equally wide ranges of the values."
            ),
            "Range or frequent values": st.column_config.TextColumn(width="large"),
        },
        alt="Columns with type, missing share, distinct values and distribution",
    )
    if sample_sizes := [column.sample_size for column in dataset.columns if column.sample_size is not None]:
        st.caption(
            f"A large table: distinct values are estimated, and medians, frequent values and distributions come from "
            f"{numbers.count(min(sample_sizes), 'row', 'rows')} spread evenly over it. The rest counts every row."
        )


def _column_row(column: Column, n_rows: int) -> dict[str, object]:
    return {
        "Column": column.name,
        "Type": TYPE_WORD[column.type],
        "Missing": column.n_missing / n_rows if n_rows else 0.0,
        "Distinct": column.n_distinct,
        "Distribution": [bar.count for bar in column.histogram] or None,
        "Range or frequent values": _summary(column, n_rows),
    }


def _summary(column: Column, n_rows: int) -> str:
    is_quantity = column.type.is_numeric or column.type is ColumnType.DATETIME
    if column.top_values and not is_quantity and not column.is_identifier:
        return ", ".join(f"{top.value} ({numbers.percent(top.count / n_rows)})" for top in column.top_values[:4])
    if column.minimum is None:
        return numbers.MISSING
    summary = f"{_bound(column, column.minimum)} to {_bound(column, column.maximum)}"
    if column.mean is not None:
        summary += f", mean {numbers.significant(column.mean)}, median {numbers.significant(column.median)}"
    return summary


def _bound(column: Column, text: str | None) -> str:
    """An end of a range: long numbers are shortened, and a day without a time of day is only a day."""
    if text is None:
        return numbers.MISSING
    if not column.type.is_numeric:
        return text.removesuffix("T00:00:00")
    if column.type is ColumnType.INTEGER:
        return numbers.count(int(float(text)))
    return text if len(text) <= LONGEST_BOUND else numbers.significant(float(text), digits=4)

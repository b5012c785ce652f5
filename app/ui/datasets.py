"""Parts of the Datasets page."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.text import plain
from core.records import Dataset, DatasetSummary
from core.types import Column, ColumnType, DatasetStatus

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
            "Dataset": dataset.name,
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
        height=min(38 + 35 * len(rows), 250),
        alt="Datasets with state and size",
    )
    chosen: list[int] = state["selection"]["rows"]
    return datasets[chosen[0]].id if chosen and chosen[0] < len(datasets) else None


@st.fragment(run_every="1s")
def reading_panel(dataset_id: str) -> None:
    """Progress of an ingest; the page runs again when it is over."""
    with guard():
        dataset = services().datasets.get(dataset_id)
    if dataset.status.is_terminal:
        st.rerun()
    st.progress(dataset.progress, text=f"{plain(dataset.stage)} · {dataset.progress:.0%}")
    st.caption("You can leave this page; the file is read in the background.")


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


def _column_row(column: Column, n_rows: int) -> dict[str, object]:
    return {
        "Column": column.name,
        "Type": column.type.value,
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
    summary = f"{column.minimum} to {column.maximum}"
    if column.mean is not None:
        summary += f", mean {numbers.significant(column.mean)}, median {numbers.significant(column.median)}"
    return summary

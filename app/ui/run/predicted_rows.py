"""Single rows of a run with what was said of them."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.services.evaluations import table_csv
from app.ui import numbers
from app.ui.computing import answer
from app.ui.text import plain
from core.records import Run
from core.types import LearningTask, Split
from evaluation.computations.confusion_rows import PredictedRow, PredictedRows

PAGE = 50
ORDERS = {"worst": "Most wrong first", "best": "Most right first", "file": "As in the file"}


def show_rows(
    run: Run, split: Split, *, true_class: str | None = None, predicted_class: str | None = None, key: str
) -> None:
    """The rows of one cell of the confusion matrix, or all of them, some at a time."""
    order_column, page_column = st.columns([2, 1], vertical_alignment="bottom")
    order = order_column.segmented_control(
        "Order",
        list(ORDERS),
        default="worst",
        required=True,
        format_func=ORDERS.__getitem__,
        key=f"{key}-order",
        label_visibility="collapsed",
    )
    where = f"{key}-page-{split}-{true_class}-{predicted_class}-{order}"
    page = int(page_column.number_input("Page", 1, 10_000, 1, key=where))
    params = {
        "run_id": run.id,
        "split": split.value,
        "true_class": true_class,
        "predicted_class": predicted_class,
        "order": order,
        "offset": (page - 1) * PAGE,
        "limit": PAGE,
    }
    services().evaluations.note_look("confusion_rows", params)
    found = answer("confusion_rows", params, PredictedRows, key=f"{key}-answer")
    if found is None:
        return
    if not found.rows:
        st.caption("There are no such rows." if page == 1 else "There are no more rows. Go back a page.")
        return
    first = (page - 1) * PAGE + 1
    st.caption(
        f"Rows {numbers.count(first)} to {numbers.count(first + len(found.rows) - 1)} of "
        f"{numbers.count(found.n_matching)}, {split.value} part."
    )
    is_class = run.config.task is LearningTask.CLASSIFICATION
    table = [_shown(row, found.columns, is_class=is_class) for row in found.rows]
    st.dataframe(table, hide_index=True, alt="Rows with truth, prediction and all columns")
    st.download_button(
        "These rows (CSV)",
        table_csv(table),
        file_name="rows.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"{key}-csv",
        on_click="ignore",
    )


def _shown(row: PredictedRow, columns: tuple[str, ...], *, is_class: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"Row": row.row_number}
    if is_class:
        shown |= {
            "Truth": row.truth,
            "Prediction": row.prediction,
            "Probability of it": numbers.percent(row.probability),
            "Probability of the truth": numbers.percent(row.probability_of_truth),
        }
    else:
        shown |= {
            "Truth": numbers.significant(float(row.truth)),
            "Prediction": numbers.significant(float(row.prediction)),
            "Off by": numbers.significant(row.error),
        }
    for name, cell in zip(columns, row.cells, strict=True):
        shown[name if name not in shown else f"{name} (column)"] = cell
    return shown


def cell_words(true_class: str, predicted_class: str) -> str:
    """A cell of the confusion matrix in words."""
    if true_class == predicted_class:
        return f"Rows of {plain(true_class)} that were recognised"
    return f"Rows of {plain(true_class)} taken for {plain(predicted_class)}"

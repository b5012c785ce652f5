"""How a statement is carried out, as a tree."""

import streamlit as st

from app.ui import numbers
from app.ui.text import plain
from core.sql.types import PlanNode, PlanResult

_INDENT = "\u2003"


def show_plan(plan: PlanResult) -> None:
    """The steps, what each feeds the one above it."""
    if plan.is_measured:
        st.caption(f"Measured: {numbers.duration(plan.duration_s)} in all. Read from the bottom up.")
    else:
        st.caption("Expected, not run. Read from the bottom up; numbers of rows are guesses.")
    rows = list(_rows(plan.root, 0))
    config = {
        "Rows": st.column_config.TextColumn(alignment="right"),
        "Time": st.column_config.TextColumn(alignment="right"),
    }
    st.dataframe(rows, hide_index=True, column_config=config, key="sql-plan-table", alt="Steps of the plan")
    if plan.is_measured:
        slowest = max(_nodes(plan.root), key=lambda node: node.duration_s or 0.0)
        st.caption(f"The longest step: {plain(slowest.label)}, {_time(slowest.duration_s)}.")


def _rows(node: PlanNode, depth: int) -> list[dict[str, str]]:
    expected = "" if node.n_rows_expected is None else f"≈ {numbers.count(node.n_rows_expected)}"
    row = {
        "Step": f"{_INDENT * depth}{node.label}",
        "Rows": expected if node.n_rows is None else numbers.count(node.n_rows),
        "Time": _time(node.duration_s),
        "Details": " · ".join(node.details),
    }
    return [row, *(below for child in node.children for below in _rows(child, depth + 1))]


def _nodes(node: PlanNode) -> list[PlanNode]:
    return [node, *(below for child in node.children for below in _nodes(child))]


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1_000:,.1f} ms" if seconds < 1 else numbers.duration(seconds)

"""The answer to a question: a number, rows, a chart, a test, or what the table is like."""

from collections.abc import Callable

import streamlit as st

from app.ui import numbers, places
from app.ui.chart_view import show_picture
from app.ui.computing import answer
from app.ui.datasets import column_table
from app.ui.figures import show_figure
from app.ui.sql.charting import show_chart
from app.ui.sql.results import show_rows, size_words
from app.ui.text import plain
from app.ui.words import show_notices
from core.charts.rendering import DrawnChart
from core.profiling.facts import Profile
from core.questions.types import Plan
from core.records import Dataset
from core.sql.types import QueryResult
from core.statistics.result import TestResult


def show_answer(dataset: Dataset, plan: Plan, *, key: str) -> None:
    """Carry out ``plan`` and show what comes of it."""
    show: dict[str, Callable[[Dataset, Plan, str], None]] = {
        "query": _show_query,
        "chart": _show_drawn,
        "test": _show_test,
        "profile": _show_profile,
    }
    show[plan.kind](dataset, plan, key)


def _show_query(dataset: Dataset, plan: Plan, key: str) -> None:
    del dataset
    result = answer("query", plan.params, QueryResult, key=f"{key}-query")
    if result is None:
        return
    if result.n_rows == 1 and len(result.columns) <= 4:
        _show_numbers(result, key=key)
        return
    has_chart = result.n_rows > 1 and any(column.is_numeric for column in result.columns) and len(result.columns) <= 4
    view = "Rows"
    if has_chart:
        view = st.segmented_control(
            "View", ["Rows", "Chart"], default="Rows", required=True, key=f"{key}-view", label_visibility="collapsed"
        )
    if view == "Chart":
        show_chart(result, key=f"{key}-chart")
    else:
        show_rows(result, key=f"{key}-rows")
    st.caption(size_words(result))


def _show_numbers(result: QueryResult, *, key: str) -> None:
    """One row as large numbers."""
    del key
    for place, column, value in zip(st.columns(len(result.columns)), result.columns, result.rows[0], strict=True):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        shown = (numbers.count(value) if isinstance(value, int) else numbers.significant(value)) if is_number else value  # type: ignore[arg-type]
        name = "Rows" if column.name == "n_rows" else column.name.replace("_", " ")
        place.metric(plain(name), plain(numbers.MISSING if shown is None else shown))


def _show_drawn(dataset: Dataset, plan: Plan, key: str) -> None:
    del dataset
    drawn = answer("chart", plan.params, DrawnChart, key=f"{key}-chart")
    if drawn is not None:
        show_picture(drawn, key=f"{key}-picture")


def _show_test(dataset: Dataset, plan: Plan, key: str) -> None:
    result = answer("statistical_test", plan.params, TestResult, key=f"{key}-test")
    if result is None:
        return
    st.markdown(f"#### {plain(result.sentence)}")
    p_value = "p < 0.001" if result.p_value < 0.001 else f"p = {numbers.significant(result.p_value)}"
    effect = f"{result.effect.name} {numbers.significant(result.effect.value)}"
    st.caption(
        plain(
            f"{result.label} · {p_value} · {effect} {result.effect.word} · {numbers.count(result.n_used, 'row')} used"
        )
    )
    show_notices(result.warnings)
    if result.pictures:
        show_figure(result.pictures[0].model_dump(), key=f"{key}-figure")
    st.page_link(
        places.STATISTICS,
        label="Assumptions, power and code: Statistics",
        icon=":material/functions:",
        query_params={"dataset": dataset.id},
    )


def _show_profile(dataset: Dataset, plan: Plan, key: str) -> None:
    rows, columns = numbers.count(dataset.n_rows, "row"), numbers.count(len(dataset.columns), "column")
    if plan.topic == "size":
        st.markdown(f"#### {rows}, {columns}")
        return
    if plan.topic in ("columns", "overview"):
        st.markdown(f"{rows}, {columns}.")
        column_table(dataset)
        return
    if plan.topic == "missing":
        _show_gaps(dataset)
        return
    profile = answer("profile", plan.params, Profile, key=f"{key}-profile")
    if profile is None:
        return
    if not profile.alerts:
        st.success("Nothing odd was found.", icon=":material/check_circle:")
    for alert in profile.alerts[:8]:
        st.markdown(f"- **{plain(alert.label)}**: {plain(alert.sentence)}")
    if len(profile.alerts) > 8:
        st.caption(f"{len(profile.alerts) - 8} more are under Overview.")


def _show_gaps(dataset: Dataset) -> None:
    gaps = sorted((column for column in dataset.columns if column.n_missing), key=lambda column: -column.n_missing)
    if not gaps:
        st.success("No value is missing.", icon=":material/check_circle:")
        return
    n_rows = dataset.n_rows or 1
    st.dataframe(
        [
            {"Column": column.name, "Missing": numbers.count(column.n_missing), "Share": column.n_missing / n_rows}
            for column in gaps
        ],
        hide_index=True,
        column_config={"Share": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1)},
        alt="Columns with missing values",
    )

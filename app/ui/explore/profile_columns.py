"""Columns of a profile: all of them small on the left, the chosen one large on the right."""

from typing import Any

import streamlit as st

from app.ui import numbers
from app.ui.explore.profile_figures import histogram_figure, values_figure
from app.ui.text import plain
from core.profiling.facts import ColumnProfile, NumberFacts, TableFacts, TextFacts, TimeFacts
from core.profiling.wording import KINDS
from core.records import Dataset
from core.types import ColumnType

SHARES = {0.01: "1 %", 0.05: "5 %", 0.25: "25 %", 0.5: "Median", 0.75: "75 %", 0.95: "95 %", 0.99: "99 %"}
N_SMALL_BARS = 20


def show_columns(dataset: Dataset, facts: TableFacts) -> None:
    """The list and the chosen column; which one it is stays in the address."""
    names = [column.name for column in facts.columns]
    wanted = st.query_params.get("column", "")
    chosen = wanted if wanted in names else names[0]
    list_part, detail_part = st.columns([1, 1], gap="medium")
    with list_part:
        clicked = _list(dataset, facts, names.index(chosen))
    if names[clicked] != wanted:
        st.query_params["column"] = chosen = names[clicked]
    with detail_part:
        _detail(facts.column(chosen), facts)


def _list(dataset: Dataset, facts: TableFacts, chosen: int) -> int:
    """A line for each column. Returns the position of the chosen one."""
    state = st.dataframe(
        [
            {
                "Column": column.name,
                "Kind": KINDS[column.kind],
                "Values": _small_bars(column),
                "Missing": column.missing_share,
            }
            for column in facts.columns
        ],
        key=f"overview-columns-{dataset.id}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [chosen], "columns": [], "cells": []}},
        column_config={
            "Column": st.column_config.TextColumn(width=116),
            "Kind": st.column_config.TextColumn(width=92),
            "Values": st.column_config.BarChartColumn(
                width=76,
                y_min=0,
                help="How the values spread over their range, or how often the frequent ones occur.",
            ),
            "Missing": st.column_config.NumberColumn(width=66, format="percent"),
        },
        height=min(38 + 35 * len(facts.columns), 560),
        alt="Columns with kind, small distribution and missing share; choose one to see it large",
    )
    rows: list[int] = state["selection"]["rows"]
    return rows[0] if rows and rows[0] < len(facts.columns) else chosen


def _small_bars(column: ColumnProfile) -> list[int] | None:
    if column.histogram and column.kind not in ("flag", "identifier"):
        counts = [bar.count for bar in column.histogram]
        step = max(1, len(counts) // N_SMALL_BARS)
        return [sum(counts[start : start + step]) for start in range(0, len(counts), step)]
    return [value.count for value in column.top_values] or None


def _detail(column: ColumnProfile, facts: TableFacts) -> None:
    st.markdown(f"#### {plain(column.name)}")
    st.caption(f"{KINDS[column.kind]} · stored as {column.type.value}{_sampled(column)}")
    _figures(column)
    shown: dict[str, str] = {
        "Missing": f"{numbers.count(column.n_missing)} ({numbers.percent(column.missing_share)})",
        "Different values": f"{'' if column.is_distinct_exact else 'about '}{numbers.count(column.n_distinct)}",
    }
    if column.minimum is not None and column.type is not ColumnType.STRING:
        shown |= {"Lowest": column.minimum, "Highest": column.maximum or ""}
    if column.numbers:
        shown |= _number_words(column.numbers, column.n_looked)
    if column.texts:
        shown |= _text_words(column.texts)
    if column.times:
        shown |= _time_words(column.times)
    if column.order:
        shown["Order"] = f"{column.order} from row to row"
    _table(shown)
    if column.numbers:
        _quantiles(column.numbers)
    if column.texts and column.texts.variants:
        _variants(column.texts)
    if column.times and column.times.largest_gaps:
        st.caption("Largest gaps")
        st.dataframe(
            [{"From": gap.start, "To": gap.end, "Length": numbers.duration(gap.seconds)} for gap in _gaps(column)],
            hide_index=True,
        )
    _related(column, facts)


def _gaps(column: ColumnProfile) -> Any:
    return column.times.largest_gaps if column.times else ()


def _sampled(column: ColumnProfile) -> str:
    if column.n_looked >= column.n:
        return ""
    return f" · shape and quantiles from {numbers.count(column.n_looked)} of {numbers.count(column.n)} values"


def _figures(column: ColumnProfile) -> None:
    has_range = bool(column.histogram) and column.kind not in ("flag", "identifier")
    if has_range:
        figure = histogram_figure(column, column.histogram, "", "")
        st.plotly_chart(figure, key="overview-histogram", alt=f"Distribution of {column.name}", config=_QUIET)
    elif column.top_values and column.kind != "identifier":
        figure = values_figure(column.top_values, column.n_looked, "")
        st.plotly_chart(figure, key="overview-values", alt=f"Frequent values of {column.name}", config=_QUIET)
    if column.kind == "text" and column.texts and column.texts.length_histogram:
        figure = histogram_figure(column, column.texts.length_histogram, "", "Characters in a text")
        st.plotly_chart(figure, key="overview-lengths", alt=f"Lengths of the texts in {column.name}", config=_QUIET)
    with st.popover("Table", icon=":material/table_rows:"):
        _figure_table(column, is_range=has_range)


_QUIET = {"displayModeBar": False}


def _figure_table(column: ColumnProfile, *, is_range: bool) -> None:
    if is_range and column.type is not ColumnType.DATETIME:
        st.dataframe(
            [{"From": bar.low, "To": bar.high, "Rows": bar.count} for bar in column.histogram], hide_index=True
        )
    if column.top_values:
        st.dataframe([{"Value": top.value, "Rows": top.count} for top in column.top_values], hide_index=True)
    if not column.top_values and not column.histogram:
        st.caption("Every value is different.")


def _number_words(found: NumberFacts, n_looked: int) -> dict[str, str]:
    words = {
        "Mean": numbers.significant(found.mean, digits=4),
        "Standard deviation": numbers.significant(found.std, digits=4),
        "Zeros": numbers.count(found.n_zeros),
        "Negative": numbers.count(found.n_negatives),
        "Skew": numbers.significant(found.skew),
        "Kurtosis": numbers.significant(found.kurtosis),
    }
    if found.n_infinite:
        words["Infinite"] = numbers.count(found.n_infinite)
    if found.outliers:
        n = found.outliers.n_low + found.outliers.n_high
        words["Beyond the fences"] = f"{numbers.count(n)} ({numbers.percent(n / max(1, n_looked))})"
        words["Far by robust z"] = numbers.count(found.outliers.n_robust)
    return words


def _text_words(found: TextFacts) -> dict[str, str]:
    words = {
        "Characters": f"{numbers.count(found.min_length)} to {numbers.count(found.max_length)}, "
        f"mean {numbers.significant(found.mean_length)}",
        "Words": f"mean {numbers.significant(found.mean_words)}",
    }
    for pattern in found.patterns[:4]:
        words[f"Looks like {pattern.pattern}"] = f"{numbers.percent(pattern.share)}, such as {pattern.example!r}"
    if found.n_padded:
        words["Spaces at the ends"] = numbers.count(found.n_padded)
    return words


def _time_words(found: TimeFacts) -> dict[str, str]:
    step = f"every {found.step_label}" if found.step_label else "irregular"
    return {
        "Step": f"{step} ({numbers.percent(found.regular_share)} of the distances)",
        "Gaps": numbers.count(found.n_gaps),
        "Repeated moments": numbers.count(found.n_repeated),
    }


def _table(pairs: dict[str, str]) -> None:
    """Facts in two columns; one below the other on a phone."""
    lines = [f":gray[{plain(name)}] {plain(value)}" for name, value in pairs.items()]
    half = (len(lines) + 1) // 2
    for place, part in zip(st.columns(2), (lines[:half], lines[half:]), strict=True):
        place.markdown("  \n".join(part))


def _quantiles(found: NumberFacts) -> None:
    values = {quantile.share: quantile.value for quantile in found.quantiles}
    if values:
        st.caption("Quantiles: so much of the values lies at or below")
        st.dataframe(
            [{words: numbers.significant(values[share], digits=4) for share, words in SHARES.items()}],
            hide_index=True,
            alt="Quantiles",
        )


def _variants(found: TextFacts) -> None:
    st.caption("One thing in several spellings")
    st.dataframe(
        [
            {"Most frequent": group.values[0].value, "Also": ", ".join(repr(v.value) for v in group.values[1:])}
            for group in found.variants
        ],
        hide_index=True,
    )


def _related(column: ColumnProfile, facts: TableFacts) -> None:
    """Which columns go with this one most."""
    matrix = facts.matrix("spearman")
    if matrix is None or column.name not in matrix.rows:
        return
    values = matrix.values[matrix.rows.index(column.name)]
    pairs = [(name, value) for name, value in zip(matrix.columns, values, strict=True) if name != column.name]
    known = sorted((pair for pair in pairs if pair[1] is not None), key=lambda pair: -abs(pair[1] or 0.0))[:3]
    if known:
        words = ", ".join(f"{plain(name)} {numbers.significant(value, digits=2)}" for name, value in known)
        st.markdown(f":gray[Goes with (rank correlation)] {words}")

"""The folds of a run's cross-validation, beside the hold-out score and the dummy's."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.run.spec import RunView
from app.ui.text import plain
from app.ui.theme import BASELINE_LINE, current_palette, plotly_layout
from core.records import Run
from core.resampling import FoldScores, MetricSummary, Resampling
from core.types import Score, Split
from evaluation.registry import METRICS

KIND = {"kfold": "K-fold", "repeated": "Repeated k-fold", "nested": "Nested"}


def show(run: Run) -> None:
    """Mean and interval in front, every fold in a picture, and the table behind."""
    with guard():
        found = services().resampling.get(run.id)
    metrics = {metric.metric: metric for metric in found.summary.metrics}
    if not metrics:
        st.warning("No fold has a score.", icon=":material/warning:")
        _folds_table(found, "")
        return
    first = found.primary_metric if found.primary_metric in metrics else next(iter(metrics))
    chosen = st.selectbox(
        "Metric",
        sorted(metrics, key=lambda key: (key != first, METRICS[key].label)),
        format_func=lambda key: METRICS[key].label,
        key="run-resampling-metric",
    )
    summary = metrics[chosen]
    hold_out = _hold_out(run, chosen)
    _headline(found, summary, hold_out)
    st.plotly_chart(
        dot_plot(found, summary, hold_out),
        key="run-resampling-figure",
        alt=_alt(found, summary, hold_out),
        config={"displaylogo": False},
    )
    st.caption(_reading(found))
    if found.candidates:
        _choices(found, run)
    with st.expander("All folds", icon=":material/table_rows:"):
        _folds_table(found, chosen)
    address = f"/api/v1/runs/{run.id}/resampling"
    files = st.container(horizontal=True)
    files.link_button("Folds (CSV)", f"{address}?format=csv", icon=":material/download:")
    files.link_button("Folds (JSON)", address, icon=":material/data_object:")


def _hold_out(run: Run, metric: str) -> Score | None:
    assert run.result is not None
    return next(
        (score for score in run.result.scores if score.metric == metric and score.split is Split.VALIDATION), None
    )


def _headline(found: Resampling, summary: MetricSummary, hold_out: Score | None) -> None:
    label = METRICS[summary.metric].label
    columns = st.columns(4)
    columns[0].metric(
        f"{label}, mean of folds",
        numbers.score_with_interval(summary.mean, summary.low, summary.high),
        f"{numbers.delta(summary.mean, summary.baseline)} against the baseline",
        delta_color="normal" if METRICS[summary.metric].direction.value == "higher" else "inverse",
        help="95 % interval by the corrected resampled t test (Nadeau and Bengio 2003): folds learn from much the same "
        "rows, so their scores vary together, and a plain interval would be too narrow.",
    )
    columns[1].metric("Deviation of folds", numbers.significant(summary.std), help="Standard deviation of the scores.")
    if found.summary.inner_mean is not None and summary.metric == found.primary_metric:
        columns[2].metric(
            "Inside the folds",
            numbers.significant(found.summary.inner_mean),
            f"{numbers.delta(found.summary.inner_mean, summary.mean)} against outside",
            delta_color="off",
            delta_arrow="off",
            help="Mean score of the settings that won, where they were chosen. The best of many is too good; the mean "
            "of the folds is what tuning really brings.",
        )
    elif hold_out is not None:
        columns[2].metric(
            "On the validation part",
            numbers.score_with_interval(hold_out.value, hold_out.low, hold_out.high),
            help="The run's own hold-out score, with its bootstrap interval.",
        )
    done, planned = found.summary.n_done, found.summary.n_planned
    state = "stopped early" if found.summary.is_stopped else ""
    failed = f"{numbers.count(found.summary.n_failed)} failed" if found.summary.n_failed else ""
    columns[3].metric(
        KIND[found.summary.kind],
        f"{done} of {planned} folds" if done < planned else numbers.count(done, "fold"),
        ", ".join(word for word in (state, failed) if word) or None,
        delta_color="off",
        delta_arrow="off",
    )


def dot_plot(found: Resampling, summary: MetricSummary, hold_out: Score | None) -> dict[str, Any]:
    """A dot for each fold, the mean with its interval, the hold-out score and the dummy's."""
    palette = current_palette()
    metric = METRICS[summary.metric]
    done = [fold for fold in found.folds if summary.metric in fold.scores]
    layout = plotly_layout(f"{metric.label} by fold", metric.label, "", height=320)
    rows = [("Folds", 2), ("Mean", 1), *([("Validation part", 0)] if hold_out is not None else [])]
    layout["yaxis"] |= {
        "tickvals": [place for _, place in rows],
        "ticktext": [name for name, _ in rows],
        "range": [-0.6, 2.6],
        "showgrid": False,
    }
    layout["xaxis"] |= {"showgrid": True}
    layout["margin"] |= {"t": 64}  # room for the baseline's name below the title
    layout["shapes"] = [
        {
            "type": "line",
            "x0": summary.baseline,
            "x1": summary.baseline,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": dict(BASELINE_LINE),
        }
    ]
    layout["annotations"] = [
        {
            "x": summary.baseline,
            "y": 1,
            "yref": "paper",
            "text": "baseline",
            "showarrow": False,
            "yanchor": "bottom",
            "font": {"size": 11, "color": palette.muted},
        }
    ]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [fold.scores[summary.metric] for fold in done],
            "y": [2 + _spread(place, len(done)) for place in range(len(done))],
            "text": [_name(fold, found) for fold in done],
            "marker": {"size": 9, "color": palette.warm, "opacity": 0.8},
            "hovertemplate": "%{text}: %{x:.4f}<extra></extra>",
        },
        _with_interval(summary.mean, summary.low, summary.high, 1, palette.accent, "Mean"),
    ]
    if hold_out is not None:
        traces.append(_with_interval(hold_out.value, hold_out.low, hold_out.high, 0, palette.muted, "Validation part"))
    return {"data": traces, "layout": layout}


def _with_interval(
    value: float, low: float | None, high: float | None, place: int, color: str, name: str
) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [value],
        "y": [place],
        "marker": {"size": 11, "color": color, "symbol": "diamond"},
        "hovertemplate": f"{name}: %{{x:.4f}}<extra></extra>",
    }
    if low is not None and high is not None:
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [high - value],
            "arrayminus": [value - low],
            "color": color,
            "thickness": 2,
            "width": 5,
        }
    return trace


def _spread(place: int, n: int) -> float:
    """Dots of one row stand a little apart, so that equal scores are both seen."""
    return 0.0 if n == 1 else 0.5 * (place / (n - 1) - 0.5)


def _name(fold: FoldScores, found: Resampling) -> str:
    repeat = f"repeat {fold.repeat + 1}, " if found.summary.repeats > 1 else ""
    return f"{repeat}fold {fold.fold + 1}".capitalize()


def _alt(found: Resampling, summary: MetricSummary, hold_out: Score | None) -> str:
    values = [fold.scores[summary.metric] for fold in found.folds if summary.metric in fold.scores]
    text = (
        f"{METRICS[summary.metric].label} of {len(values)} folds from {min(values):.3g} to {max(values):.3g}, mean "
        f"{summary.mean:.3g}; baseline {summary.baseline:.3g}"
    )
    return text + (f"; validation part {hold_out.value:.3g}" if hold_out is not None else "")


def _reading(found: Resampling) -> str:
    text = (
        "Each dot is the whole pipeline, preprocessing included, fitted anew and judged on rows it has not seen. "
        f"{numbers.count(found.n_rows, 'row')} of the train and validation parts take part; the test part does not."
    )
    if found.scheme == "time":
        text += " Folds go forward in time: each learns from what came before it, so later ones learn from more."
    return text


def _choices(found: Resampling, run: Run) -> None:
    """What tuning chose in each fold, where that differs from the run's own settings."""
    names = sorted({name for fold in found.folds for name in _changes(fold, run.config.params)})
    if not names:
        st.info("In every fold, the run's own settings did best.", icon=":material/check_circle:")
        return
    st.markdown("**What tuning chose in each fold**")
    st.dataframe(
        [
            {
                "Fold": fold.fold + 1,
                **{name: str((fold.params or {}).get(name)) for name in names},
                "Inside": numbers.significant(fold.inner_score),
                "Outside": numbers.significant(fold.scores.get(found.primary_metric)),
            }
            for fold in found.folds
        ],
        hide_index=True,
        alt="Settings that won in each fold, with their inner and outer scores",
    )
    st.caption(
        f"The best of {numbers.count(len(found.candidates), 'setting')} inside each fold, the run's own among them. "
        "When folds choose differently, the choice hardly matters or the rows are too few to make it."
    )


def _changes(fold: FoldScores, own: Mapping[str, Any]) -> set[str]:
    return {name for name, value in (fold.params or {}).items() if own.get(name) != value}


def _folds_table(found: Resampling, metric: str) -> None:
    rows = [
        {
            **({"Repeat": fold.repeat + 1} if found.summary.repeats > 1 else {}),
            "Fold": fold.fold + 1,
            **({METRICS[metric].label: numbers.significant(fold.scores.get(metric))} if metric else {}),
            **({"Baseline": numbers.significant(fold.baseline.get(metric))} if metric else {}),
            "Learned from": numbers.count(fold.n_train, "row"),
            "Judged by": numbers.count(fold.n_validation, "row"),
            "Took": numbers.duration(fold.duration_s),
            **({"Problem": fold.error} if found.summary.n_failed else {}),
        }
        for fold in found.folds
    ]
    st.dataframe(rows, hide_index=True, alt="Scores and sizes of every fold")
    for fold in found.folds:
        if fold.error:
            st.caption(f"{_name(fold, found)}: {plain(fold.error)}")


SPEC = RunView(
    key="resampling",
    label="Cross-validation",
    order=25,
    show=show,
    applies=lambda run: run.artifacts.resampling is not None,
)

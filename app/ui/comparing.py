"""Parts of the Compare page."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.services.comparison import Comparison, RankedRun
from app.ui import numbers
from app.ui.text import plain, plain_in_figure
from app.ui.theme import current_palette, plotly_layout
from core.records import Run
from core.types import Split

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
DASHES = ("solid", "dash", "dot", "dashdot")
"""Curves that share a colour, because there are more runs than colours, differ by these."""


def ranking(comparison: Comparison, runs: Mapping[str, Run]) -> None:
    """The ranking as a picture and as a table, with medals."""
    st.plotly_chart(
        _intervals(comparison),
        key="compare-intervals",
        alt=comparison.sentence,
        config={"displaylogo": False},
    )
    st.dataframe(
        [
            {
                "Rank": f"{MEDALS.get(ranked.rank, '')} {ranked.rank}".strip(),
                "Run": ranked.name,
                comparison.metric.label: numbers.score_with_interval(
                    ranked.score.value, ranked.score.low, ranked.score.high
                ),
                "Against the baseline": numbers.delta(ranked.score.value, ranked.score.baseline),
                "Against the first": _against_first(ranked),
                "Took": numbers.duration(_duration(runs[ranked.run_id])),
            }
            for ranked in comparison.ranking
        ],
        hide_index=True,
        alt="Ranking with 95 % intervals",
    )
    st.caption(
        f"{comparison.metric.explanation} Intervals: 95 %, bootstrap over {numbers.count(comparison.n_samples)} "
        f"{comparison.split.value} rows; differences are paired row by row."
    )


def test_looks(comparison: Comparison) -> None:
    """A word on repeated looks at the test part."""
    looks = max(ranked.test_looks for ranked in comparison.ranking)
    if comparison.split is Split.TEST and looks:
        st.warning(
            f"These test rows have been used for comparison {numbers.count(looks, 'time')} before. A test part that "
            "decides becomes a second validation part: choose by validation.",
            icon=":material/visibility:",
        )


def _duration(run: Run) -> float | None:
    return run.result.duration_s if run.result else None


def _against_first(ranked: RankedRun) -> str:
    if ranked.difference is None or ranked.p_value is None:
        return "–"
    verdict = "clear" if ranked.is_distinguishable else "not distinguishable"
    return f"{numbers.significant(abs(ranked.difference))} worse, {verdict} (p = {ranked.p_value:.2g})"


def _intervals(comparison: Comparison) -> dict[str, Any]:
    # Names stand above their bars, not beside them: a phone has no room for both.
    names = [f"{ranked.rank}  {plain_in_figure(ranked.name)}" for ranked in comparison.ranking]
    rows = list(range(len(names)))
    scores = [ranked.score for ranked in comparison.ranking]
    palette = current_palette()
    layout = plotly_layout(
        f"{comparison.metric.label} on {comparison.split.value} rows, with 95 % intervals",
        comparison.metric.label,
        "",
        height=120 + 48 * len(names),
    )
    layout["yaxis"] |= {"range": [len(names) - 0.6, -0.9], "showgrid": False, "showticklabels": False}
    layout["xaxis"] |= {"showgrid": True}
    layout["annotations"] = [
        {
            "text": name,
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": row,
            "yanchor": "bottom",
            "yshift": 8,
            "showarrow": False,
            "font": {"size": 13, "color": palette.text},
            "bgcolor": palette.background,
        }
        for row, name in zip(rows, names, strict=True)
    ]
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": [score.value for score in scores],
                "y": rows,
                "text": names,
                "marker": {"size": 11, "color": palette.accent},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [score.high - score.value for score in scores],
                    "arrayminus": [score.value - score.low for score in scores],
                    "color": palette.accent,
                    "thickness": 2,
                    "width": 5,
                },
                "hovertemplate": "%{text}: %{x:.4f}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [score.baseline for score in scores],
                "y": rows,
                "marker": {"size": 9, "color": palette.muted, "symbol": "line-ns-open", "line": {"width": 2}},
                "hovertemplate": "Baseline: %{x:.4f}<extra></extra>",
            },
        ],
        "layout": layout,
    }


def curves(runs: Sequence[Run], *, metric: str, label: str) -> None:
    """Validation curves on one picture, over the share of the training done."""
    palette = current_palette()
    n_colours = len(palette.categorical)
    traces = []
    for index, run in enumerate(runs):
        points, _ = services().runs.curves(run.id)
        line = [point for point in points if point.name == metric and point.split is Split.VALIDATION]
        total = max((point.step for point in line), default=1)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if len(line) < 30 else "lines",
                "name": plain_in_figure(run.name),
                "x": [point.step / total for point in line],
                "y": [point.value for point in line],
                "text": [f"{point.step:,} {run.progress.step_name}" for point in line],
                "line": {
                    "color": palette.categorical[index % n_colours],
                    "dash": DASHES[index // n_colours % len(DASHES)],
                    "width": 2.25,
                },
                "hovertemplate": "%{fullData.name}<br>%{text}: %{y:.4f}<extra></extra>",
            }
        )
    layout = plotly_layout(f"{label} on validation rows", "Share of the training", label, height=420)
    layout |= {"showlegend": True, "legend": {"orientation": "h", "y": -0.25}}
    layout["xaxis"] |= {"tickformat": ".0%"}
    st.plotly_chart(
        {"data": traces, "layout": layout},
        key="compare-curves",
        alt=f"Validation {label} of {len(runs)} runs over their training",
        config={"displaylogo": False},
    )
    st.caption("Steps differ by model (trees, epochs, rows), so each curve runs from its start to its end.")


def differences(comparison: Comparison, labels: Mapping[str, str]) -> None:
    """The settings that are not the same in all runs."""
    if not comparison.config_diff:
        st.caption("These runs have the same configuration.")
        return
    st.dataframe(
        [
            {"Setting": row.setting, **{labels[run_id]: _show(value) for run_id, value in row.values.items()}}
            for row in comparison.config_diff
        ],
        hide_index=True,
        alt="Settings that differ",
    )


def _show(value: Any) -> str:
    return "–" if value is None else str(value)


def not_ranked(comparison: Comparison) -> None:
    """The runs that the ranking leaves out, and why."""
    if comparison.not_ranked:
        st.markdown("**Not ranked**")
        for run in comparison.not_ranked:
            st.markdown(f":material/block: {plain(run.name)}: {plain(run.reason)}")

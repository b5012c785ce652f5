"""Fairness: how the run treats the groups of a column."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.run.cards import show_card
from app.ui.run.spec import RunView
from app.ui.text import plain
from core.records import Run
from core.types import SUPERVISED, LearningTask
from evaluation.charting import SYMBOLS, layout
from evaluation.computations.fairness import FairnessReport, GapRow, Rate

RATES = {
    "selection_rate": ("Called", "Share of the group that is called."),
    "true_positive_rate": ("Found of the cases", "Of the cases in the group, the share that is called."),
    "false_positive_rate": ("False alarms", "Of the others in the group, the share that is called by mistake."),
    "precision": ("Right of the calls", "Of the calls in the group, the share that is right."),
}
GAPS = {
    "demographic_parity_difference": ("Demographic parity, difference", "How far the shares called are apart."),
    "demographic_parity_ratio": ("Demographic parity, ratio", "The lowest share called over the highest; 1 is equal."),
    "equal_opportunity_difference": ("Equal opportunity", "How far the shares found among the cases are apart."),
    "equalised_odds_difference": ("Equalised odds", "The larger gap of: found among cases, alarms among others."),
    "mean_error_difference": ("Mean error", "How far the groups' mean errors are apart, in the target's unit."),
}
LIMITS = (
    "These numbers compare groups; they do not say why groups differ, nor what is right. Different shares of calls may "
    "mirror different truths, and truths in data may mirror old injustice. Except by luck, the criteria cannot all "
    "hold at once where groups differ in how often the class is true. A small gap here proves nothing for groups that "
    "are not in the column, or for how people use the predictions."
)


def show(run: Run) -> None:
    """Rates or errors by group, and the gaps."""
    st.markdown("How groups of people or things are treated, on validation rows. The column need not be learned from.")
    params = _params(run)
    if params is None:
        st.info("Choose the column whose groups are compared.", icon=":material/diversity_3:")
        st.caption(LIMITS)
        return
    report = answer("fairness", params, FairnessReport, key="run-fairness-answer")
    if report is None:
        return
    if report.called is not None:
        _classes(report)
    else:
        _numbers(report)
    _gaps(report)
    st.caption(LIMITS)


def _params(run: Run) -> dict[str, Any] | None:
    assert run.result is not None
    with guard():
        dataset = services().datasets.get(run.dataset_id)
    names = [column.name for column in dataset.columns if column.name != run.config.target]
    left, right = st.columns(2)
    column = left.selectbox("Groups", names, index=None, placeholder="Choose a column", key="run-fairness-column")
    called, threshold = None, None
    if run.config.task is LearningTask.CLASSIFICATION:
        labels = list(run.result.labels)
        called = right.selectbox("Class that is called", labels, index=len(labels) - 1, key="run-fairness-called")
        if run.result.threshold is not None and called == labels[-1]:
            threshold = run.result.threshold.threshold
            right.caption(f"At the threshold kept with this run, {threshold:.2f}.")
    if column is None:
        return None
    return {"run_id": run.id, "column": column, "called": called, "threshold": threshold}


def _classes(report: FairnessReport) -> None:
    _rates_figure(report)
    st.dataframe(
        [
            {
                "Group": group.group,
                "Rows": group.n_rows,
                **{title: _rate_words(group.rates[key]) for key, (title, _) in RATES.items()},
            }
            for group in report.groups
        ],
        hide_index=True,
        alt="Rates by group with 95 % intervals",
        column_config={title: st.column_config.TextColumn(help=text) for title, text in RATES.values()},
    )


@st.fragment
def _rates_figure(report: FairnessReport) -> None:
    names = [group.group for group in report.groups]
    traces = []
    for position, (key, (title, _)) in enumerate(RATES.items()):
        rates = [group.rates[key] for group in report.groups]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": names,
                "y": [rate.value for rate in rates],
                "name": title,
                "marker": {"symbol": SYMBOLS[position], "size": 10},
                "error_y": {
                    "type": "data",
                    "array": [rate.high - (rate.value or 0.0) for rate in rates],
                    "arrayminus": [(rate.value or 0.0) - rate.low for rate in rates],
                    "thickness": 1.2,
                },
                "hovertemplate": "%{x}: %{y:.1%}<extra></extra>",
            }
        )
    called = plain(report.called)
    show_card(
        {
            "title": f"Rates by group of {report.column}",
            "explanation": f"Shares with 95 % intervals; a call is the prediction {report.called}. Where bars overlap "
            "widely, there is no telling groups apart.",
            "alt": "; ".join(
                f"{group.group}: called {numbers.percent(group.rates['selection_rate'].value)}"
                for group in report.groups
            ),
            "table": [
                {"group": group.group, "rate": key, **rate.model_dump()}
                for group in report.groups
                for key, rate in group.rates.items()
            ],
            "figure": {
                "data": traces,
                "layout": layout(
                    "Rates by group (shares of rows)",
                    "",
                    "Share",
                    xaxis={"type": "category"},
                    yaxis={"range": [-0.02, 1.02], "tickformat": ".0%"},
                    scattermode="group",
                ),
            },
        },
        key=f"run-fairness-rates-{called}",
    )


def _numbers(report: FairnessReport) -> None:
    st.dataframe(
        [
            {
                "Group": group.group,
                "Rows": group.n_rows,
                "Mean error": numbers.score_with_interval(
                    group.mean_error, group.mean_error_low, group.mean_error_high
                ),
                "Mean size of the error": numbers.significant(group.mean_absolute_error),
            }
            for group in report.groups
        ],
        hide_index=True,
        alt="Errors by group with 95 % intervals",
    )
    st.caption("The mean error is prediction minus truth: above 0 a group is overestimated, below 0 underestimated.")


def _gaps(report: FairnessReport) -> None:
    if not report.gaps:
        st.info(
            f"Fewer than two groups have at least {report.fewest_of_kind} rows of a kind, so no gap can be told.",
            icon=":material/lightbulb:",
        )
        return
    st.markdown("**Gaps between the groups that are furthest apart**")
    st.dataframe(
        [_gap_row(gap) for gap in report.gaps], hide_index=True, alt="Gaps between groups, with intervals and p values"
    )
    st.caption(
        "p says how easily groups shuffled at random would be as far apart. The largest of several gaps is never zero, "
        "so look at p before the gap itself."
    )


def _gap_row(gap: GapRow) -> dict[str, str]:
    title, text = GAPS[gap.key]
    is_share = gap.key != "mean_error_difference"
    write = numbers.percent if is_share and not gap.key.endswith("ratio") else numbers.significant
    return {
        "Criterion": title,
        "Gap": write(gap.value),
        "95 % interval": f"{write(gap.low)} to {write(gap.high)}",
        "p by shuffling": "–" if gap.p_value is None else ("<0.003" if gap.p_value < 0.003 else f"{gap.p_value:.3f}"),
        "What it says": text,
    }


def _rate_words(rate: Rate) -> str:
    if rate.value is None:
        return numbers.MISSING
    return f"{numbers.percent(rate.value)} ({numbers.percent(rate.low)} to {numbers.percent(rate.high)})"


SPEC = RunView(key="fairness", label="Fairness", order=50, show=show, applies=lambda run: run.config.task in SUPERVISED)

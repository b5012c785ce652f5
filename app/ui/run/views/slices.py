"""Errors by slice: where in the data the run is worse than elsewhere."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.run.cards import show_card
from app.ui.run.spec import RunView
from app.ui.text import plain, plain_in_figure
from core.records import Run
from core.types import SUPERVISED
from core.wording import short
from evaluation.charting import layout
from evaluation.computations.slices import MOST_COLUMNS, USUAL_METRIC, SliceReport, SliceRow
from evaluation.registry import METRICS

MOST_DRAWN = 15
SURE = 0.05


def show(run: Run) -> None:
    """Slices, those that are surely worst first."""
    st.markdown(
        "Parts of the validation rows beside all other rows. A model that is good on average may be bad for some."
    )
    params = _params(run)
    report = answer("slices", params, SliceReport, key="run-slices-answer")
    if report is None:
        return
    if not report.slices:
        st.info("No slice has enough rows to be scored.", icon=":material/lightbulb:")
        return
    _words(report, params)
    _result(report)


def _params(run: Run) -> dict[str, Any]:
    with guard():
        dataset = services().datasets.get(run.dataset_id)
    assert run.result is not None
    scored = dict.fromkeys(score.metric for score in run.result.scores if score.metric in METRICS)
    usual = USUAL_METRIC[run.config.task]
    left, right = st.columns(2)
    metric = left.selectbox(
        "Score",
        sorted(scored, key=lambda key: (key != usual, METRICS[key].label)),
        format_func=lambda key: METRICS[key].label,
        key="run-slices-metric",
        help="A mean over rows, such as accuracy, means the same in every slice. F1 and precision also fall where a "
        "class is rarer, without any fault of the model.",
    )
    columns = right.multiselect(
        "Columns",
        [column.name for column in dataset.columns if column.name != run.config.target],
        placeholder="All that vary",
        max_selections=MOST_COLUMNS,
        key="run-slices-columns",
        help="Columns that were not learned from may be chosen too.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        pairs = st.toggle(
            "Pairs of columns", key="run-slices-pairs", help="Takes longer: parts of two columns at once."
        )
        correction = st.segmented_control(
            "Correction",
            ["holm", "fdr"],
            default="holm",
            required=True,
            format_func={"holm": "Hardly any false alarm (Holm)", "fdr": "Few false alarms (FDR)"}.__getitem__,
            key="run-slices-correction",
            label_visibility="collapsed",
        )
    return {
        "run_id": run.id,
        "metric": metric,
        "columns": columns,
        "pairs": pairs,
        "correction": correction,
    }


def _words(report: SliceReport, params: dict[str, Any]) -> None:
    sure = [each for each in report.slices if each.adjusted < SURE and each.gap > 0]
    label = METRICS[report.metric].label
    looked = f"{numbers.count(report.n_tests, 'slice')} of {numbers.count(len(report.columns), 'column')}"
    if sure:
        worst = sure[0]
        st.markdown(
            f"{numbers.count(len(sure), 'slice is', 'slices are')} worse than the rest beyond chance. Worst: "
            f"**{plain(_name(worst))}**, {label} {numbers.significant(worst.score)} against "
            f"{numbers.significant(worst.rest)} elsewhere."
        )
    else:
        st.markdown(f"No slice is worse than the rest beyond what chance gives when {looked} are looked at.")
    sampled = report.n_rows < report.n_rows_of_part
    rows = f"a sample of {numbers.count(report.n_rows, 'row')}" if sampled else numbers.count(report.n_rows, "row")
    method = "Holm" if params["correction"] == "holm" else "Benjamini and Hochberg"
    st.caption(
        f"{label} of all rows: {numbers.significant(report.overall)}. From {rows}; p values are corrected for {looked} "
        f"({method}). A slice that is worse is a question, not an answer: its rows may simply be harder."
    )


def _result(report: SliceReport) -> None:
    _drawn(report)
    st.dataframe(
        [
            {
                "Slice": _name(each),
                "Rows": each.n_rows,
                "Score": numbers.score_with_interval(each.score, each.low, each.high),
                "Elsewhere": numbers.significant(each.rest),
                "Worse by": numbers.score_with_interval(each.gap, each.gap_low, each.gap_high),
                "p, corrected": _p(each.adjusted),
                "Beyond chance": "✓" if each.adjusted < SURE else "",
            }
            for each in report.slices
        ],
        hide_index=True,
        alt="Slices with their scores, those that are surely worst first",
    )
    if report.n_found > len(report.slices):
        st.caption(f"The {numbers.count(report.n_found - len(report.slices))} best slices are left out.")


@st.fragment
def _drawn(report: SliceReport) -> None:
    shown = list(reversed(report.slices[:MOST_DRAWN]))
    label = METRICS[report.metric].label
    names = [plain_in_figure(f"{short(_name(each), 44)} ({each.n_rows:,})") for each in shown]
    traces = []
    for is_sure in (True, False):
        places = [place for place, each in enumerate(shown) if (each.adjusted < SURE) is is_sure]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [shown[place].gap for place in places],
                "y": places,
                "name": "Beyond chance" if is_sure else "May be chance",
                "marker": {"symbol": "diamond" if is_sure else "circle-open", "size": 10},
                "error_x": {
                    "type": "data",
                    "array": [(shown[place].gap_high - shown[place].gap_low) / 2 for place in places],
                    "thickness": 1.5,
                },
                "hovertemplate": "Worse by %{x:.4g}<extra></extra>",
            }
        )
    figure = {
        "data": traces,
        "layout": layout(
            f"Worst slices: {label} against all other rows",
            f"Worse by ({label})",
            "",
            yaxis={"tickmode": "array", "tickvals": list(range(len(shown))), "ticktext": names},
            height=170 + 26 * len(shown),
            shapes=[
                {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": "#7d8b94"}}
            ],
        ),
    }
    worst = report.slices[0]
    show_card(
        {
            "title": f"Worst slices by {label}",
            "explanation": "Right of the line a slice is worse than all other rows; bars are 95 % intervals before the "
            "correction.",
            "alt": f"The slices that are surely worst; first {_name(worst)}, worse by {worst.gap:.4g}.",
            "table": [
                {
                    "slice": _name(each),
                    **each.model_dump(exclude={"columns", "values"}),
                }
                for each in report.slices
            ],
            "figure": figure,
        },
        key="run-slices-figure",
    )


def _name(each: SliceRow) -> str:
    return " and ".join(f"{column}: {value}" for column, value in zip(each.columns, each.values, strict=True))


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


SPEC = RunView(key="slices", label="Slices", order=40, show=show, applies=lambda run: run.config.task in SUPERVISED)

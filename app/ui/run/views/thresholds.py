"""The threshold of a model of two classes, weighed by what outcomes cost or bring."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.run.cards import show_card
from app.ui.run.spec import RunView
from app.ui.run.threshold_figures import rates_figure, value_figure
from app.ui.text import plain
from core.records import Run
from core.types import LearningTask
from evaluation.computations.threshold import OutcomeParams, ThresholdCurve, ThresholdPoint

OUTCOMES = tuple(OutcomeParams.model_fields)
UNITS = 1_000
"""Rows that a value is told for: the value of one row is a number with many zeros."""


def applies(run: Run) -> bool:
    """To classifications of two classes."""
    return run.config.task is LearningTask.CLASSIFICATION and run.result is not None and len(run.result.labels) == 2


def show(run: Run) -> None:
    """What outcomes bring, the best threshold for that, and any other one."""
    assert run.result is not None
    positive = plain(run.result.labels[1])
    st.markdown(
        f"A row is called {positive} when its probability is above the threshold. Lower it to find more of them, raise "
        "it for fewer false alarms; what is best depends on what mistakes cost. Everything here is from "
        "validation rows."
    )
    values = _values(run)
    curve = answer("threshold", {"run_id": run.id, "values": values}, ThresholdCurve, key="run-threshold-answer")
    if curve is not None:
        _weigh(run, curve, values)


def _values(run: Run) -> dict[str, float]:
    assert run.result is not None
    chosen = run.result.threshold
    usual = OutcomeParams().model_dump() if chosen is None else chosen.values
    found: dict[str, float] = {}
    st.markdown("**What one row brings** :gray[in any unit; negative where it costs]")
    for column, name in zip(st.columns(4), OUTCOMES, strict=True):
        title = str(OutcomeParams.model_fields[name].title)
        found[name] = float(
            column.number_input(title, -1e12, 1e12, float(usual[name]), step=1.0, key=f"run-threshold-{name}")
        )
    return found


@st.fragment
def _weigh(run: Run, curve: ThresholdCurve, values: dict[str, float]) -> None:
    assert run.result is not None
    saved = run.result.threshold
    key = f"run-threshold-at-{run.id}"
    st.session_state.setdefault(key, round(saved.threshold if saved else curve.usual.threshold, 2))
    best = round(curve.best.threshold, 2)
    _best_words(curve)
    slider, button = st.columns([4, 1], vertical_alignment="bottom")
    button.button(
        f"Take {best:.2f}",
        icon=":material/my_location:",
        key="run-threshold-best",
        help="The best threshold for these values.",
        on_click=lambda: st.session_state.update({key: best}),
        width="stretch",
    )
    threshold = float(slider.slider("Threshold", 0.0, 1.0, step=0.01, key=key))
    point = curve.points[round(threshold * 100)]
    _outcomes(point, curve.usual)
    left, right = st.columns(2)
    with left:
        show_card(value_figure(curve, threshold, units=UNITS), key="run-threshold-value")
    with right:
        show_card(rates_figure(curve, threshold), key="run-threshold-rates")
    _keep(run, threshold, values)


def _best_words(curve: ThresholdCurve) -> None:
    gain = numbers.significant(curve.gain * UNITS)
    low, high = (numbers.significant(value * UNITS) for value in (curve.gain_low, curve.gain_high))
    st.markdown(
        f"Best for these values: **{curve.best.threshold:.2f}**, with other rows of the same kind between "
        f"{curve.best_low:.2f} and {curve.best_high:.2f}. It brings {gain} more than 0.5 in "
        f"{numbers.count(UNITS, 'row')} ({low} to {high})."
    )
    if curve.gain_low <= 0:
        st.caption(
            ":material/info: The gain may be chance. It was chosen on the very rows it is measured on, which makes it "
            "look a little better than it is."
        )


def _outcomes(point: ThresholdPoint, usual: ThresholdPoint) -> None:
    facts = st.columns(4)
    for column, (name, here, before, text) in zip(facts, _facts(point, usual), strict=True):
        column.metric(name, here, before, help=text, delta_color="off", delta_arrow="off")
    st.dataframe(
        [
            {
                "": "Truth: is the class",
                "Called": numbers.count(point.true_positive),
                "Not called": numbers.count(point.false_negative),
            },
            {
                "": "Truth: is not",
                "Called": numbers.count(point.false_positive),
                "Not called": numbers.count(point.true_negative),
            },
        ],
        hide_index=True,
        alt="Validation rows by truth and call at the threshold",
    )


def _facts(point: ThresholdPoint, usual: ThresholdPoint) -> list[tuple[str, str, str, str]]:
    def shares(of: ThresholdPoint) -> tuple[float | None, float | None, float | None]:
        called, cases = of.true_positive + of.false_positive, of.true_positive + of.false_negative
        others = of.false_positive + of.true_negative
        return (
            of.true_positive / called if called else None,
            of.true_positive / cases if cases else None,
            of.false_positive / others if others else None,
        )

    names = (
        ("Precision", "Of the rows called, how many are right."),
        ("Recall", "Of the cases, how many are called."),
        ("False alarms", "Of the other rows, how many are called by mistake."),
    )
    found = [
        (name, numbers.percent(here), f"{numbers.percent(before)} at 0.5", text)
        for (name, text), here, before in zip(names, shares(point), shares(usual), strict=True)
    ]
    worth = (numbers.significant(of.value * UNITS) for of in (point, usual))
    found.append(
        (f"Value of {numbers.count(UNITS, 'row')}", next(worth), f"{next(worth)} at 0.5", "With the values above.")
    )
    return found


def _keep(run: Run, threshold: float, values: dict[str, float]) -> None:
    assert run.result is not None
    saved = run.result.threshold
    service, params = services().evaluations, OutcomeParams(**values)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Keep this threshold", icon=":material/bookmark_add:", key="run-threshold-keep", type="primary"):
            with guard():
                service.save_threshold(run.id, threshold, params)
            st.rerun()
        if saved is not None and st.button("Forget it", icon=":material/bookmark_remove:", key="run-threshold-forget"):
            with guard():
                service.remove_threshold(run.id)
            st.rerun()
        looks = st.button(
            "What it does on test rows",
            icon=":material/visibility:",
            key="run-threshold-test",
            help="For a last look, when the threshold is chosen. It is counted with the run.",
        )
    if saved is not None:
        st.caption(f":material/bookmark: Kept with this run, and in its report: {saved.threshold:.2f}.")
    if looks:
        with guard():
            point = service.test_at_threshold(run.id, threshold, params)
            usual = service.test_at_threshold(run.id, 0.5, params)
        st.markdown(f"**Test rows at {threshold:.2f}** :gray[this look was counted]")
        _outcomes(point, usual)


SPEC = RunView(key="threshold", label="Threshold", order=30, show=show, applies=applies)

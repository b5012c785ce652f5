"""Curves that learn anew: they begin when they are asked for."""

from typing import Any

import streamlit as st

from app.services.explanations import VariedParameter, varied_parameters
from app.ui import numbers
from app.ui.run.explaining.showing import ask, show_explanation
from core.records import Run
from evaluation.explaining.refitting import RefittedCurve


def show_learning(run: Run) -> None:
    """Scores against training rows."""
    n_points = st.slider("Points", 3, 12, 6, key="run-explain-learning-points")
    _when_asked(run, "learning_curve", {"n_points": n_points}, n_fits=n_points)


def show_validation(run: Run) -> None:
    """Scores against one parameter."""
    known = {parameter.name: parameter for parameter in varied_parameters(run)}
    left, right = st.columns(2)
    with left:
        name = st.selectbox(
            "Parameter", list(known), format_func=lambda each: known[each].label, key="run-explain-validation-parameter"
        )
    parameter = known[name]
    values = list(parameter.values)
    if _is_range(parameter):
        with right:
            low, high = st.select_slider(
                "Values",
                values,
                value=(values[0], values[-1]),
                format_func=_shown,
                key=f"run-explain-validation-range-{name}",
            )
        values = values[values.index(low) : values.index(high) + 1]
    if len(values) < 2:
        st.info("A curve needs at least two values.", icon=":material/show_chart:")
        return
    _when_asked(run, "validation_curve", {"parameter": name, "values": values}, n_fits=len(values))


def _is_range(parameter: VariedParameter) -> bool:
    return len(parameter.values) > 2 and not any(isinstance(value, str | bool) for value in parameter.values)


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _when_asked(run: Run, kind: str, params: dict[str, Any], *, n_fits: int) -> None:
    """Nothing is learned before the button; an answer that is kept for these settings needs no second press."""
    asked_key = f"run-explain-{kind}-asked"
    wish = {"run": run.id, **params}
    if st.session_state.get(asked_key) != wish:
        took = run.result.duration_s if run.result else 0.0
        st.caption(
            f"{numbers.count(n_fits, 'training')} of this model, each on training rows alone; the run itself took "
            f"{numbers.duration(took)}."
        )
        if not st.button("Draw the curve", icon=":material/play_arrow:", key=f"run-explain-{kind}-start"):
            return
        st.session_state[asked_key] = wish
        st.rerun()
    found = ask(run, kind, params, RefittedCurve)
    if found is not None:
        show_explanation(found, key=f"run-explain-{kind}")

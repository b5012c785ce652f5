"""The plane of two columns."""

import streamlit as st

from app.ui.run.explaining.showing import ask, class_choice, column_choice, columns_of, show_explanation
from core.records import Run
from evaluation.explaining.boundary import DecisionBoundary


def show(run: Run) -> None:
    """What the model says over the plane."""
    names = columns_of(run)
    if len(names) < 2:
        st.info("The model uses one column only, so there is no plane to draw.", icon=":material/grid_on:")
        return
    left, middle, right = st.columns(3)
    with left:
        first = column_choice("Across", names, key="run-explain-boundary-first")
    with middle:
        second = column_choice("Up", [name for name in names if name != first], key="run-explain-boundary-second")
    with right:
        class_name = class_choice(run, key="run-explain-boundary")
    found = ask(
        run,
        "decision_boundary",
        {"first": first, "second": second, "class_name": class_name},
        DecisionBoundary,
    )
    if found is not None:
        show_explanation(found, key="run-explain-boundary")

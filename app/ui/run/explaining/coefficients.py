"""The weights of a linear model."""

import streamlit as st

from app.ui.run.explaining.showing import ask, class_choice, show_explanation
from core.records import Run
from evaluation.explaining.coefficients import Coefficients


def show(run: Run) -> None:
    """Weights as a picture, and what they mean in the units of the table."""
    class_name = class_choice(run, key="run-explain-coefficients")
    found = ask(run, "coefficients", {"class_name": class_name}, Coefficients)
    if found is None:
        return
    show_explanation(found, key="run-explain-coefficients")
    st.dataframe(found.drawings[0].table, hide_index=True, alt="Weights and their meaning in raw units")

"""The figures of the evaluation."""

import streamlit as st

from app.bootstrap import services
from app.ui.figures import show_figure
from app.ui.guard import guard
from app.ui.run.spec import RunView
from core.records import Run
from core.types import Split


def show(run: Run) -> None:
    """Figures of one part of the rows, two beside each other."""
    with guard():
        figures = services().runs.figures(run.id)
    split = st.segmented_control(
        "Rows",
        [Split.TEST, Split.VALIDATION],
        default=Split.VALIDATION,
        required=True,
        format_func=lambda part: f"{part.value.capitalize()} rows",
        key="run-figure_split",
    )
    shown = [figure for figure in figures if figure["split"] == split]
    for column, figure in zip(st.columns(max(len(shown), 2)), shown, strict=False):
        with column:
            show_figure(figure, key=f"run-figure-{figure['key']}-{split}")


SPEC = RunView(key="figures", label="Figures", order=10, show=show)

"""Every score with its interval and the dummy's."""

import streamlit as st

from app.ui.panels import score_table
from app.ui.run.spec import RunView
from app.ui.text import plain
from core.records import Run


def show(run: Run) -> None:
    """The table of scores."""
    score_table(run)
    if run.result is not None and len(run.result.labels) == 2:
        st.caption(f"Precision, recall and F1 are those of the class {plain(run.result.labels[1])}.")


SPEC = RunView(key="scores", label="All scores", order=20, show=show)

"""What was noticed about the data and the training."""

import streamlit as st

from app.ui.run.spec import RunView
from app.ui.words import show_notices
from core.records import Run


def show(run: Run) -> None:
    """The remarks, or a word that there are none."""
    assert run.result is not None
    show_notices(run.result.notices)
    if not run.result.notices:
        st.caption("Nothing was noticed.")


SPEC = RunView(key="remarks", label="About the data", order=90, show=show)

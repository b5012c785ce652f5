"""The view "Overview" of the Explore page."""

import streamlit as st

from core.records import Dataset


def show(dataset: Dataset) -> None:
    """Draw the view for one dataset that is ready."""
    st.caption(f"{dataset.name}: this view is being built.")

"""Explore: what is in a dataset, what is wrong with it, what it says."""

import streamlit as st

from app.ui.explore import asking, charts, fixing, overview
from app.ui.subject import choose_dataset

VIEWS = {
    "overview": ("Overview", overview.show),
    "fix": ("Fix", fixing.show),
    "charts": ("Charts", charts.show),
    "ask": ("Ask", asking.show),
}

st.title("Explore")
st.markdown("See what is in the data, mend what is wrong with it, draw it, and ask it questions.")

subject, views = st.columns([3, 2], vertical_alignment="bottom", gap="medium")
with subject:
    dataset = choose_dataset(key="explore", purpose="Exploring needs")
wanted = st.query_params.get("view", "overview")
view_key = f"explore-view-{dataset.id}"
st.session_state.setdefault(view_key, wanted if wanted in VIEWS else "overview")
chosen = views.segmented_control(
    "View", list(VIEWS), required=True, format_func=lambda key: VIEWS[key][0], key=view_key
)
view = chosen or "overview"
st.query_params["view"] = view
VIEWS[view][1](dataset)

"""The charts that are kept with a dataset."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.text import plain
from core.charts.registry import CHARTS
from core.charts.rendering import DrawnChart
from core.records import Dataset, SavedChart


def show_saved(dataset: Dataset) -> SavedChart | None:
    """The list, with open, rename and delete; the one that a person opens, or None."""
    with guard():
        charts = services().charts.list_saved(dataset.id)
    if not charts:
        st.info("No chart is kept with this dataset yet. Build one, then press Keep.", icon=":material/bookmark:")
        return None
    wanted = None
    for chart in charts:
        with st.container(border=True):
            words, actions = st.columns([4, 2], vertical_alignment="center")
            icon = CHARTS[chart.chart].icon if chart.chart in CHARTS else "help"
            words.markdown(f":material/{icon}: **{plain(chart.title)}**")
            words.caption(
                plain(" · ".join([*([chart.note] if chart.note else []), numbers.relative_time(chart.updated_at)]))
            )
            with actions.container(horizontal=True, horizontal_alignment="right"):
                if st.button("Open", key=f"charts-saved-open-{chart.id}", type="primary"):
                    wanted = chart
                _edit(chart)
    return wanted


def _edit(chart: SavedChart) -> None:
    with st.popover("Change", icon=":material/edit:", key=f"charts-saved-change-{chart.id}"):
        with st.form(f"charts-saved-form-{chart.id}", border=False):
            title = st.text_input("Title", value=chart.title, max_chars=200)
            note = st.text_area("Note", value=chart.note, max_chars=2_000)
            if st.form_submit_button("Save"):
                with guard():
                    services().charts.update(chart.id, title=title, note=note)
                st.rerun()
        if st.button("Delete this chart", icon=":material/delete:", key=f"charts-saved-delete-{chart.id}"):
            with guard():
                services().charts.remove(chart.id)
            st.rerun()


def keep_form(dataset: Dataset, drawn: DrawnChart, saved: SavedChart | None, *, key: str) -> SavedChart | None:
    """Title and note of a chart that is kept; the kept chart in the one run in which it is."""
    with st.form(f"{key}-form", border=False):
        title = st.text_input("Title", value=saved.title if saved else drawn.title[:200], max_chars=200)
        note = st.text_area("Note", value=saved.note if saved else "", max_chars=2_000, height=90)
        replaces = bool(saved) and st.checkbox("Replace the kept one", value=True)
        if not st.form_submit_button("Keep", icon=":material/bookmark_add:", type="primary"):
            return None
    with guard():
        if saved and replaces and saved.chart == drawn.chart:
            return services().charts.update(saved.id, title=title, note=note, params=drawn.params)
        return services().charts.save(dataset.id, drawn.chart, drawn.params, title=title, note=note)

"""The view "Charts" of the Explore page: ideas, a builder, and what is kept."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.chart_view import show_files, show_picture, show_table
from app.ui.computing import answer
from app.ui.explore.chart_builder import build, choose_kind
from app.ui.explore.chart_ideas import show_ideas
from app.ui.explore.chart_saved import keep_form, show_saved
from app.ui.guard import guard, show_not_here
from app.ui.text import plain
from core.charts.registry import CHARTS
from core.charts.rendering import DrawnChart
from core.errors import NotFound
from core.records import Dataset, SavedChart

PLACES = {"ideas": "Ideas", "build": "Build", "saved": "Kept"}


def show(dataset: Dataset) -> None:
    """Draw the view for one dataset that is ready."""
    _open_from_address(dataset)
    place_key = f"charts-place-{dataset.id}"
    place = st.segmented_control(
        "Charts",
        list(PLACES),
        default=st.session_state.get(place_key, "ideas"),
        required=True,
        format_func=PLACES.__getitem__,
        key=f"{place_key}-{st.session_state.get(f'{place_key}-round', 0)}",
        label_visibility="collapsed",
    )
    st.session_state[place_key] = place
    if place == "ideas":
        idea = show_ideas(dataset)
        if idea is not None:
            _start(dataset, idea.chart, idea.params)
    elif place == "saved":
        saved = show_saved(dataset)
        if saved is not None:
            _start(dataset, saved.chart, saved.params, saved=saved)
    else:
        _build(dataset)


def _open_from_address(dataset: Dataset) -> None:
    """Open the kept chart that the address names, once."""
    wanted = st.query_params.get("chart")
    opened_key = f"charts-opened-{dataset.id}"
    if not wanted or st.session_state.get(opened_key) == wanted:
        return
    st.session_state[opened_key] = wanted
    try:
        saved = services().charts.get_saved(wanted)
    except NotFound:
        show_not_here("a chart that is not kept any more:", [wanted], hint="The kept ones are listed under Kept.")
        return
    if saved.dataset_id == dataset.id:
        _start(dataset, saved.chart, saved.params, saved=saved)
    else:
        show_not_here("a chart of another dataset:", [wanted], hint="Choose its dataset above.")


def _start(dataset: Dataset, chart: str, params: dict[str, Any], *, saved: SavedChart | None = None) -> None:
    """Go to the builder with these parameters."""
    draft = _draft(dataset)
    st.session_state[f"charts-draft-{dataset.id}"] = {
        "chart": chart,
        "params": params,
        "round": draft["round"] + 1,
        "saved_id": saved.id if saved else None,
    }
    # A widget's own state may not be changed after it was drawn; one with another key starts afresh.
    place_key = f"charts-place-{dataset.id}"
    st.session_state[place_key] = "build"
    st.session_state[f"{place_key}-round"] = st.session_state.get(f"{place_key}-round", 0) + 1
    if saved:
        st.query_params["chart"] = saved.id
        st.session_state[f"charts-opened-{dataset.id}"] = saved.id
    else:
        st.query_params.pop("chart", None)
    st.rerun()


def _draft(dataset: Dataset) -> dict[str, Any]:
    """What the builder starts from: plain values."""
    key = f"charts-draft-{dataset.id}"
    if key not in st.session_state:
        ideas = services().charts.suggest(dataset.id, [])
        chart, params = (ideas[0].chart, ideas[0].params) if ideas else ("bar", {})
        st.session_state[key] = {"chart": chart, "params": params, "round": 0, "saved_id": None}
    found: dict[str, Any] = st.session_state[key]
    return found


def _build(dataset: Dataset) -> None:
    with guard():
        draft = _draft(dataset)
        saved = _find_saved(draft["saved_id"])
    if draft["chart"] not in CHARTS:
        st.warning("This kind of chart does not exist any more. Choose another one.", icon=":material/help:")
        draft = {**draft, "chart": "bar", "params": {}}
    key = f"charts-{dataset.id}-{draft['round']}"
    columns = {column.name: column for column in dataset.columns}
    left, right = st.columns([2, 5], gap="large")
    with left:
        other = choose_kind(draft["chart"], key=key)
        params = build(CHARTS[draft["chart"]], columns, draft["params"], key=key)
    if other is not None:
        _start(dataset, other, params or draft["params"])
    if params is None:
        return
    with right:
        request = {"dataset_id": dataset.id, "chart": draft["chart"], "params": params}
        drawn = answer("chart", request, DrawnChart, key="charts-answer")
        if drawn is not None:
            _result(dataset, drawn, saved, key=key)


def _find_saved(chart_id: str | None) -> SavedChart | None:
    if chart_id is None:
        return None
    try:
        return services().charts.get_saved(chart_id)
    except NotFound:
        return None


def _result(dataset: Dataset, drawn: DrawnChart, saved: SavedChart | None, *, key: str) -> None:
    is_saved = saved is not None and drawn.params == saved.params
    if saved is not None and is_saved:
        st.markdown(f":material/bookmark: **{plain(saved.title)}**")
        if saved.note:
            st.caption(plain(saved.note))
    show_picture(drawn, key="charts-picture", title=saved.title if saved and is_saved else "")
    with st.container(horizontal=True):
        with st.popover("Keep", icon=":material/bookmark_add:"):
            kept = keep_form(dataset, drawn, saved, key=f"{key}-keep")
        with st.popover("Table", icon=":material/table_rows:"):
            show_table(drawn)
        with st.popover("Download", icon=":material/download:"):
            show_files(drawn, key=f"{key}-files")
        with st.popover("Code", icon=":material/code:"):
            st.caption("The same numbers with pandas and Plotly, without Praxis.")
            st.code(drawn.script, language="python")
    with st.expander("In words", icon=":material/notes:"):
        st.text(drawn.alt)
    if kept is not None:
        st.toast("Kept with this dataset.", icon=":material/bookmark_added:")
        _start(dataset, kept.chart, kept.params, saved=kept)

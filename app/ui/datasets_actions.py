"""What can be done with one dataset as a whole: follow its reading, cancel, rename, remove, go on with it."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers, places
from app.ui.guard import guard, show_error
from app.ui.text import plain
from core.errors import WorkbenchError
from core.ids import utc_now
from core.records import Dataset

REMOVAL = "datasets-removal"
"""Id of the dataset whose removal a person has asked for and not confirmed."""


@st.fragment(run_every="1s")
def reading_panel(dataset_id: str) -> None:
    """Progress of an ingest, with time left and a way to end it; the page runs again when it is over."""
    with guard():
        dataset = services().datasets.get(dataset_id)
    if dataset.status.is_terminal:
        st.rerun()
    bar, cancel = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(dataset.progress, text=plain(_progress_words(dataset)))
    if cancel.button("Cancel", icon=":material/stop_circle:", key="datasets-cancel", width="stretch"):
        with guard():
            services().datasets.cancel(dataset_id)
        st.rerun()
    st.caption("You can leave this page; the file is read in the background.")


def actions(dataset: Dataset, *, key: str) -> None:
    """Rename and remove, in a popover; a removal is asked about first."""
    with st.popover("More", icon=":material/more_horiz:"):
        name = st.text_input("Name of all versions", value=dataset.name, max_chars=200, key=f"{key}-{dataset.id}-name")
        if st.button("Rename", icon=":material/edit:", disabled=name == dataset.name, key=f"{key}-rename"):
            with guard():
                services().datasets.rename(dataset.id, name)
            st.rerun()
        if st.button("Remove this version", icon=":material/delete:", key=f"{key}-remove"):
            st.session_state[REMOVAL] = dataset.id
        if st.session_state.get(REMOVAL) == dataset.id:
            _ask_about_removal(dataset, key=key)


def next_steps(dataset: Dataset, *, key: str) -> None:
    """Links to the pages that work with the dataset."""
    steps = (
        ("Explore", places.EXPLORE, ":material/explore:", "explore"),
        ("Statistics", places.STATISTICS, ":material/functions:", "statistics"),
        ("Insights", places.INSIGHTS, ":material/search_insights:", "insights"),
        ("SQL", places.SQL, ":material/terminal:", "sql"),
        ("Train on this", places.TRAIN, ":material/model_training:", "train"),
    )
    for label, place, icon, name in steps:
        kind = "primary" if name == "train" else "secondary"
        if st.button(label, icon=icon, type=kind, key=f"{key}-{name}"):  # type: ignore[arg-type]  # a Literal by construction
            about = {"scope": "dataset", "id": dataset.id} if name == "insights" else {"dataset": dataset.id}
            st.switch_page(place, query_params=about)


def _ask_about_removal(dataset: Dataset, *, key: str) -> None:
    name = plain(f"{dataset.name} v{dataset.version}")
    st.markdown(f"{name}, its charts, its test results and its unfinished recipe will be gone for good.")
    if st.button("Yes, remove it", type="primary", icon=":material/delete:", key=f"{key}-remove-yes"):
        try:
            services().datasets.remove(dataset.id)
        except WorkbenchError as error:
            show_error(error)
            return
        del st.session_state[REMOVAL]
        st.query_params.pop("dataset", None)
        st.rerun()


def _progress_words(dataset: Dataset) -> str:
    words = [dataset.stage, numbers.percent(dataset.progress)]
    if dataset.is_cancel_requested:
        return "Stopping"
    if dataset.started_at is not None and dataset.progress > 0.05:
        elapsed_s = (utc_now() - dataset.started_at).total_seconds()
        words.append(f"about {numbers.duration(elapsed_s * (1 - dataset.progress) / dataset.progress)} left")
    return " · ".join(words)

"""Which dataset a page is about: chosen in a select box, kept in the address."""

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import guard, show_not_here
from app.ui.panels import dataset_picker
from core.records import Dataset


def choose_dataset(*, key: str, purpose: str) -> Dataset:
    """The dataset of the address, or the newest; without any, a sentence on where to get one ends the page.

    Args:
        key: Prefix of the widgets' keys.
        purpose: What the page needs a dataset for: "Charts are drawn from".
    """
    with guard():
        datasets = services().datasets.list_ready()
    wanted = st.query_params.get("dataset")
    if wanted and wanted not in {dataset.id for dataset in datasets}:
        with guard():
            older = services().datasets.find_ready(wanted)
        datasets = (*datasets, older) if older else datasets
    if not datasets:
        st.info(f"{purpose} a dataset that has been read.", icon=":material/lightbulb:")
        st.page_link(places.DATASETS, label="Bring one, or take a sample", icon=":material/table:")
        st.stop()
    if wanted not in {dataset.id for dataset in datasets}:
        show_not_here(
            "a dataset that is not ready:",
            [wanted] if wanted else [],
            hint="It does not exist, or has not been read. Another one is chosen below.",
        )
    dataset_id = dataset_picker(datasets, selected=wanted, key=f"{key}-dataset_id")
    st.query_params["dataset"] = dataset_id
    with guard():
        return services().datasets.get(dataset_id)

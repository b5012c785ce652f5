"""The collections: choose one, make one."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.services.collections import CollectionOverview
from app.ui.documents.words import collection_words
from app.ui.guard import guard
from app.ui.text import plain
from core.errors import WorkbenchError
from core.knowledge import HANDBOOK, Collection

ALL = ""
"""Stands for all collections together."""
LIST_PX = 420
MANY = 8
"""With more collections than this the list scrolls."""


def choose_collection(overviews: Sequence[CollectionOverview], *, chosen: str, with_all: bool, key: str) -> str:
    """The id of the chosen collection, or ``ALL``."""
    by_id = {each.collection.id: each for each in overviews}
    ids = ([ALL] if with_all and len(by_id) > 1 else []) + list(by_id)
    box = st.container(height=LIST_PX if len(ids) > MANY else "content", border=False)
    # A collection that is new or gone makes another widget, so that an old choice does not win over the address.
    return str(
        box.radio(
            "Collections",
            ids,
            index=ids.index(chosen) if chosen in ids else 0,
            format_func=lambda each: _name(by_id.get(each)),
            captions=[_caption(by_id.get(each)) for each in ids],
            key=f"{key}-{len(ids)}-{chosen}",
            label_visibility="collapsed",
        )
    )


def new_collection(*, key: str, is_first: bool = False) -> Collection | None:
    """A form for a new collection; the collection that was just made."""
    label = "New collection" if not is_first else "Make a first collection"
    # What was made makes another popover: the old one would stay open over the new collection.
    n_made = st.session_state.get(f"{key}-made", 0)
    with (
        st.popover(label, icon=":material/create_new_folder:", width="stretch", key=f"{key}-popover-{n_made}"),
        st.form(f"{key}-form", border=False, clear_on_submit=True),
    ):
        name = st.text_input("Name", max_chars=200, placeholder="Contracts", key=f"{key}-name")
        description = st.text_input("What is in it", max_chars=2_000, key=f"{key}-description")
        if not st.form_submit_button("Create", icon=":material/check:", type="primary"):
            return None
        try:
            made = services().collections.create(name, description=description)
        except WorkbenchError as error:
            st.error(plain(f"{error.message} {error.hint}"), icon=":material/error:")
            return None
        st.session_state[f"{key}-made"] = n_made + 1
        return made


def bring_handbook_back(overviews: Sequence[CollectionOverview], *, key: str) -> str | None:
    """A small offer while there is no handbook; the id of the collection when a person took it."""
    if any(each.collection.origin == HANDBOOK for each in overviews):
        return None
    if not st.button(
        "Bring the handbook",
        icon=":material/menu_book:",
        type="tertiary",
        key=key,
        help="Praxis's own help as a collection that can be asked.",
    ):
        return None
    with guard():
        return services().collections.restore_handbook().id


def _name(overview: CollectionOverview | None) -> str:
    if overview is None:
        return "All collections"
    icon = ":material/menu_book: " if overview.collection.origin == HANDBOOK else ""
    return f"{icon}{plain(overview.collection.name)}"


def _caption(overview: CollectionOverview | None) -> str:
    return "Everything together" if overview is None else collection_words(overview)

"""Documents: collections of files, what is asked of them, and how well that goes."""

import streamlit as st

from app.bootstrap import services
from app.ui.documents.choosing import ALL, bring_handbook_back, choose_collection, new_collection
from app.ui.documents.registry import VIEWS, views_in_order
from app.ui.guard import guard, show_not_here
from core.knowledge import Collection

st.title("Documents")
st.markdown("Put files together and ask them. Every answer shows the passages it rests on.")

with guard():
    overviews = services().collections.list_overviews()
collections = {each.collection.id: each.collection for each in overviews}


def go_to(collection_id: str, view: str = "files") -> None:
    """Show another collection."""
    st.query_params.from_dict({"collection": collection_id, "view": view})
    st.session_state.pop("documents-view", None)
    st.rerun()


views = views_in_order()
wanted_view = st.query_params.get("view")
opened = wanted_view if wanted_view in VIEWS else views[0].key
view = VIEWS[str(st.session_state.get("documents-view") or opened)]
wanted = st.query_params.get("collection", ALL)
if wanted and wanted not in collections:
    show_not_here("the collection", [wanted], hint="It was removed, or the address is incomplete.")

left, right = st.columns([1, 3.2], gap="medium")

with left:
    if overviews:
        chosen = choose_collection(overviews, chosen=wanted, with_all=view.spans_all, key="documents-collection")
    else:
        chosen = ALL
    made = new_collection(key="documents-new", is_first=not overviews)
    handbook_id = bring_handbook_back(overviews, key="documents-handbook")

if made is not None:
    go_to(made.id)
if handbook_id is not None:
    go_to(handbook_id)
if chosen != wanted:
    # What was open belongs to the collection before.
    st.query_params.pop("document", None)
    st.query_params.pop("passage", None)
st.query_params["collection"] = chosen

with right:
    if not overviews:
        st.info(
            "Nothing here yet. Make a collection for files that belong together, such as contracts, papers or notes; "
            "then ask it. The handbook is a collection to try: it holds Praxis's own help.",
            icon=":material/lightbulb:",
        )
        st.stop()
    key = st.segmented_control(
        "View",
        [each.key for each in views],
        default=view.key,
        required=True,
        format_func=lambda each: f"{VIEWS[each].icon} {VIEWS[each].label}",
        key="documents-view",
        label_visibility="collapsed",
    )
    st.query_params["view"] = key
    collection: Collection | None = collections.get(chosen)
    VIEWS[key].show(collection)

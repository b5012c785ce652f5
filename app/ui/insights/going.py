"""What a click on a card's button does: open, start or add, then show the place."""

import streamlit as st

from app.bootstrap import services
from app.services.insight_actions import Acted
from app.ui import places
from app.ui.guard import guard
from core.insights.spec import Action

PLACES = {
    "compare": places.COMPARE,
    "datasets": places.DATASETS,
    "explore": places.EXPLORE,
    "home": places.HOME,
    "insights": places.INSIGHTS,
    "runs": places.RUNS,
    "sql": places.SQL,
    "statistics": places.STATISTICS,
    "train": places.TRAIN,
}
"""Pages by the names that actions use."""
ICONS = {
    "open_page": ":material/open_in_new:",
    "start_run": ":material/play_arrow:",
    "apply_recipe": ":material/build:",
}


def action_button(card_id: str, number: int, action: Action, *, key: str, is_main: bool) -> None:
    """The button of one action; it does nothing by itself."""
    kind = "primary" if is_main and action.kind != "open_page" else "secondary"
    help_text = {
        "start_run": "Starts this training and opens it. A second click opens the same one.",
        "apply_recipe": "Adds the step to the dataset's recipe, where you see what it changes before you apply it.",
    }.get(action.kind)
    if st.button(action.label, icon=ICONS[action.kind], type=kind, key=key, help=help_text):  # type: ignore[arg-type]  # a Literal by construction
        with guard():
            done = services().insights.act(card_id, number)
        go(done)


def go(done: Acted) -> None:
    """Show the place of what was done."""
    place = PLACES.get(done.page)
    if place is None:
        st.info(done.message, icon=":material/check:")
        return
    st.switch_page(place, query_params=done.query)

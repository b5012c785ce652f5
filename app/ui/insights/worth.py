"""Insights on other pages: up to three cards worth a look, and small links to where more is found."""

from textwrap import shorten

import streamlit as st

from app.bootstrap import services
from app.services.insight_export import StoredInsight
from app.services.insight_scopes import Scope
from app.ui import places
from app.ui.guard import guard
from app.ui.insights.words import ABOUT, FAMILY, SURENESS
from app.ui.text import plain
from core.wording import short

MOST = 3
LONGEST = 150
ICON = ":material/search_insights:"


def worth_a_look() -> None:
    """Up to three cards that nobody has judged; nothing while there is none."""
    with guard():
        found = services().insights.worth_a_look(MOST)
    if not found:
        return
    st.subheader("Worth a look")
    for column, stored in zip(st.columns(MOST), found, strict=False):
        with column:
            _small_card(stored)


def insights_link(scope: Scope, scope_id: str, *, label: str = "Insights") -> None:
    """A small link to the insights of a dataset, a run or a comparison."""
    st.page_link(places.INSIGHTS, label=label, icon=ICON, query_params={"scope": scope, "id": scope_id})


def _small_card(stored: StoredInsight) -> None:
    finding, card = stored.finding, stored.card
    with st.container(border=True, height="stretch", key=f"worth-{card.id}"):
        st.caption(f"{FAMILY[finding.family]}  ·  {SURENESS[finding.sureness]}")
        st.markdown(f"**{plain(finding.title)}**")
        st.markdown(plain(shorten(finding.wording or finding.statement, LONGEST, placeholder=" …")))
        about = stored.about or ABOUT[card.scope]
        st.page_link(
            places.INSIGHTS,
            label=plain(short(about, 40)),
            icon=":material/arrow_forward:",
            query_params={"card": card.id},
        )

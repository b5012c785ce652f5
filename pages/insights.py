"""Insights: what statistics find worth knowing in a dataset, a run, a comparison or the whole workspace."""

import streamlit as st

from app.bootstrap import services
from app.ui import places
from app.ui.guard import guard
from app.ui.insights.choosing import choose
from app.ui.insights.listing import one_card, show_cards
from app.ui.insights.looking import look_button, progress, show_failures, start
from app.ui.insights.teaching import what_it_looks_for

st.title("Insights")
st.markdown("Findings with their evidence, and the next step one click away. Nothing is done before you click.")

if card_id := st.query_params.get("card"):
    st.page_link(places.INSIGHTS, label="All insights", icon=":material/arrow_back:")
    with guard():
        one_card(services().insights.get(card_id))
    st.stop()

head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
chosen = choose(head)
if chosen is None:
    what_it_looks_for(str(st.session_state.get("insights-scope") or "dataset"), is_empty=True)
    st.stop()

with guard():
    look = services().insights.look(chosen.scope, chosen.scope_id)
with head:
    is_asked = look_button(has_looked=bool(look.computations), is_under_way=bool(look.under_way))
if is_asked:
    start(chosen)
    st.rerun()

if look.under_way:
    progress(tuple(one.id for one in look.under_way))
show_failures(look)
with guard():
    report = services().insights.report(look)
if look.computations:
    show_cards(chosen.scope, chosen.scope_id, report=report)
else:
    what_it_looks_for(chosen.scope)

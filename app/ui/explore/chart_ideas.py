"""Ideas for charts: a first look at a dataset, or what fits some columns."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.chart_view import show_thumbnail
from app.ui.computing import answer
from app.ui.guard import guard
from app.ui.text import plain
from core.charts.registry import CHARTS
from core.charts.rendering import DrawnChart
from core.charts.spec import Suggestion
from core.records import Dataset

ACROSS = 3


def show_ideas(dataset: Dataset) -> Suggestion | None:
    """Small pictures with reasons; the one that a person wants to work on, or None."""
    names = [column.name for column in dataset.columns]
    chosen = st.multiselect(
        "Which columns are you interested in?",
        names,
        max_selections=8,
        placeholder="All of them: a first look",
        key=f"charts-ideas-columns-{dataset.id}",
        format_func=lambda name: " ".join(name.split()) or "(blank)",
    )
    with guard():
        ideas = services().charts.suggest(dataset.id, chosen)
        requests: list[dict[str, Any]] = [
            {"dataset_id": dataset.id, "chart": idea.chart, "params": idea.params} for idea in ideas
        ]
        # All are asked for before the first is waited for.
        for request in requests:
            services().computations.start("chart", request)
    if not ideas:
        st.info(
            "No chart is suggested for exactly these columns. Choose others, or build one yourself.",
            icon=":material/lightbulb:",
        )
        return None
    wanted = None
    for start in range(0, len(ideas), ACROSS):
        for place, cell in enumerate(st.columns(ACROSS)):
            number = start + place
            if number < len(ideas) and _card(cell, ideas[number], requests[number], key=f"charts-idea-{number}"):
                wanted = ideas[number]
    return wanted


def _card(cell: Any, idea: Suggestion, request: dict[str, Any], *, key: str) -> bool:
    spec = CHARTS[idea.chart]
    title = spec.title(spec.params.model_validate(idea.params))
    with cell, st.container(border=True, height="stretch"):
        st.markdown(f":material/{spec.icon}: **{plain(title[:80])}**")
        drawn = answer("chart", request, DrawnChart, key=key)
        if drawn is not None:
            show_thumbnail(drawn, key=f"{key}-picture")
        st.caption(idea.reason)
        return st.button(
            f"Open {spec.label.lower()}", icon=":material/open_in_full:", key=f"{key}-open", width="stretch"
        )

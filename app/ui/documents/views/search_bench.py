"""Search bench: which passages come for a question, why, and what each knob changes."""

import json
import shlex
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.bootstrap import services, wiring
from app.ui.computing import progress_panel
from app.ui.documents.hits import WAYS, legend, show_result
from app.ui.documents.spec import DocumentsView
from app.ui.forms import front_fields, other_fields, params_fields
from app.ui.guard import guard, show_error
from app.ui.panels import code_expander
from app.ui.text import plain
from core.errors import Conflict, WorkbenchError
from core.knowledge import Collection
from core.retrieval.spec import Filters, SearchResult, SearchSettings

WAIT_S = 3.0
"""A page waits this long for a search before it shows progress; one takes a tenth of a second."""


def show(collection: Collection | None) -> None:
    """A question, the knobs, and what comes of them."""
    question = st.text_input(
        "Question",
        value=st.query_params.get("q", ""),
        placeholder="How is a missing value filled in?",
        key="bench-question",
        icon=":material/search:",
    ).strip()
    bar = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    is_comparing = bar.toggle(
        "Compare two settings",
        key="bench-compare",
        help="The same question with two sets of knobs, side by side, and how many places each passage moves.",
    )
    if not question:
        st.query_params.pop("q", None)
        _knobs("bench-a", popover_in=bar)
        _teach(collection)
        return
    st.query_params["q"] = question
    filters = Filters(collection_ids=(collection.id,) if collection is not None else ())
    if is_comparing:
        _compare(question, filters)
    else:
        settings = _knobs("bench-a", popover_in=bar)
        result = _found(question, filters, settings, key="bench-a")
        if result is not None:
            st.html(legend(_ways(result)))
            show_result(result, key="bench-hit")
        _code(question, filters, settings)


def _compare(question: str, filters: Filters) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**These settings**")
        one = _knobs("bench-a", popover_in=left)
    with right:
        st.markdown("**Against these**")
        other = _knobs("bench-b", popover_in=right, start={"dense_weight": 1.0})
    with left:
        first = _found(question, filters, one, key="bench-a")
    with right:
        second = _found(question, filters, other, key="bench-b")
    if first is None or second is None:
        return
    with left:
        st.html(legend(_ways(first)))
        show_result(first, key="bench-hit-a")
    with right:
        st.html(legend(_ways(second)))
        show_result(second, key="bench-hit-b", before=first)
    _code(question, filters, other)


def _knobs(key: str, *, popover_in: DeltaGenerator, start: dict[str, Any] | None = None) -> SearchSettings:
    """The settings that a person has chosen."""
    values: dict[str, Any] = {}
    names = front_fields(SearchSettings)
    for column, name in zip(st.columns([4, 5, 4]), names, strict=True):
        with column:
            values |= params_fields(SearchSettings, [name], key=key, values=start)
    with popover_in.popover("All settings", icon=":material/tune:", key=f"{key}-popover"):
        values |= params_fields(SearchSettings, other_fields(SearchSettings), key=key, values=start)
    return SearchSettings.model_validate(values)


def _found(question: str, filters: Filters, settings: SearchSettings, *, key: str) -> SearchResult | None:
    """The answer, asked for when anything has changed; None while there is none."""
    asked = json.dumps([question, filters.model_dump(mode="json"), settings.model_dump(mode="json")])
    known = st.session_state.get(f"{key}-asked")
    try:
        if known is None or known["asked"] != asked:
            started = services().retrieval.start(question, filters=filters, settings=settings)
            known = {"asked": asked, "id": started.id}
            st.session_state[f"{key}-asked"] = known
        computation = services().computations.wait(known["id"], timeout_s=WAIT_S)
        if not computation.status.is_terminal:
            progress_panel(computation.id, key=f"{key}-progress")
            return None
        return services().retrieval.result(computation)
    except WorkbenchError as error:
        # The next run of the page asks again.
        st.session_state.pop(f"{key}-asked", None)
        show_error(error)
        if isinstance(error, Conflict) and st.button("Try again", icon=":material/refresh:", key=f"{key}-again"):
            st.rerun()
        return None


def _ways(result: SearchResult) -> list[str]:
    return [way for way in WAYS if any(way in hit.parts for hit in result.hits)]


def _teach(collection: Collection | None) -> None:
    """What can be learned here, and questions to begin with."""
    st.info(
        "Type a question to see which passages come and why. Each bar shows what the search by meaning and the search "
        "by words add to the score. Try the same question with the weight at 0 and at 1: names and numbers are found "
        "by words, other wordings by meaning.",
        icon=":material/lightbulb:",
    )
    with guard():
        ideas = services().conversations.suggestions((collection.id,) if collection is not None else ())
    if not ideas:
        return
    chosen = st.pills("Questions to begin with", ideas, key="bench-ideas", format_func=plain)
    if chosen:
        st.query_params["q"] = chosen
        del st.session_state["bench-ideas"]
        del st.session_state["bench-question"]
        st.rerun()


def _code(question: str, filters: Filters, settings: SearchSettings) -> None:
    """The same search over REST."""
    request: dict[str, Any] = {"question": question}
    if filters.collection_ids:
        request["filters"] = {"collection_ids": list(filters.collection_ids)}
    changed = settings.model_dump(mode="json", exclude_defaults=True)
    if changed:
        request["settings"] = changed
    address = f"{wiring().settings.browser_url}/api/v1/search"
    body = json.dumps(request, ensure_ascii=False)
    code_expander(f'''import requests

answer = requests.post("{address}", json={request!r}, timeout=30).json()
for hit in answer["hits"]:
    parts = {{way: round(part["contribution"], 3) for way, part in hit["parts"].items()}}
    print(round(hit["score"], 3), hit["file_name"], hit["passage"]["page"], parts)''')
    code_expander(
        f"curl -s {address} -H 'Content-Type: application/json' -d {shlex.quote(body)}",
        label="The same with curl",
        language="bash",
    )


SPEC = DocumentsView(
    key="search", label="Search bench", icon=":material/manage_search:", order=30, show=show, spans_all=True
)

"""The view "Ask" of the Explore page: a question in plain English, its answer, and how it was understood."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.computing import progress_panel
from app.ui.explore.asking_answers import show_answer
from app.ui.guard import guard, show_error
from app.ui.text import plain
from core.conditions import Condition
from core.errors import WorkbenchError
from core.ids import new_id
from core.questions.types import Interpretation, Plan
from core.records import Dataset
from core.types import ComputationStatus

MAX_ASKED = 20
COSTLY_CELLS = 50_000_000
"""A plan that may read so many cells is shown before it is carried out."""


def show(dataset: Dataset) -> None:
    """Draw the view for one dataset that is ready."""
    key = f"ask-{dataset.id}"
    asked: list[dict[str, Any]] = st.session_state.setdefault(f"{key}-asked", [])
    with guard():
        examples = services().asking.examples(dataset)
    with st.form(f"{key}-form", border=False):
        place, press = st.columns([6, 1], vertical_alignment="bottom")
        question = place.text_input(
            "Question", key=f"{key}-question", placeholder="Ask in plain English", label_visibility="collapsed"
        )
        is_pressed = press.form_submit_button("Ask", type="primary", icon=":material/send:", width="stretch")
    if is_pressed:
        _ask(dataset, question, asked)
    chosen = _examples(examples, key=f"{key}-example-{len(asked)}")
    if chosen is not None:
        _ask(dataset, chosen, asked)
        st.rerun()
    if asked:
        _show_turn(dataset, asked[-1], key=f"{key}-turn-{asked[-1]['id']}")
    _show_earlier(dataset, asked, key=key)
    reader = f"the language model {services().asking.model}" if services().asking.model else "rules"
    st.caption(
        plain(f"Questions are read by {reader}. Everything that is computed is shown, so that it can be checked.")
    )


def _examples(examples: tuple[str, ...], *, key: str) -> str | None:
    """Questions that work, one click each."""
    return st.pills("Try", list(examples), key=key, label_visibility="collapsed", format_func=plain)


def _ask(dataset: Dataset, question: str, asked: list[dict[str, Any]]) -> None:
    """Have a question read; conditions of the one before go along."""
    filters = [Condition.model_validate(one) for one in asked[-1].get("filters", ())] if asked else []
    try:
        computation = services().asking.ask(dataset.id, question, filters=filters)
    except WorkbenchError as error:
        show_error(error)
        return
    asked.append({"id": new_id(), "question": question, "computation_id": computation.id, "choice": 0, "filters": []})
    del asked[:-MAX_ASKED]


def _show_turn(dataset: Dataset, turn: dict[str, Any], *, key: str) -> None:
    with guard():
        computation = services().computations.wait(turn["computation_id"], timeout_s=1.5)
    st.markdown(f"##### {plain(turn['question'])}")
    if not computation.status.is_terminal:
        progress_panel(computation.id, key=key)
        return
    if computation.status is not ComputationStatus.FINISHED:
        error = computation.error
        st.error(f"{plain(error.message)} {plain(error.hint)}" if error else "There is no answer.")
        return
    with guard():
        found = services().asking.interpretation(computation)
    for notice in found.notices:
        st.caption(f":material/info: {plain(notice)}")
    if found.plan is None:
        _show_not_understood(dataset, found, turn, key=key)
        return
    plans = [found.plan, *found.alternatives]
    plan = plans[min(turn["choice"], len(plans) - 1)]
    turn["filters"] = [one.model_dump(mode="json") for one in plan.filters]
    st.markdown(f":gray[Understood as] **{plain(plan.words)}**")
    for notice in plan.notices:
        st.caption(f":material/info: {plain(notice)}")
    if _may_run(dataset, plan, turn, key=key):
        show_answer(dataset, plan, key=key)
    _show_understanding(found, plans, turn, key=key)


def _may_run(dataset: Dataset, plan: Plan, turn: dict[str, Any], *, key: str) -> bool:
    """Whether the plan is cheap, or a person has said yes to it."""
    cells = (dataset.n_rows or 0) * (len(dataset.columns) if plan.kind == "profile" else 3)
    if cells < COSTLY_CELLS or turn.get("agreed"):
        return True
    st.info("This table is large, so it may take a while.", icon=":material/hourglass_top:")
    if plan.sql:
        st.code(plan.sql, language="sql")
    if st.button("Run it", icon=":material/play_arrow:", key=f"{key}-agree"):
        turn["agreed"] = True
        st.rerun()
    return False


def _show_not_understood(dataset: Dataset, found: Interpretation, turn: dict[str, Any], *, key: str) -> None:
    st.warning(plain(found.problem), icon=":material/help:")
    st.caption("Questions like the ones above are understood. Naming columns as they are called always helps.")
    if not found.alternatives:
        return
    plan = found.alternatives[0]
    if turn.get("guessed") or st.button(plain(f"Perhaps: {plan.words}"), key=f"{key}-perhaps"):
        turn["guessed"] = True
        show_answer(dataset, plan, key=f"{key}-guess")


def _show_understanding(found: Interpretation, plans: list[Plan], turn: dict[str, Any], *, key: str) -> None:
    """The call behind the answer, how sure it is, and other readings."""
    plan = plans[min(turn["choice"], len(plans) - 1)]
    with st.expander("How it was understood", icon=":material/psychology:"):
        sure = "surely" if plan.confidence >= 0.8 else "probably" if plan.confidence >= 0.55 else "hardly"
        st.caption(plain(f"Read by {found.by}; {sure} what was meant."))
        if plan.sql:
            st.code(plan.sql, language="sql")
        else:
            st.json({plan.computation: plan.params}, expanded=2)
    others = [at for at in range(len(plans)) if at != turn["choice"]]
    if others:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Meant something else?")
            for at in others:
                if st.button(plain(plans[at].words), key=f"{key}-other-{at}", type="tertiary"):
                    turn["choice"] = at
                    st.rerun()


def _show_earlier(dataset: Dataset, asked: list[dict[str, Any]], *, key: str) -> None:
    """Questions of this visit, newest first, each one click from being asked again."""
    if len(asked) < 2:
        return
    with st.expander("Asked before", icon=":material/history:"):
        for turn in reversed(asked[:-1]):
            if st.button(plain(turn["question"]), key=f"{key}-before-{turn['id']}", type="tertiary"):
                _ask(dataset, turn["question"], asked)
                st.rerun()

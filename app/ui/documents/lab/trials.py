"""Trials: settings judged on a question set, side by side and question by question."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app.bootstrap import services
from app.services.retrieval_lab import TrialState
from app.ui import forms, numbers
from app.ui.computing import progress_panel
from app.ui.guard import guard
from app.ui.text import plain
from core.knowledge import QuestionSet
from core.lab.judging import METRICS
from core.lab.spec import Estimate, TrialReport
from core.retrieval.spec import SearchSettings

SHOWN = ("ndcg_at_10", "recall_at_5", "recall_at_10", "mrr", "support_rate", "answer_rate", "refusal_rate")
WRONG_FROM_RANK = 4
"""A right passage below the first three is easily overlooked."""


def start_trial(questions: QuestionSet, *, is_first: bool) -> None:
    """The knobs, and a button that judges them; folded once there is something to look at."""
    with st.expander("Settings to judge", icon=":material/tune:", expanded=is_first):
        settings: dict[str, Any] = {}
        front = forms.front_fields(SearchSettings)
        for column, field in zip(st.columns(len(front)), front, strict=True):
            with column:
                settings |= forms.params_fields(SearchSettings, [field], key="lab-settings")
        with st.popover("All settings", icon=":material/settings:"):
            others = forms.other_fields(SearchSettings)
            settings |= forms.params_fields(SearchSettings, others, key="lab-settings-all")
        with_answers = st.toggle(
            "Answers too",
            value=True,
            key="lab-answers",
            help="Also answers every question without a language model: how much of the answers is supported, and are "
            "unanswerable questions refused? Takes longer.",
        )
        if st.button("Evaluate", icon=":material/science:", type="primary", key="lab-start"):
            with guard():
                services().retrieval_lab.start_trial(questions.id, settings=settings, with_answers=with_answers)
            st.rerun()


def show_trials(states: Sequence[TrialState]) -> None:
    """What is under way, the table of what was found, and one trial in full."""
    for state in states:
        if not state.computation.status.is_terminal:
            st.caption(plain(state.trial.name))
            progress_panel(state.computation.id, key=f"lab-progress-{state.trial.id}")
        elif state.report is None:
            error = state.computation.error
            text = f"{error.message} {error.hint}" if error else "There is no result."
            st.error(plain(f"{state.trial.name}: {text}"), icon=":material/error:")
    done = [state for state in states if state.report is not None]
    if not done:
        return
    _table(done)
    _sentence(done)
    by_id = {state.trial.id: state for state in done}
    chosen = st.selectbox(
        "Question by question",
        list(by_id),
        format_func=lambda each: f"{by_id[each].trial.name} · {numbers.relative_time(by_id[each].trial.created_at)}",
        key="lab-trial",
    )
    report = by_id[str(chosen)].report
    assert report is not None
    _questions(report)


def _table(states: Sequence[TrialState]) -> None:
    rows = []
    for state in states:
        report = state.report
        assert report is not None
        scores = {METRICS[key]: _score(report.scores.get(key)) for key in SHOWN}
        age = "" if state.is_current else "other questions"
        rows.append({"Settings": state.trial.name, **scores, "Median": numbers.duration(report.median_s), "Note": age})
    frame = pd.DataFrame(rows)
    kept = [name for name in frame.columns if frame[name].astype(str).str.len().any()]
    st.dataframe(frame[kept], hide_index=True, width="stretch", key="lab-trials")


def _score(estimate: Estimate | None) -> str:
    return "" if estimate is None else numbers.score_with_interval(estimate.value, estimate.low, estimate.high)


def _sentence(states: Sequence[TrialState]) -> None:
    """Which settings are best, and whether the others can be told apart from them."""
    current = [state for state in states if state.is_current]
    best = next((state for state in current if state.against_best is None), None)
    others = [state for state in current if state.against_best]
    if best is None or not others:
        return
    told = [f"**{plain(best.trial.name)}** has the highest nDCG at 10."]
    for state in others:
        against = (state.against_best or {}).get("ndcg_at_10")
        if against is None:
            continue
        clear = against.high < 0
        told.append(
            f"{plain(state.trial.name)}: {numbers.delta(against.value, 0.0)} "
            + ("(clearly less)" if clear else "(not distinguishable on these questions)")
        )
    st.markdown("  \n".join(told))


def _questions(report: TrialReport) -> None:
    for text in report.notices:
        st.caption(plain(text))
    only_wrong = st.toggle("Only what went wrong", key="lab-wrong")
    rows = []
    for each in report.outcomes:
        is_late = each.is_answerable and (each.rank is None or each.rank >= WRONG_FROM_RANK)
        is_wrong_answer = each.is_refused is not None and each.is_refused is each.is_answerable
        if only_wrong and not is_late and not is_wrong_answer:
            continue
        rows.append(
            {
                "Question": each.text,
                "Right passage": ("not found" if each.rank is None else f"{each.rank}.")
                if each.is_answerable
                else "none",
                "Came first": each.best,
                "Missed": ", ".join(each.missed),
                "Answer": {None: "", True: "refused", False: "answered"}[each.is_refused],
                "Supported": "" if each.support_rate is None else numbers.percent(each.support_rate),
            }
        )
    if not rows:
        st.success("Nothing went wrong on these questions.", icon=":material/check_circle:")
        return
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="lab-outcomes")

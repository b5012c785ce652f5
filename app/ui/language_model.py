"""The language model on a page: what is set, what is used, and a button that tries it."""

from collections.abc import Sequence

import streamlit as st

from app.bootstrap import services
from app.services.language_model import DayOfUse, LanguageModelState
from app.ui import numbers
from app.ui.computing import progress_panel
from app.ui.figures import show_figure
from app.ui.guard import guard
from app.ui.text import plain
from core.knowledge import LanguageModelUse
from core.types import ComputationStatus

WAIT_S = 3.0
N_USES = 30
_CHECK = "monitoring-language-model-check"
_PURPOSES = {
    "check": "Check",
    "question": "Question of data",
    "answer": "Answer",
    "rewriting": "Question that goes on",
    "wording": "Wording of insights",
    "draft_questions": "Drafted questions",
}


def language_model_panel() -> None:
    """The whole panel, with its own heading."""
    st.subheader("Language model")
    service = services().language_model
    if not service.is_configured:
        st.info(
            "None is set, and none is needed: rules, statistics and extracts answer. To use one, set "
            "PRAXIS\\_LLM\\_MODEL and, for its server, OPENAI\\_BASE\\_URL and OPENAI\\_API\\_KEY; "
            "then start Praxis again.",
            icon=":material/info:",
        )
    today = st.container()
    if service.is_configured:
        _try_it()
    with guard():  # after the try, which is among the uses
        state, days, uses = service.state(), service.by_day(), service.uses(limit=N_USES)
    if state.is_configured:
        with today:
            _today(state)
    if uses:
        _history(days, uses)
    elif state.is_configured:
        st.caption("It was not used yet.")


def _today(state: LanguageModelState) -> None:
    st.markdown(f"**{plain(state.model)}** at {plain(state.server)}")
    today = state.today
    tokens, cost, calls, failures = st.columns(4)
    tokens.metric("Tokens today", numbers.count(today.tokens), help="Read and written, since midnight UTC.")
    cost.metric(
        "Cost today",
        numbers.significant(today.cost) if state.has_prices else numbers.MISSING,
        help="In the currency of your prices. Without prices it is not known.",
    )
    calls.metric("Requests today", numbers.count(today.n_calls), help=f"{today.n_cached} of them answered from memory.")
    failures.metric("Without an answer", numbers.count(today.n_errors), help="The newest uses below say why.")
    limits = []
    if state.tokens_left is not None:
        limits.append(f"{numbers.count(state.tokens_left)} of {numbers.count(state.tokens_per_day)} tokens")
    if state.cost_left is not None:
        limits.append(f"{numbers.significant(state.cost_left)} of {numbers.significant(state.cost_per_day)} in money")
    left = f"Left of today's budget: {' and '.join(limits)}. It renews {numbers.relative_time(state.renews_at)}."
    secrets = f" {numbers.count(today.n_redacted, 'secret')} blotted out today." if today.n_redacted else ""
    st.caption(plain((left if limits else "There is no budget.") + secrets))
    if (state.tokens_left == 0) or (state.cost_left == 0):
        st.warning(
            "Today's budget is used up: answers come without the model until it renews.", icon=":material/savings:"
        )


def _try_it() -> None:
    if st.button("Try it", icon=":material/play_arrow:", key="monitoring-try-language-model"):
        with guard():
            st.session_state[_CHECK] = services().language_model.check().id
    check_id = st.session_state.get(_CHECK)
    if check_id is None:
        return
    with guard():
        computation = services().computations.wait(check_id, timeout_s=WAIT_S)
    if not computation.status.is_terminal:
        progress_panel(computation.id, key="monitoring-language-model")
        return
    if computation.status is not ComputationStatus.FINISHED:
        reason = computation.error
        st.error(plain(f"{reason.message} {reason.hint}" if reason else "There is no answer."), icon=":material/error:")
        return
    with guard():
        found = services().language_model.checked(computation)
    if found.is_answering:
        took = numbers.duration(found.seconds)
        st.success(f"It answers, in {took}: “{plain(found.text)}”", icon=":material/check_circle:")
    else:
        st.warning(plain(f"{found.error} {found.hint}"), icon=":material/cloud_off:")


def _history(days: Sequence[DayOfUse], uses: Sequence[LanguageModelUse]) -> None:
    if any(one.spent.tokens for one in days):
        show_figure(_figure(days), key="monitoring-language-model-days")
    with st.expander("Newest uses"):
        st.dataframe(
            [_use_row(use) for use in uses],
            hide_index=True,
            key="monitoring-language-model-uses",
            alt="The newest uses of the language model with purpose, tokens, cost and outcome",
        )


def _use_row(use: LanguageModelUse) -> dict[str, str | int | float]:
    outcome = "from memory" if use.is_cached else use.error.replace("_", " ") or "answered"
    return {
        "When": numbers.relative_time(use.created_at),
        "For": _PURPOSES.get(use.purpose, use.purpose),
        "Outcome": outcome,
        "Tokens read": use.prompt_tokens,
        "Written": use.completion_tokens,
        "Cost": use.cost,
        "Took": numbers.duration(use.duration_s),
        "Secrets blotted out": use.n_redacted,
    }


def _figure(days: Sequence[DayOfUse]) -> dict[str, object]:
    labels = [f"{one.day:%b} {one.day.day}" for one in days]
    read = [one.spent.prompt_tokens for one in days]
    written = [one.spent.completion_tokens for one in days]
    table = {
        "Day": [one.day.isoformat() for one in days],
        "Tokens read": read,
        "Tokens written": written,
        "Cost": [one.spent.cost for one in days],
        "Requests": [one.spent.n_calls for one in days],
        "Without an answer": [one.spent.n_errors for one in days],
    }
    layout = {
        "title": {"text": "Tokens a day"},
        "xaxis": {"title": {"text": ""}, "type": "category"},
        "yaxis": {"title": {"text": "Tokens"}, "rangemode": "tozero"},
        "barmode": "stack",
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.12, "x": 1, "xanchor": "right"},
        "height": 260,
    }
    return {
        "title": "Tokens a day",
        "explanation": "What the model has read and written, by day (UTC). Answers from memory cost nothing.",
        "alt": f"Bars of tokens for {len(days)} days; {sum(read) + sum(written)} in all.",
        "table": table,
        "figure": {
            "data": [
                {"type": "bar", "name": "read", "x": labels, "y": read},
                {"type": "bar", "name": "written", "x": labels, "y": written},
            ],
            "layout": layout,
        },
    }

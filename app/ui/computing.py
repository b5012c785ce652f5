"""Answers of the workers on a page: at once when they are quick, otherwise with progress and a stop button."""

from typing import Any, TypeVar

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.text import plain
from core.ids import utc_now
from core.params import Params, validate_params
from core.records import Computation, ErrorRecord
from core.types import ComputationStatus, Value
from evaluation.computing import COMPUTATIONS

R = TypeVar("R", bound=Value)

WAIT_S = 1.5
"""A page waits this long before it shows progress instead."""


def answer(
    kind: str, params: Params | dict[str, Any], result: type[R], *, key: str, wait_s: float = WAIT_S
) -> R | None:
    """The answer to a question, asked now unless it is known or under way.

    While it is under way a panel with progress and a stop button is drawn instead, and the page runs again when the
    answer is there. A failure is drawn as a sentence with a button that asks again.

    Args:
        kind: Key of the computation registry.
        params: Its parameters.
        result: The type of the answer.
        key: Prefix of the widgets' keys; unique within the page.
        wait_s: How long to wait before progress is shown.

    Returns:
        The answer, or None while there is none: the caller draws nothing more then.
    """
    service = services().computations
    told_key = f"{key}-ended"
    with guard():
        values = validate_params(COMPUTATIONS[kind].params, _values(params)).model_dump(mode="json")
        ended = st.session_state.get(told_key)
        # A question that failed or was stopped is not asked again by every rerun of the page, only by its button.
        told_id = ended["id"] if ended and ended["params"] == values else None
        computation = service.get(told_id) if told_id else service.start(kind, values)
        computation = service.wait(computation.id, timeout_s=wait_s)
        if computation.status is ComputationStatus.FINISHED:
            found = service.result(computation)
            assert isinstance(found, result), "the registry and the caller agree on the answer"
            return found
    if computation.status.is_terminal:
        st.session_state[told_key] = {"id": computation.id, "params": computation.params}
        _show_end(computation, key=key, told_key=told_key)
    else:
        progress_panel(computation.id, key=key)
    return None


@st.fragment(run_every="0.7s")
def progress_panel(computation_id: str, *, key: str) -> None:
    """How far a computation is; the page runs again when it is over."""
    with guard():
        computation = services().computations.get(computation_id)
    if computation.status.is_terminal:
        st.rerun()
    label = COMPUTATIONS[computation.kind].label
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(computation.progress, text=plain(f"{label}: {progress_words(computation)}"))
    if stop.button("Stop", icon=":material/stop_circle:", key=f"{key}-stop", width="stretch"):
        with guard():
            services().computations.cancel(computation_id)
        st.rerun()


def progress_words(computation: Computation) -> str:
    """Stage, part done and time left, in words."""
    words = [computation.stage[:1].lower() + computation.stage[1:], numbers.percent(computation.progress)]
    if computation.is_cancel_requested:
        return "stopping"
    if computation.started_at is not None and computation.progress > 0.1:
        elapsed_s = (utc_now() - computation.started_at).total_seconds()
        left_s = elapsed_s * (1 - computation.progress) / computation.progress
        words.append(f"about {numbers.duration(left_s)} left")
    return " · ".join(words)


def _values(params: Params | dict[str, Any]) -> dict[str, Any]:
    return params if isinstance(params, dict) else params.model_dump(mode="json")


def _show_end(computation: Computation, *, key: str, told_key: str) -> None:
    error = computation.error or ErrorRecord(code="unexpected", message="There is no answer.")
    text = f"{plain(error.message)} {plain(error.hint)}".strip()
    if computation.status is ComputationStatus.CANCELLED:
        st.info(text, icon=":material/stop_circle:")
    else:
        st.error(text, icon=":material/error:")
    if st.button("Try again", icon=":material/refresh:", key=f"{key}-again"):
        del st.session_state[told_key]
        st.rerun()

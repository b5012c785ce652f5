"""The edge between services and pages: errors become sentences beside the form."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from app.ui.text import plain
from core.errors import Conflict, Unavailable, WorkbenchError
from core.ids import new_id

logger = logging.getLogger(__name__)


@contextmanager
def guard() -> Iterator[None]:
    """Show an error of the block as a sentence with its hint, and end the page there."""
    try:
        yield
    except WorkbenchError as error:
        show_error(error)
        st.stop()


def show_error(error: WorkbenchError) -> None:
    """One error, in the colour of its family."""
    text = f"{plain(error.message)} {plain(error.hint)}".strip()
    if isinstance(error, Conflict):
        st.warning(text, icon=":material/sync_problem:")
    elif isinstance(error, Unavailable):
        st.warning(f"{text} Try again in a moment.", icon=":material/cloud_off:")
    else:
        st.error(text, icon=":material/error:")


def show_not_here(what: str, ids: Sequence[str], *, hint: str) -> None:
    """Say that an address names what cannot be shown; nothing when ``ids`` is empty."""
    if ids:
        names = ", ".join(repr(one[:60]) for one in ids[:3])
        st.warning(plain(f"The address names {what} {names}. {hint}"), icon=":material/link_off:")


def show_unexpected(error: Exception) -> None:
    """An error of ours: a reference for the log instead of a traceback."""
    reference = new_id()[-12:]
    logger.error("a page failed (reference %s)", reference, exc_info=error)
    st.error(
        f"Something went wrong on our side (reference {reference}). The details are in the server's log.",
        icon=":material/bug_report:",
    )

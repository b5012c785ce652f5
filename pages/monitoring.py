"""Monitoring: whether every part of this instance is up."""

import streamlit as st

from app.bootstrap import services
from app.ui.guard import guard
from app.ui.language_model import language_model_panel
from app.ui.panels import machine_strip
from app.ui.text import plain

st.title("Monitoring")
st.markdown("Whether every part of this instance answers, and how to mend what does not.")


@st.fragment(run_every="5s")
def components() -> None:
    """One card for each component."""
    found = services().health.check()
    n_down = sum(component.status == "down" for component in found)
    if n_down:
        st.warning(f"{n_down} of {len(found)} components need attention.", icon=":material/warning:")
    else:
        st.success("Everything answers.", icon=":material/check_circle:")
    for start in range(0, len(found), 3):
        for column, component in zip(st.columns(3), found[start : start + 3], strict=False):
            with column.container(border=True):
                mark = (
                    ":green[:material/check_circle:] up" if component.status == "up" else ":red[:material/error:] down"
                )
                st.markdown(f"**{_heading(component.name)}** · {mark}")
                st.caption(plain(f"{_heading(component.detail).rstrip('.')}. {component.hint}".strip()))
    with guard():
        machine_strip()


def _heading(text: str) -> str:
    """``text`` with a capital at its start; initials stay initials."""
    return text.replace("cpu", "CPU", 1) if text.startswith("cpu") else text[:1].upper() + text[1:]


components()
language_model_panel()
st.caption("The same as JSON: /api/v1/health. For a check from the command line: python -m app doctor")

"""How the run learned: its steps in words, what was noticed with a change to try, and the model in two languages."""

import streamlit as st

from app.services.proposing import proposal
from app.services.workflow import workflow
from app.ui import places
from app.ui.run.spec import RunView
from app.ui.text import plain
from core.records import Remark, Run
from core.types import Severity
from evaluation.remarks.registry import REMARKS
from models.registry import MODELS

_ICONS = {
    Severity.INFO: ":blue[:material/info:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.SERIOUS: ":red[:material/report:]",
}
_WORDS = {Severity.INFO: "Remark", Severity.WARNING: "Warning", Severity.SERIOUS: "Serious"}


def show(run: Run) -> None:
    """Remarks first: they are what one acts on."""
    remarks = sorted(run.progress.remarks, key=lambda remark: list(_ICONS).index(remark.severity), reverse=True)
    for remark in remarks:
        _remark(run, remark)
    if not remarks:
        st.markdown(":green[:material/check_circle:] Nothing stood out while it trained.")
    st.markdown("**What happened, step by step**")
    rows = [
        f"| {number} {step.title} | {plain(step.technical)} | {plain(step.kitchen)} |"
        for number, step in enumerate(workflow(run), start=1)
    ]
    st.markdown("\n".join(["| Step | Technically | In the kitchen |", "| --- | --- | --- |", *rows]))
    spec = MODELS[run.config.model]
    technical, kitchen = st.columns(2)
    technical.markdown(f"**{plain(spec.label)}, technically**")
    technical.write(spec.technical)
    kitchen.markdown(f"**{plain(spec.label)}, in the kitchen**")
    kitchen.write(spec.kitchen)
    st.caption(f"Source: {plain(spec.source)}")


def _remark(run: Run, remark: Remark) -> None:
    known = REMARKS.get(remark.key) if remark.key in REMARKS else None
    with st.container(border=True):
        st.markdown(f"{_ICONS[remark.severity]} {_WORDS[remark.severity]} · **{plain(remark.title)}**")
        st.markdown(f"{plain(remark.seen)} {plain(remark.advice)}")
        if known is not None:
            st.caption(known.meaning)
        if remark.change is not None and st.button(
            f"Try {plain(remark.change.label)}", icon=":material/tune:", key=f"run-try-{remark.key}"
        ):
            st.switch_page(places.TRAIN, query_params=proposal(run.id, remark.change))


SPEC = RunView(key="learning", label="How it learned", order=80, show=show)

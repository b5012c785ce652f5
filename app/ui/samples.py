"""The gallery of built-in tables: what each one is, what it teaches, and a button that takes it."""

import streamlit as st

from app.bootstrap import services
from app.services.sources import SampleCard
from app.ui import numbers
from app.ui.text import plain
from core.types import LearningTask

PER_ROW = 3
ALL = "All"
TASK_WORDS = {LearningTask.CLASSIFICATION: "class", LearningTask.REGRESSION: "number"}


def samples_gallery(key: str) -> str | None:
    """Cards with icon, purpose, size and task. Returns the key of the sample that a person has just taken."""
    samples = services().sources.samples()
    topics = [ALL, *dict.fromkeys(sample.topic for sample in sorted(samples, key=lambda sample: sample.topic))]
    topic = st.pills("What for", topics, default=ALL, required=True, key=f"{key}-topic", label_visibility="collapsed")
    shown = [sample for sample in samples if topic in (ALL, sample.topic)]
    taken = None
    for start in range(0, len(shown), PER_ROW):
        row = st.columns(PER_ROW)
        for column, sample in zip(row, shown[start : start + PER_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                if _card(sample, key=f"{key}-{sample.key}"):
                    taken = sample.key
    return taken


def _card(sample: SampleCard, *, key: str) -> bool:
    """One sample; whether it was taken just now."""
    st.markdown(f":material/{sample.icon}: **{plain(sample.label)}**", help=plain(sample.description))
    st.caption(
        f"{plain(sample.topic)} · {numbers.count(sample.n_rows)} × {numbers.count(sample.n_columns)} · "
        f"{TASK_WORDS[sample.task]}: {plain(sample.target)}"
    )
    st.markdown(plain(sample.lesson))
    return st.button("Use this sample", icon=":material/add:", key=key, width="stretch")

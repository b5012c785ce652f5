"""How rows are divided and how often: split, seed, resampling."""

from typing import Any

import streamlit as st

from app.ui import forms
from app.ui.train.subject import Subject
from core.types import LearningTask, SplitParams


def split_settings(subject: Subject) -> dict[str, Any]:
    """The ``split`` and ``seed`` parts of the request; drawn inside the form of the page."""
    split = forms.params_fields(SplitParams, ["validation", "test"], key="train-split")
    if subject.task is LearningTask.CLASSIFICATION:
        split |= forms.params_fields(SplitParams, ["scheme"], key="train-split")
    seed = st.number_input(
        "Seed", 0, 2**32 - 1, 7, key="train-seed", help="The same seed gives the same split and the same result."
    )
    st.caption("The test part is scored once, at the end; nothing is chosen by it.")
    return {"split": split, "seed": int(seed)}


def warnings_before(subject: Subject) -> None:
    """What speaks against training on these columns as they are, above the settings."""

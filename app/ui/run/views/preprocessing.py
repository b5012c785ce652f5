"""How raw columns became features."""

import streamlit as st

from app.bootstrap import services
from app.ui import numbers
from app.ui.guard import guard
from app.ui.preprocessing import show_pipeline
from app.ui.run.spec import RunView
from core.records import Run
from core.types import LearningTask
from models.registry import MODELS


def show(run: Run) -> None:
    """The diagram, and the names of the features that came of it."""
    assert run.result is not None
    with guard():
        dataset = services().datasets.get(run.dataset_id)
        description = services().preprocessing.describe_config(dataset, run.config)
    show_pipeline(description, model=MODELS[run.config.model].label, key=f"run-pipeline-{run.id}")
    with st.popover(f"{numbers.count(len(run.result.features), 'feature')} by name", icon=":material/list:"):
        st.dataframe(
            [{"Feature": name} for name in run.result.features], hide_index=True, alt="Features after preprocessing"
        )


def applies(run: Run) -> bool:
    """Whether features came of columns: a forecast makes its own from the series, a combination from its runs."""
    return run.config.task is not LearningTask.FORECASTING and "runs" not in run.config.params


SPEC = RunView(key="preprocessing", label="Preprocessing", order=60, show=show, applies=applies)

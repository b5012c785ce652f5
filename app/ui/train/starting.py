"""The settings, the button, and the code behind it."""

from typing import Any

import streamlit as st

from app.bootstrap import services, wiring
from app.services.catalog import ModelInfo
from app.services.configuring import StartRun
from app.ui import forms, numbers, places
from app.ui.guard import guard
from app.ui.panels import code_expander
from app.ui.text import plain
from app.ui.train.pipeline import pipeline_settings
from app.ui.train.prefill import proposed
from app.ui.train.subject import Subject
from app.ui.training import request_code
from models.registry import MODELS


def settle_and_start(subject: Subject, model: ModelInfo, division: dict[str, Any]) -> None:
    """All settings in one form; its button starts the run and opens it. ``division`` comes from ``split_settings``."""
    params_model = MODELS[model.key].params
    given = proposed("params")
    preprocessing = pipeline_settings(subject, model, division)
    with st.form("train-settings", border=False):
        st.markdown("4 · Settings")
        front, others = forms.front_fields(params_model), forms.other_fields(params_model)
        params: dict[str, Any] = {}
        for column, name in zip(st.columns(max(len(front), 2)), front, strict=False):
            with column:
                params |= forms.params_fields(params_model, [name], key=f"train-{model.key}", values=given)
        with st.expander("All settings", icon=":material/tune:"):
            params |= forms.params_fields(params_model, others, key=f"train-{model.key}", values=given)
            if not others:
                st.caption("This model has no other settings.")
        submitted = st.form_submit_button("Start run", type="primary", icon=":material/play_arrow:")
    request = StartRun(
        dataset_id=subject.dataset.id,
        target=subject.target,
        model=model.key,
        params=params,
        task=subject.task,
        preprocessing=preprocessing,
        series=subject.series,
        **division,
    )
    if submitted:
        with guard():
            run = services().runs.start(request)
        st.switch_page(places.RUNS, query_params={"run": run.id})
    st.caption(
        f"{plain(model.label)} on {numbers.count(subject.dataset.n_rows, 'row')}. "
        "The run goes on when you close this page."
    )
    code_expander(request_code(request, wiring().settings.browser_url), note="The same call as the button makes.")

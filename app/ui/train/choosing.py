"""Which model: the chooser and the card of the chosen one."""

import streamlit as st

from app.services.catalog import ModelInfo, list_models
from app.ui.train.subject import Subject
from app.ui.training import model_card

USUAL = "random_forest"


def choose_model(subject: Subject) -> ModelInfo:
    """A model that can do the task."""
    models = {model.key: model for model in list_models() if subject.task in model.tasks}
    key = st.segmented_control(
        "3 · Model",
        list(models),
        default=USUAL if USUAL in models else next(iter(models)),
        required=True,
        format_func=lambda key: models[key].label,
        key=f"train-model-{subject.task}",
    )
    model_card(models[key])
    return models[key]

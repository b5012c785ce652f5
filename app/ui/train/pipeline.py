"""How raw columns become features: the settings of preprocessing."""

from typing import Any

from app.services.catalog import ModelInfo
from app.ui import forms
from app.ui.train.subject import Subject
from core.preprocessing.params import PreprocessingParams


def pipeline_settings(subject: Subject, model: ModelInfo) -> dict[str, Any]:
    """The ``preprocessing`` part of the request; drawn inside the form of the page."""
    del model
    names = [column.name for column in subject.dataset.columns if column.name != subject.target]
    return forms.params_fields(
        PreprocessingParams,
        list(PreprocessingParams.model_fields),
        key=f"train-preprocessing-{subject.key}",
        options={"exclude": names},
    )


def pipeline_panel(subject: Subject, model: ModelInfo, preprocessing: dict[str, Any]) -> None:
    """What the settings come to, below the form."""

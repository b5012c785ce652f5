"""How raw columns become features: settings for all columns and for single ones, and what they come to."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.services.catalog import ModelInfo
from app.services.preprocessing import DescribePreprocessing
from app.ui import forms
from app.ui.preprocessing import show_pipeline
from app.ui.text import plain
from app.ui.train.pipeline_columns import column_settings
from app.ui.train.prefill import proposed
from app.ui.train.subject import Subject
from core.errors import WorkbenchError
from core.preprocessing.params import PreprocessingParams
from core.preprocessing.registries import AUTO, METHODS, keys
from core.preprocessing.roles import is_free_text
from core.types import ColumnType, LearningTask

FIELDS = {
    "Numbers": ("impute_numeric", "impute_constant", "missing_flags", "scale", "products", "degree"),
    "Categories": ("encode", "impute_categorical", "max_categories", "rare_share", "hash_features"),
    "Dates": ("date_parts", "date_cycles"),
    "Texts": ("text", "text_words", "text_topics"),
    "Selection": ("select", "keep_features", "most_correlated"),
    "Classes": ("balance",),
}
"""Fields by the tab they stand in."""
ONLY_WITH = {
    "impute_constant": ("impute_numeric", ("constant",)),
    "degree": ("products", ("interactions", "polynomial")),
    "hash_features": ("encode", ("hashing",)),
    "text_topics": ("text", ("topics",)),
    "keep_features": ("select", ("mutual_information", "model")),
    "most_correlated": ("select", ("correlation",)),
}
"""Fields that matter only while another has one of some values."""


def pipeline_settings(subject: Subject, model: ModelInfo, division: dict[str, Any]) -> dict[str, Any]:
    """The ``preprocessing`` part of the request: what differs from the defaults; with a picture of what it comes to.

    Args:
        subject: What is to be learned.
        model: The chosen model.
        division: The part of the request that says how rows are divided.
    """
    if subject.task is LearningTask.FORECASTING:
        return {}
    key = f"train-preprocessing-{subject.key}"
    given = proposed("preprocessing")
    with st.expander("Preprocessing", icon=":material/cleaning_services:"):
        st.caption("Learned from training rows only, stored with the model, applied to whatever it predicts.")
        values: dict[str, Any] = {}
        titles = [title for title in FIELDS if _has(title, subject)]
        tabs = st.tabs([*titles, "Single columns"])
        for title, tab in zip(titles, tabs, strict=False):
            with tab:
                values |= _fields(FIELDS[title], key=key, given=given)
        with tabs[-1]:
            names = [column.name for column in subject.dataset.columns if column.name != subject.target]
            values |= forms.params_fields(
                PreprocessingParams, ["exclude"], key=key, options={"exclude": names}, values=given
            )
            values["columns"] = column_settings(subject.dataset, subject.target, given.get("columns", {}), key=key)
        changed = _changed(values)
        _picture(subject, model, changed, division, key=key)
    return changed


def _has(title: str, subject: Subject) -> bool:
    """Whether the dataset or the question has what the tab is about."""
    columns = [column for column in subject.dataset.columns if column.name != subject.target]
    strings = [column for column in columns if column.type is ColumnType.STRING]
    texts = [column for column in strings if is_free_text(column, subject.dataset.n_rows or 0)]
    there = {
        "Numbers": any(column.type.is_numeric or column.type is ColumnType.BOOLEAN for column in columns),
        "Categories": len(strings) > len(texts),
        "Dates": any(column.type is ColumnType.DATETIME for column in columns),
        "Texts": bool(texts),
        "Classes": subject.task is LearningTask.CLASSIFICATION,
    }
    return there.get(title, True)


def _fields(names: tuple[str, ...], *, key: str, given: dict[str, Any]) -> dict[str, Any]:
    """Widgets for some fields; those that do not matter now are not drawn."""
    values: dict[str, Any] = {}
    columns = st.columns(2)
    shown = 0
    for name in names:
        other, needed = ONLY_WITH.get(name, ("", ()))
        if other and values.get(other) not in needed:
            continue
        with columns[shown % 2]:
            values |= (
                _method(name, key=key, given=given)
                if name in METHODS
                else forms.params_fields(PreprocessingParams, [name], key=key, values=given)
            )
        shown += 1
    return values


def _method(name: str, *, key: str, given: dict[str, Any]) -> dict[str, Any]:
    """The chooser of a method, with what the chosen one does."""
    field = PreprocessingParams.model_fields[name]
    registry = METHODS[name]
    options = keys(registry, auto=field.default == AUTO)
    start = given.get(name, field.default)
    chosen = st.selectbox(
        str(field.title),
        options,
        index=options.index(start) if start in options else 0,
        format_func=lambda option: "Automatic" if option == AUTO else registry[option].label,
        help=field.description,
        key=f"{key}-{name}",
    )
    if chosen != AUTO:
        st.caption(registry[chosen].summary)
    return {name: chosen}


def _changed(values: dict[str, Any]) -> dict[str, Any]:
    """Those of ``values`` that are no defaults: a request says what is special about it."""
    defaults = PreprocessingParams().model_dump(mode="json")
    return {name: value for name, value in values.items() if value != defaults.get(name)}


def _picture(
    subject: Subject, model: ModelInfo, preprocessing: dict[str, Any], division: dict[str, Any], *, key: str
) -> None:
    request = DescribePreprocessing(
        target=subject.target,
        model=model.key,
        task=subject.task,
        preprocessing=preprocessing,
        split=division.get("split", {}),
    )
    try:
        description = services().preprocessing.describe(subject.dataset.id, request)
    except WorkbenchError as error:
        st.warning(f"{plain(error.message)} {plain(error.hint)}", icon=":material/warning:")
        return
    show_pipeline(description, model=model.label, key=key)

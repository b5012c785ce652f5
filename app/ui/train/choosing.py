"""Which model: the chooser and the card of the chosen one."""

from collections.abc import Callable, Mapping

import streamlit as st

from app.services.catalog import ModelInfo, list_models
from app.ui import numbers
from app.ui.text import plain
from app.ui.train.subject import Subject

USUAL = ("hist_gradient_boosting", "k_means", "isolation_forest", "forecaster")
"""The first one that can do the task is chosen until a person chooses."""
FIRST, EVERY = "Good first choices", "All"
FIRST_CHOICES = (
    "hist_gradient_boosting",
    "random_forest",
    "xgboost",
    "logistic_regression",
    "ridge",
    "decision_tree",
    "mlp",
)
FEW = 8
"""So many models need no groups."""
COST_WORDS = {"light": "quick", "medium": "takes its time on large tables", "heavy": "slow on large tables"}
_COST_COLOURS = {"light": "green", "medium": "gray", "heavy": "orange"}

FILTERS: Mapping[str, Callable[[ModelInfo], bool]] = {
    "Quick": lambda model: model.cost == "light",
    "Takes missing values": lambda model: model.handles_missing,
    "Takes categories": lambda model: model.handles_categories,
    "Uses a GPU": lambda model: model.uses_gpu,
}


def choose_model(subject: Subject) -> ModelInfo:
    """A model that can do the task; the address names it."""
    models = {model.key: model for model in list_models() if subject.task in model.tasks}
    key = f"train-model-{subject.task}"
    chosen = st.session_state.get(key) or st.query_params.get("model")
    if chosen not in models:
        chosen = next((usual for usual in USUAL if usual in models), next(iter(models)))
    st.markdown("3 · Model")
    options = _narrowed(subject, models, chosen)
    picked = st.pills(
        "Model",
        options,
        default=chosen,
        required=True,
        format_func=lambda option: models[option].label,
        key=key,
        label_visibility="collapsed",
    )
    model = models[str(picked)]
    st.query_params["model"] = model.key
    model_card(model, n_rows=subject.dataset.n_rows or 0)
    return model


def _narrowed(subject: Subject, models: Mapping[str, ModelInfo], chosen: str) -> list[str]:
    """The models to choose from, by group, word and what they can do; the chosen one stays among them."""
    if len(models) <= FEW:
        return list(models)
    families = sorted({model.family for model in models.values()})
    group_column, word_column = st.columns([3, 1], vertical_alignment="bottom")
    with group_column:
        group = st.segmented_control(
            "Group",
            [FIRST, EVERY, *families],
            default=FIRST if chosen in FIRST_CHOICES else models[chosen].family,
            required=True,
            key=f"train-group-{subject.task}",
            wrap=True,
            label_visibility="collapsed",
        )
    with word_column:
        word = st.text_input(
            "Find a model",
            key=f"train-find-{subject.task}",
            placeholder="Find a model",
            icon=":material/search:",
            label_visibility="collapsed",
        )
    wanted: list[str] = []
    if group == EVERY or word:
        wanted = (
            st.pills(
                "Only those that",
                [name for name, holds in FILTERS.items() if any(map(holds, models.values()))],
                selection_mode="multi",
                key=f"train-filter-{subject.task}",
                label_visibility="collapsed",
            )
            or []
        )
    found = [
        model.key
        for model in sorted(models.values(), key=lambda model: (model.family, model.label))
        if _is_in_group(model, EVERY if word else group)
        and _is_meant(model, word)
        and all(FILTERS[name](model) for name in wanted)
    ]
    if not found:
        st.caption("No model is like that. The chosen one stays.")
    return found if chosen in found else [*found, chosen]


def _is_in_group(model: ModelInfo, group: str) -> bool:
    if group == FIRST:
        return model.key in FIRST_CHOICES
    return group in (EVERY, model.family)


def _is_meant(model: ModelInfo, word: str) -> bool:
    """Whether every word of the search stands somewhere in what the chooser knows of the model."""
    text = " ".join((model.label, model.key, model.family, model.summary)).lower()
    return all(part in text for part in word.lower().split())


def model_card(model: ModelInfo, *, n_rows: int = 0) -> None:
    """What a model is good for, what it can do by itself, and both explanations."""
    with st.container(border=True):
        st.markdown(f"**{plain(model.label)}** · {plain(model.summary)}")
        st.markdown(" ".join(badges(model)))
        if model.max_rows is not None and n_rows > model.max_rows:
            st.warning(
                f"{plain(model.label)} takes at most {numbers.count(model.max_rows, 'training row')}; this table has "
                f"{numbers.count(n_rows)}.",
                icon=":material/warning:",
            )
        kind = st.segmented_control(
            "Explanation",
            ["In the kitchen", "Technically", "Strengths and weaknesses"],
            key=f"train-explanation-{model.key}",
            label_visibility="collapsed",
        )
        if kind == "In the kitchen":
            st.write(model.kitchen)
        elif kind == "Technically":
            st.write(model.technical)
            st.caption(f"{model.live} Source: {model.source}")
        elif kind == "Strengths and weaknesses":
            good, bad = st.columns(2)
            good.markdown("\n".join(f"- :green[:material/add:] {text}" for text in model.strengths))
            bad.markdown("\n".join(f"- :orange[:material/remove:] {text}" for text in model.weaknesses))


def badges(model: ModelInfo) -> list[str]:
    """Family, cost and abilities as small labels, each with a word."""
    found = [f":gray-badge[{plain(model.family)}]", f":{_COST_COLOURS[model.cost]}-badge[{COST_WORDS[model.cost]}]"]
    if model.uses_gpu:
        found.append(":violet-badge[:material/memory: uses a GPU where there is one]")
    if model.handles_missing:
        found.append(":blue-badge[takes missing values]")
    if model.handles_categories:
        found.append(":blue-badge[takes categories]")
    if model.needs_scaling:
        found.append(":gray-badge[wants scaled numbers]")
    if model.max_rows is not None:
        found.append(f":gray-badge[up to {numbers.count(model.max_rows, 'row')}]")
    if model.max_classes is not None:
        found.append(f":gray-badge[up to {model.max_classes} classes]")
    return found

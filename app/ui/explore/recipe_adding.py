"""Adding a step to a recipe, or changing one: suggestions from the data, or any step with its form."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.computing import answer
from app.ui.explore import recipe_state
from app.ui.explore.recipe_state import Step
from app.ui.explore.step_forms import step_fields
from app.ui.guard import guard, show_error
from app.ui.text import plain
from core.errors import UserInputError
from core.params import validate_params
from core.profiling.facts import Profile
from core.recipes.changes import TableColumn
from core.recipes.recipe import RecipeStep, title
from core.recipes.registry import STEPS
from core.records import Dataset

GROUPS = ("Missing values", "Values", "Columns", "Rows")
MAX_SUGGESTIONS = 12
ORDER = sorted(STEPS, key=lambda name: (GROUPS.index(STEPS[name].group), STEPS[name].label))


def add_step(dataset: Dataset, steps: list[Step], columns: Sequence[TableColumn]) -> None:
    """What could be done next, and how."""
    way = st.segmented_control(
        "Add a step",
        ["suggested", "any"],
        default="suggested",
        format_func={"suggested": "Suggestions", "any": "All steps"}.__getitem__,
        required=True,
        key=recipe_state.key(dataset, "way"),
    )
    if way == "suggested":
        _suggestions(dataset, steps)
    else:
        _any_step(dataset, steps, columns)


def edit_step(dataset: Dataset, steps: list[Step], index: int, columns: Sequence[TableColumn]) -> None:
    """The form of a step that is in the recipe already."""
    step = steps[index]
    spec = STEPS[step["step"]]
    st.markdown(f"**Step {index + 1}: {spec.label}**")
    revision = st.session_state[recipe_state.key(dataset, "revision")]
    values = _form(dataset, step["step"], columns, step["params"], form=f"edit-{index}-{revision}")
    row = st.container(horizontal=True)
    if row.button("Save the step", type="primary", icon=":material/check:", key=recipe_state.key(dataset, "save")):
        checked = _checked(step["step"], values)
        if checked is not None:
            changed = [*steps[:index], {**step, "params": checked}, *steps[index + 1 :]]
            if recipe_state.has_changed(dataset, changed, steps):
                st.session_state.pop(recipe_state.key(dataset, "editing"), None)
            st.rerun()
    if row.button("Cancel", key=recipe_state.key(dataset, "cancel"), type="tertiary"):
        st.session_state.pop(recipe_state.key(dataset, "editing"), None)
        st.rerun()


def _any_step(dataset: Dataset, steps: list[Step], columns: Sequence[TableColumn]) -> None:
    # A step that was added leaves an empty picker: the number of the recipe's revision is part of its key.
    revision = st.session_state[recipe_state.key(dataset, "revision")]
    chosen = st.selectbox(
        "Step",
        ORDER,
        index=None,
        format_func=lambda name: f"{STEPS[name].group} · {STEPS[name].label}",
        placeholder="Choose what to do",
        key=recipe_state.key(dataset, f"picker-{revision}"),
        label_visibility="collapsed",
    )
    if chosen is None:
        return
    st.caption(STEPS[chosen].summary)
    values = _form(dataset, chosen, columns, {}, form=f"new-{revision}-{chosen}")
    if st.button("Add the step", type="primary", icon=":material/add:", key=recipe_state.key(dataset, "add")):
        checked = _checked(chosen, values)
        if checked is not None:
            recipe_state.change(dataset, [*steps, {"step": chosen, "params": checked, "is_on": True}], steps)
            st.rerun()


def _form(
    dataset: Dataset, step: str, columns: Sequence[TableColumn], values: dict[str, Any], *, form: str
) -> dict[str, Any]:
    return step_fields(
        STEPS[step],
        columns,
        values,
        key=recipe_state.key(dataset, form),
        choices=lambda name, so_far: _choices(dataset, name, so_far),
    )


def _choices(dataset: Dataset, name: str, so_far: dict[str, Any]) -> Sequence[str]:
    """What a list of texts can be chosen from: columns of the other dataset, or frequent values."""
    if name in ("right_on", "columns") and so_far.get("dataset_id"):
        with guard():
            return [column.name for column in services().datasets.get(so_far["dataset_id"]).columns]
    if name == "order" and so_far.get("columns"):
        chosen = [column for column in dataset.columns if column.name in so_far["columns"]]
        return [top.value for column in chosen for top in column.top_values]
    return ()


def _checked(step: str, values: dict[str, Any]) -> dict[str, Any] | None:
    """The parameters, or None with a sentence that says what does not fit."""
    spec = STEPS[step]
    try:
        return validate_params(spec.params, values).model_dump(mode="json")
    except UserInputError as error:
        field = (error.field or "").removeprefix("params.").split(".")[0]
        names = spec.params.model_fields
        label = names[field].title if field in names else ""
        if label and not values.get(field):
            show_error(UserInputError(f"{label}: nothing is chosen yet.", hint="Fill it in."))
        else:
            show_error(UserInputError(_without_prefix(error.message), hint=error.hint))
        return None


def _without_prefix(message: str) -> str:
    """The reason alone of a message about the whole form."""
    reason = message.rpartition(": ")[2].removeprefix("value error, ")
    return reason[0].upper() + reason[1:]


def _suggestions(dataset: Dataset, steps: list[Step]) -> None:
    profile = answer(
        "profile", {"dataset_id": dataset.id}, Profile, key=recipe_state.key(dataset, "profile"), wait_s=3.0
    )
    if profile is None:
        return
    taken = [(step["step"], step["params"]) for step in steps]
    shown = 0
    for number, alert in enumerate(profile.alerts):
        if alert.fix is None or shown >= MAX_SUGGESTIONS:
            continue
        step = as_step(alert.fix.model_dump(mode="json"))
        if step is None or (step["step"], step["params"]) in taken:
            continue
        shown += 1
        st.markdown(f"{plain(alert.sentence)}")
        st.button(
            plain(alert.fix_label or title(RecipeStep.model_validate(step))),
            icon=":material/add:",
            key=recipe_state.key(dataset, f"suggestion-{number}"),
            help=plain(alert.why),
            on_click=recipe_state.change,
            args=(dataset, [*steps, step], steps),
        )
    if not shown:
        st.caption("Nothing more to suggest: the data looks tidy. Every step is under All steps.")


def as_step(fix: dict[str, Any]) -> Step | None:
    """A fix as a step of a recipe; None when there is no such step or its parameters do not fit."""
    if fix.get("step") not in STEPS:
        return None
    try:
        params = validate_params(STEPS[fix["step"]].params, fix.get("params", {}))
    except UserInputError:
        return None
    return {"step": fix["step"], "params": params.model_dump(mode="json"), "is_on": True}

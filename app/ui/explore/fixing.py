"""The view "Fix" of the Explore page: a recipe is written step by step, tried out at once, and makes a version."""

from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.computing import answer
from app.ui.datasets_actions import reading_panel
from app.ui.explore import recipe_adding, recipe_list, recipe_result, recipe_state
from app.ui.explore.recipe_state import Step
from app.ui.guard import guard, show_error
from app.ui.panels import code_expander
from app.ui.text import plain
from core.errors import UserInputError, WorkbenchError
from core.recipes.changes import TableColumn
from core.recipes.recipe import RecipeStep, title
from core.recipes.types import RecipePreview, StepPreview
from core.records import Dataset
from core.types import DatasetStatus

SOURCE = "recipe"


def show(dataset: Dataset) -> None:
    """Draw the view for one dataset that is ready."""
    with guard():
        steps = recipe_state.load(dataset)
    if _version_in_the_making(dataset):
        return
    head = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    head.markdown(
        "Put steps into a recipe. The table stays as it is; the recipe makes its next version.", width="content"
    )
    make_place = head.empty()
    list_part, result_part = st.columns([2, 3], gap="large")
    with result_part:
        preview = answer(
            "recipe_preview",
            {"dataset_id": dataset.id, "steps": steps},
            RecipePreview,
            key=recipe_state.key(dataset, "preview"),
        )
        if preview is not None:
            recipe_result.show_result(preview, has_steps=bool(steps), key=recipe_state.key(dataset, "narrow"))
            _code(dataset, steps, preview)
    _make_button(make_place, dataset, steps, preview)
    with list_part:
        previews = preview.steps if preview else ()
        _origin(dataset)
        recipe_list.show_list(dataset, steps, previews)
        _form(dataset, steps, previews, preview)


def offer_fix(dataset: Dataset, fix: dict[str, Any], key: str, label: str = "") -> None:
    """A button that puts a fix into the dataset's recipe and opens it; nothing when the fix is no step.

    Args:
        dataset: Which is to be mended.
        fix: ``{"step": ..., "params": {...}}``.
        key: Of the button; unique within the page.
        label: What the button says; the step's own words when empty.
    """
    step = recipe_adding.as_step(fix)
    if step is None:
        return
    words = title(RecipeStep.model_validate(step))
    st.button(
        plain(label or words),
        icon=":material/build:",
        key=key,
        help=f"{plain(words)}. Opens the recipe, where you see what it changes before anything is made.",
        on_click=_add_and_open,
        args=(dataset, step),
    )


def _add_and_open(dataset: Dataset, step: Step) -> None:
    recipe_state.add(dataset, step)
    st.session_state[f"explore-view-{dataset.id}"] = "fix"
    st.query_params["view"] = "fix"


def _form(
    dataset: Dataset, steps: list[Step], previews: tuple[StepPreview, ...], preview: RecipePreview | None
) -> None:
    """The form of a new step, or of the one that is being changed."""
    editing = st.session_state.get(recipe_state.key(dataset, "editing"))
    start = tuple(TableColumn(name=column.name, type=column.type, origin=column.name) for column in dataset.columns)
    if editing is not None and editing < len(steps):
        before = previews[editing].columns_before if editing < len(previews) else ()
        recipe_adding.edit_step(dataset, steps, editing, before or start)
    else:
        recipe_adding.add_step(dataset, steps, preview.columns if preview else start)


def _why_not(steps: list[Step], preview: RecipePreview | None) -> str | None:
    """Why no version can be made of this recipe, or None when one can."""
    if not any(step["is_on"] for step in steps):
        return "Add a step first."
    if preview is not None and preview.error is not None:
        return "Mend the step that cannot be made, or switch it off."
    return None


def _make_button(place: Any, dataset: Dataset, steps: list[Step], preview: RecipePreview | None) -> None:
    with guard():
        versions = [
            one.version for one in services().datasets.relatives(dataset.id) if one.family_id == dataset.family_id
        ]
    number = max((*versions, dataset.version)) + 1
    reason = _why_not(steps, preview)
    if place.button(
        f"Make version {number}",
        type="primary",
        icon=":material/auto_fix_high:",
        disabled=reason is not None,
        help=reason,
        key=recipe_state.key(dataset, "make"),
    ):
        with guard():
            made = services().recipes.apply(dataset.id, steps)
        st.session_state[recipe_state.key(dataset, "made")] = made.id
        st.rerun()


def _version_in_the_making(dataset: Dataset) -> bool:
    """Progress of the version that was asked for, or its end; whether the page is full with it."""
    made_key = recipe_state.key(dataset, "made")
    made_id = st.session_state.get(made_key)
    if made_id is None:
        return False
    try:
        made = services().datasets.get(made_id)
    except WorkbenchError:
        del st.session_state[made_key]
        return False
    if not made.status.is_terminal:
        st.markdown(f"Version {made.version} is being made.")
        reading_panel(made.id)
        return True
    if made.status is DatasetStatus.FAILED:
        error = made.error
        show_error(
            UserInputError(error.message if error else "The version was not made.", hint=error.hint if error else "")
        )
        del st.session_state[made_key]
        return False
    row = st.container(horizontal=True, vertical_alignment="center")
    row.success(f"Version {made.version} is there.", icon=":material/check_circle:", width="stretch")
    row.button(
        "Open it",
        type="primary",
        icon=":material/open_in_new:",
        key=recipe_state.key(dataset, "open"),
        on_click=_open,
        args=(dataset, made.id),
    )
    if row.button("Close", key=recipe_state.key(dataset, "close"), type="tertiary"):
        del st.session_state[made_key]
        st.rerun()
    return False


def _open(dataset: Dataset, made_id: str) -> None:
    """Show the new version: the page's own picker has to follow the address."""
    del st.session_state[recipe_state.key(dataset, "made")]
    st.session_state["explore-dataset_id"] = made_id
    st.query_params["dataset"] = made_id


def _origin(dataset: Dataset) -> None:
    """The recipe that this version came from, folded, with the way to use it elsewhere."""
    if dataset.source.kind != SOURCE:
        return
    with st.expander(f"How version {dataset.version} was made", icon=":material/history:"), guard():
        recipe = services().recipes.get(dataset.id)
        for number, line in enumerate(recipe.steps, start=1):
            st.markdown(f"**{number}**  {plain(line.title)}")
            st.caption(plain(" ".join(line.made.effect.sentences)))
        _apply_elsewhere(dataset)
        st.code(services().recipes.script(dataset.id), language="python", height=240)


def _apply_elsewhere(dataset: Dataset) -> None:
    others = {one.id: one for one in services().datasets.list_ready() if one.id != dataset.id}
    if not others:
        return
    chosen = st.selectbox(
        "Do the same to another dataset",
        list(others),
        index=None,
        format_func=lambda one: f"{others[one].name} v{others[one].version}",
        placeholder="Choose a dataset",
        help="With the values that were learned here, such as medians: new data is treated as the old.",
        key=recipe_state.key(dataset, "elsewhere"),
    )
    if chosen and st.button(
        "Make its next version", icon=":material/auto_fix_high:", key=recipe_state.key(dataset, "do")
    ):
        made = services().recipes.apply_recipe_of(dataset.id, chosen)
        st.session_state[recipe_state.key(dataset, "made")] = made.id
        st.rerun()


def _code(dataset: Dataset, steps: list[Step], preview: RecipePreview) -> None:
    learned = [
        RecipeStep.model_validate({**step, "learned": one.learned})
        for step, one in zip(steps, preview.steps, strict=True)
        if one.effect is not None
    ]
    if not learned:
        return
    with guard():
        text = services().recipes.draft_script(dataset.id, learned)
    note = "It needs pandas, not Praxis, and takes the Parquet file that Datasets exports."
    if preview.is_sample:
        note += " Its constants come from the sample; the version that you make has its own script."
    code_expander(text, note=note)

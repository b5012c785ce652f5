"""The recipe as a list: what each step does, and what can be done with it."""

from collections.abc import Sequence

import streamlit as st

from app.ui.explore import recipe_state
from app.ui.explore.recipe_state import Step
from app.ui.text import plain
from core.errors import WorkbenchError
from core.recipes.recipe import RecipeStep, title
from core.recipes.types import StepPreview
from core.records import Dataset


def show_list(dataset: Dataset, steps: Sequence[Step], previews: Sequence[StepPreview]) -> None:
    """Every step with its effect, and a menu of its own; undo and redo below."""
    for index in range(len(steps)):
        preview = previews[index] if index < len(previews) else None
        _line(dataset, list(steps), index, preview)
    _history(dataset, list(steps))


def _line(dataset: Dataset, steps: list[Step], index: int, preview: StepPreview | None) -> None:
    step = RecipeStep.model_validate(steps[index])
    line = st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small")
    with line.container(gap="xsmall"):
        name = plain(_title(step))
        icon = f":material/{step.spec.icon}:"
        st.markdown(f"{icon} **{index + 1}**  {name}" if step.is_on else f":gray[{icon} **{index + 1}**  ~~{name}~~]")
        _effect(step, preview)
    # A menu stays open after a click in it, so every change gives it another key, under which it starts closed.
    state = [st.session_state.get(recipe_state.key(dataset, name)) for name in ("revision", "editing")]
    key = recipe_state.key(dataset, f"menu-{index}-{state[0]}-{state[1]}")
    with line.popover("", icon=":material/more_vert:", type="tertiary", key=key, help="Edit, move, switch off, remove"):
        _menu(dataset, steps, index)


def _title(step: RecipeStep) -> str:
    try:
        return title(step)
    except WorkbenchError:
        return step.step


def _effect(step: RecipeStep, preview: StepPreview | None) -> None:
    if not step.is_on:
        st.caption("Off")
    elif preview is None or (preview.effect is None and preview.error is None):
        st.caption("Not tried yet")
    elif preview.error is not None:
        st.markdown(f":red[:material/error: {plain(preview.error.message)}] {plain(preview.error.hint)}")
    elif preview.effect is not None:
        st.caption(plain(" ".join(preview.effect.sentences)))


def _menu(dataset: Dataset, steps: list[Step], index: int) -> None:
    def button(label: str, icon: str, after: list[Step], *, disabled: bool = False) -> None:
        st.button(
            label,
            icon=f":material/{icon}:",
            key=recipe_state.key(dataset, f"{icon}-{index}"),
            on_click=recipe_state.change,
            args=(dataset, after, steps),
            disabled=disabled,
            type="tertiary",
        )

    st.button(
        "Edit",
        icon=":material/edit:",
        key=recipe_state.key(dataset, f"edit-{index}"),
        on_click=_edit,
        args=(dataset, index),
        type="tertiary",
    )
    is_on = steps[index]["is_on"]
    switched = [*steps[:index], {**steps[index], "is_on": not is_on}, *steps[index + 1 :]]
    button("Switch off" if is_on else "Switch on", "toggle_off" if is_on else "toggle_on", switched)
    button("Move up", "arrow_upward", _swapped(steps, index - 1), disabled=index == 0)
    button("Move down", "arrow_downward", _swapped(steps, index), disabled=index == len(steps) - 1)
    button("Remove", "delete", [*steps[:index], *steps[index + 1 :]])


def _swapped(steps: list[Step], index: int) -> list[Step]:
    """The steps with those at ``index`` and after it changed over."""
    if not 0 <= index < len(steps) - 1:
        return steps
    return [*steps[:index], steps[index + 1], steps[index], *steps[index + 2 :]]


def _edit(dataset: Dataset, index: int) -> None:
    st.session_state[recipe_state.key(dataset, "editing")] = index


def _history(dataset: Dataset, steps: list[Step]) -> None:
    can_undo, can_redo = recipe_state.can(dataset, "undone"), recipe_state.can(dataset, "redone")
    if not (steps or can_undo or can_redo):
        return
    row = st.container(horizontal=True, gap="small")
    for name, icon, is_possible, action in (
        ("Undo", "undo", can_undo, recipe_state.undo),
        ("Redo", "redo", can_redo, recipe_state.redo),
    ):
        row.button(
            name,
            icon=f":material/{icon}:",
            key=recipe_state.key(dataset, icon),
            on_click=action,
            args=(dataset, steps),
            disabled=not is_possible,
            type="tertiary",
        )
    row.button(
        "Start over",
        icon=":material/delete_sweep:",
        key=recipe_state.key(dataset, "clear"),
        on_click=recipe_state.change,
        args=(dataset, [], steps),
        disabled=not steps,
        type="tertiary",
    )

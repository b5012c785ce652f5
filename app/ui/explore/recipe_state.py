"""The recipe under construction: kept in storage, with undo and redo for as long as the tab is open."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.bootstrap import services
from app.ui.guard import show_error
from core.errors import Conflict, NotFound, Unavailable, UserInputError, WorkbenchError
from core.recipes.recipe import read_steps
from core.records import Dataset, RecipeDraft

Step = dict[str, Any]
"""A step as JSON: ``step``, ``params``, ``is_on``."""

MAX_UNDO = 50
_FAMILIES = {one.code: one for one in (Conflict, NotFound, Unavailable, UserInputError)}


def key(dataset: Dataset, name: str) -> str:
    """The key of a widget or of a value that belongs to one dataset's recipe."""
    return f"fix-{name}-{dataset.id}"


def load(dataset: Dataset) -> list[Step]:
    """The steps as they are stored; what went wrong with the last change is shown."""
    draft: RecipeDraft = services().recipes.draft(dataset.id)
    st.session_state[key(dataset, "revision")] = draft.revision
    told = st.session_state.pop(key(dataset, "error"), None)
    if told:
        code, message, hint = told
        show_error(_FAMILIES.get(code, UserInputError)(message, hint=hint))
    return [{"step": step["step"], "params": step["params"], "is_on": step["is_on"]} for step in draft.steps]


def change(dataset: Dataset, steps: list[Step], before: list[Step]) -> None:
    """Store ``steps`` in place of ``before``, which undo brings back."""
    has_changed(dataset, steps, before)


def has_changed(dataset: Dataset, steps: list[Step], before: list[Step]) -> bool:
    """Like ``change``; whether it worked. If not, the page says why when it is drawn."""
    if not _save(dataset, steps):
        return False
    undone = st.session_state.setdefault(key(dataset, "undone"), [])
    undone.append(before)
    del undone[:-MAX_UNDO]
    st.session_state[key(dataset, "redone")] = []
    return True


def undo(dataset: Dataset, now: list[Step]) -> None:
    """The recipe before the last change."""
    _step_back(dataset, now, "undone", "redone")


def redo(dataset: Dataset, now: list[Step]) -> None:
    """The recipe before the last undo."""
    _step_back(dataset, now, "redone", "undone")


def can(dataset: Dataset, name: str) -> bool:
    """Whether there is anything to undo or redo."""
    return bool(st.session_state.get(key(dataset, name)))


def add(dataset: Dataset, step: Step) -> None:
    """Put a step at the end of the stored recipe, from wherever it is offered."""
    draft = services().recipes.draft(dataset.id)
    st.session_state[key(dataset, "revision")] = draft.revision
    before = [dict(one) for one in draft.steps]
    change(dataset, [*before, step], before)


def _step_back(dataset: Dataset, now: list[Step], source: str, target: str) -> None:
    stack = st.session_state.get(key(dataset, source), [])
    if stack and _save(dataset, stack[-1]):
        stack.pop()
        st.session_state.setdefault(key(dataset, target), []).append(now)


def _save(dataset: Dataset, steps: list[Step]) -> bool:
    def save() -> None:
        revision = st.session_state.get(key(dataset, "revision"), 0)
        services().recipes.save_draft(dataset.id, read_steps(steps), revision=revision)

    return _told(dataset, save)


def _told(dataset: Dataset, action: Callable[[], None]) -> bool:
    """Callbacks run before the page is drawn, so an error is kept until then."""
    try:
        action()
    except WorkbenchError as error:
        st.session_state[key(dataset, "error")] = (error.code, error.message, error.hint)
        return False
    return True

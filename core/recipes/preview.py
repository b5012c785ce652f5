"""What a recipe would do: counts step by step, and the first rows with changed cells marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.computing.spec import Workspace
from core.errors import UserInputError
from core.recipes.changes import ORIGIN, PLACE, ROW, TableColumn
from core.recipes.kitchen import Done, Kitchen, Relation, open_kitchen
from core.recipes.recipe import RecipeStep, read_steps
from core.recipes.types import RecipePreview, RecipePreviewParams, StepPreview
from core.records import ErrorRecord
from core.tables.preview import JsonCell, json_cell

MAX_ROWS = 20_000
"""Larger tables are previewed on so many rows, spread evenly over them."""
MAX_CELLS = 4_000_000
SHOWN_ROWS = 50
HEAD_ROWS, FEW_CHANGES = 5, 10
"""Where fewer of the first rows change, only five of them are shown, and then those that do change."""


def preview_recipe(params: RecipePreviewParams, workspace: Workspace) -> RecipePreview:
    """Try ``params.steps`` out.

    A step that cannot be made ends the trial; the answer says which one and why, and shows what comes before it.

    Raises:
        NotFound: A dataset is not there.
        UserInputError: The steps are not what steps look like.
    """
    steps = read_steps(params.steps)
    table = workspace.table(params.dataset_id)
    n_total = table.dataset.n_rows or 0
    max_rows = max(1_000, min(MAX_ROWS, MAX_CELLS // max(1, len(table.dataset.columns))))

    def on_step(number: int) -> None:
        workspace.report((number - 1) / max(1, len(steps)), f"Step {number} of {len(steps)}")

    with open_kitchen(params.dataset_id, steps, workspace, max_rows=max_rows, on_fraction=lambda _: None) as kitchen:
        previews: list[StepPreview] = []
        last, error = kitchen.first, None
        try:
            for done in kitchen.cook(steps, as_tables=True, on_step=on_step):
                _note(previews, steps, done, last)
                last = done.relation
        except UserInputError as refusal:
            error = ErrorRecord(**refusal.to_json())
            number = int((refusal.field or "steps.0").removeprefix("steps.")) + 1
            _fill(previews, number - 1)
            previews.append(StepPreview(number=number, columns_before=last.columns, error=error))
        _fill(previews, len(steps))
        shown = _shown(kitchen, last)
    names = {column.origin for column in last.columns}
    return RecipePreview(
        is_sample=kitchen.first.n_rows < n_total,
        n_rows_total=n_total,
        n_rows_before=kitchen.first.n_rows,
        n_rows_after=last.n_rows,
        steps=tuple(previews),
        columns=last.columns,
        columns_removed=tuple(column.name for column in kitchen.first.columns if column.name not in names),
        rows=shown.rows,
        row_numbers=shown.numbers,
        changed=shown.changed,
        error=error,
    )


def _note(previews: list[StepPreview], steps: Sequence[RecipeStep], done: Done, before: Relation) -> None:
    """Add the step that was made, and the ones that are off before it."""
    on = [number for number, step in enumerate(steps, start=1) if step.is_on]
    number = on[sum(1 for one in previews if one.effect is not None)]
    _fill(previews, number - 1)
    previews.append(
        StepPreview(number=number, effect=done.effect, columns_before=before.columns, learned=done.step.learned)
    )


def _fill(previews: list[StepPreview], n_steps: int) -> None:
    while len(previews) < n_steps:
        previews.append(StepPreview(number=len(previews) + 1))


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """The rows of the picture."""

    numbers: tuple[int, ...]
    rows: tuple[tuple[JsonCell, ...], ...]
    changed: tuple[tuple[int, int], ...]


def _shown(kitchen: Kitchen, last: Relation) -> _Shown:
    """The first rows, and which of their cells differ from the ones they come from."""
    types = {column.name: column.type for column in kitchen.first.columns}
    names = ", ".join(f"after.{column.sql}" for column in last.columns)
    differs = [_changed_sql(column, types) for column in last.columns]
    numbered = f"(SELECT *, row_number() OVER (ORDER BY {ROW}) AS {PLACE} FROM {last.name})"
    select = (
        f"SELECT after.{PLACE}, {names}, {', '.join(differs)} FROM {numbered} AS after "
        f"JOIN {kitchen.first.name} AS before ON after.{ORIGIN} = before.{ROW}"
    )
    order = f"ORDER BY after.{PLACE}"
    rows = kitchen.engine.rows(f"{select} WHERE after.{PLACE} <= {SHOWN_ROWS} {order}")
    n_columns = len(last.columns)
    if sum(any(row[n_columns + 1 :]) for row in rows) < FEW_CHANGES:
        condition = f"after.{PLACE} > {HEAD_ROWS} AND ({' OR '.join(differs)})"
        further = kitchen.engine.rows(f"{select} WHERE {condition} {order} LIMIT {SHOWN_ROWS - HEAD_ROWS}")
        rows = [*rows[:HEAD_ROWS], *further] if further else rows
    return _Shown(
        numbers=tuple(row[0] for row in rows),
        rows=tuple(tuple(json_cell(cell) for cell in row[1 : n_columns + 1]) for row in rows),
        changed=tuple(
            (i, j) for i, row in enumerate(rows) for j, is_changed in enumerate(row[n_columns + 1 :]) if is_changed
        ),
    )


def _changed_sql(column: TableColumn, types: dict[str, Any]) -> str:
    if column.origin is None:
        return "false"
    before = f"before.{TableColumn(name=column.origin, type=column.type).sql}"
    if types[column.origin] is column.type:
        return f"after.{column.sql} IS DISTINCT FROM {before}"
    return f"(after.{column.sql} IS NULL) <> ({before} IS NULL)"

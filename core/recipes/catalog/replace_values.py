"""Put other values in place of some."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.errors import UserInputError
from core.expressions.quoting import DTYPES, Scalar, column_python, value_python, value_sql
from core.params import Params
from core.recipes.changes import Change, TableColumn, projection, remade
from core.recipes.choosing import chosen, columns_field, names_title, typed, widget_field
from core.recipes.spec import StepSpec, learns_nothing


class Replacement(Params):
    """One value, and what stands in its place."""

    old: Annotated[bool | int | float | str, Field(title="Value")]
    new: Annotated[bool | int | float | str | None, Field(title="Becomes", description="Empty: missing.")] = None


class ReplaceValuesParams(Params):
    """Where, and which values."""

    columns: Annotated[tuple[str, ...], columns_field("Columns")]
    replacements: Annotated[
        tuple[Replacement, ...],
        widget_field(
            "Values",
            "replacements",
            "An empty new value makes it missing: for marks such as -999 or ?.",
            min_length=1,
            max_length=500,
        ),
    ]


def swaps(params: ReplaceValuesParams, column: TableColumn) -> dict[Scalar, Scalar | None]:
    """Old to new values, in the type of ``column``."""
    found: dict[Scalar, Scalar | None] = {}
    for one in params.replacements:
        old = typed(one.old, column.type)
        if old in found:
            raise UserInputError(f"{one.old!r} is replaced twice.", hint="Give each value once.")
        found[old] = None if one.new is None else typed(one.new, column.type, what="the new value")
    return found


def change(params: ReplaceValuesParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """The same columns; all replacements happen at once."""
    made = {}
    for column in chosen(params.columns, columns):
        cases = " ".join(
            f"WHEN {column.sql} = {value_sql(old, column.type)} THEN {value_sql(new, column.type)}"
            for old, new in swaps(params, column).items()
        )
        made[column.name] = remade(column, f"CASE {cases} ELSE {column.sql} END")
    return projection(columns, made)


def pandas(params: ReplaceValuesParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """A look-up of each value."""
    lines = []
    for column in chosen(params.columns, columns):
        pairs = ", ".join(
            f"{value_python(old, column.type)}: {value_python(new, column.type)}"
            for old, new in swaps(params, column).items()
        )
        cell = column_python(column.name)
        lines += [
            f"swaps = {{{pairs}}}",
            f"swapped = [swaps.get(value, value) for value in {cell}]",
            f"{cell} = pd.Series(swapped, index=table.index, dtype={DTYPES[column.type]!r})",
        ]
    return lines


def _title(params: ReplaceValuesParams) -> str:
    first = params.replacements[0]
    more = f" and {len(params.replacements) - 1} more" if len(params.replacements) > 1 else ""
    new = "missing" if first.new is None else repr(first.new)[:30]
    return f"Replace {repr(first.old)[:30]} by {new}{more} in {names_title(params.columns)}"


SPEC = StepSpec(
    key="replace_values",
    label="Replace values",
    icon="find_replace",
    group="Values",
    summary="Puts other values in place of some, or marks them as missing.",
    params=ReplaceValuesParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=_title,
)

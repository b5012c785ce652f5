"""Limit extreme values."""

import math
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.errors import UserInputError
from core.expressions.quoting import Scalar, column_python, value_python, value_sql
from core.params import Params
from core.recipes.changes import Change, TableColumn, projection, remade
from core.recipes.choosing import NUMERIC, chosen, columns_field, names_title
from core.recipes.spec import Facts, StepSpec
from core.types import ColumnType

Number = Annotated[float, Field(allow_inf_nan=False)]


class ClipParams(Params):
    """Which columns, and where the limits are."""

    columns: Annotated[tuple[str, ...], columns_field("Columns", *NUMERIC)]
    by: Annotated[
        Literal["quantiles", "values"],
        Field(
            title="Limits are",
            description="Quantiles: parts of the rows, such as 0.01 and 0.99. Values: numbers as they stand in the "
            "column.",
        ),
    ] = "quantiles"
    low: Annotated[Number | None, Field(title="Lower limit", description="Empty: none.")] = 0.01
    high: Annotated[Number | None, Field(title="Upper limit", description="Empty: none.")] = 0.99
    beyond: Annotated[
        Literal["limit", "missing"],
        Field(title="Values beyond become", description="The limit itself, or missing."),
    ] = "limit"

    @model_validator(mode="after")
    def _limits_fit(self) -> "ClipParams":
        if self.low is None and self.high is None:
            raise ValueError("give at least one limit")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("the lower limit is above the upper one")
        if self.by == "quantiles" and not all(0 <= limit <= 1 for limit in (self.low, self.high) if limit is not None):
            raise ValueError("quantiles go from 0 to 1")
        return self


class ClipLearned(Params):
    """The limits of each column, lower and upper."""

    limits: dict[str, tuple[Number | None, Number | None]] = Field(default_factory=dict)


def fit(params: ClipParams, facts: Facts) -> ClipLearned:
    """Quantiles as values of each column."""
    columns = chosen(params.columns, facts.columns, *NUMERIC)
    if params.by == "values":
        return ClipLearned(limits={column.name: (params.low, params.high) for column in columns})
    wanted = (params.low, params.high)
    parts = [
        "NULL" if limit is None else f"quantile_cont(CAST({column.sql} AS DOUBLE), CAST({limit!r} AS DOUBLE))"
        for column in columns
        for limit in wanted
    ]
    row = facts.row(parts)
    limits = {column.name: (row[2 * i], row[2 * i + 1]) for i, column in enumerate(columns)}
    for name, found in limits.items():
        if found == (None, None):
            raise UserInputError(f"{name!r} holds no value to learn from.", hint="Leave it out.")
    return ClipLearned(limits=limits)


def _limits(learned: ClipLearned, column: TableColumn) -> tuple[Scalar | None, Scalar | None]:
    """Limits in the column's type: those of whole numbers are the next ones inside."""
    low, high = learned.limits[column.name]
    if column.type is ColumnType.NUMBER:
        return low, high
    inside = (None if low is None else math.ceil(low), None if high is None else math.floor(high))
    if inside[0] is not None and inside[1] is not None and inside[0] > inside[1]:
        raise UserInputError(f"{column.name!r} has no whole number between {low:g} and {high:g}.", hint="Widen them.")
    if any(limit is not None and abs(limit) >= 2**63 for limit in inside):
        raise UserInputError(f"the limits of {column.name!r} are beyond what whole numbers hold.", hint="Lower them.")
    return inside


def change(params: ClipParams, learned: ClipLearned, columns: Sequence[TableColumn]) -> Change:
    """The same columns within limits."""
    made = {}
    for column in chosen(params.columns, columns, *NUMERIC):
        cases = []
        for limit, sign in zip(_limits(learned, column), "<>", strict=True):
            if limit is not None:
                value = value_sql(limit, column.type)
                then = value if params.beyond == "limit" else value_sql(None, column.type)
                cases.append(f"WHEN {column.sql} {sign} {value} THEN {then}")
        made[column.name] = remade(column, f"CASE {' '.join(cases)} ELSE {column.sql} END")
    return projection(columns, made)


def pandas(params: ClipParams, learned: ClipLearned, columns: Sequence[TableColumn]) -> list[str]:
    """``clip``, or a mask."""
    lines = []
    for column in chosen(params.columns, columns, *NUMERIC):
        cell, limits = column_python(column.name), _limits(learned, column)
        if params.beyond == "limit":
            shown = ["None" if limit is None else value_python(limit, column.type) for limit in limits]
            lines.append(f"{cell} = {cell}.clip({', '.join(shown)})")
            continue
        for limit, sign in zip(limits, "<>", strict=True):
            if limit is not None:
                beyond = f"({cell} {sign} {value_python(limit, column.type)}).fillna(False).astype(bool)"
                lines.append(f"{cell} = {cell}.mask({beyond})")
    return lines


def _title(params: ClipParams) -> str:
    verb = "Limit" if params.beyond == "limit" else "Blank extremes of"
    low, high = ("open" if limit is None else f"{limit:g}" for limit in (params.low, params.high))
    return f"{verb} {names_title(params.columns)} to {params.by} {low} to {high}"


SPEC = StepSpec(
    key="clip",
    label="Limit extreme values",
    icon="compress",
    group="Values",
    summary="Brings values beyond a limit back to it, or marks them as missing.",
    params=ClipParams,
    learned=ClipLearned,
    fit=fit,
    change=change,
    pandas=pandas,
    title=_title,
)

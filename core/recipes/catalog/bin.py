"""Ranges in place of numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.errors import UserInputError
from core.expressions.quoting import column_python, text_sql, value_sql
from core.params import Params
from core.recipes.changes import Change, TableColumn, fresh, projection
from core.recipes.choosing import NUMERIC, chosen, column_field, free_name, new_name, widget_field
from core.recipes.spec import Facts, StepSpec
from core.types import ColumnType

MAX_BINS = 50
Number = Annotated[float, Field(allow_inf_nan=False)]


class BinParams(Params):
    """Which column, and where the ranges begin and end."""

    column: Annotated[str, column_field("Column", *NUMERIC)]
    method: Annotated[
        Literal["equal_width", "quantile", "edges"],
        Field(
            title="Ranges",
            description="Equal width: equally wide. Quantile: about equally many rows in each. Edges: as you say.",
        ),
    ] = "quantile"
    n_bins: Annotated[
        int,
        Field(
            ge=2,
            le=MAX_BINS,
            title="How many",
            description="Not for edges.",
            json_schema_extra={"shown_if": {"method": ["equal_width", "quantile"]}},
        ),
    ] = 4
    edges: Annotated[
        tuple[Number, ...],
        widget_field(
            "Edges",
            "numbers",
            "Growing. A value on an edge falls into the range above.",
            shown_if={"method": ["edges"]},
            max_length=MAX_BINS + 1,
        ),
    ] = ()
    labels: Annotated[
        tuple[str, ...],
        widget_field("Names of the ranges", "texts", "From the lowest up; none: from and to.", max_length=MAX_BINS),
    ] = ()
    name: Annotated[
        str, Field(title="Name of the new column", description="Empty: the column's, with _range.", max_length=400)
    ] = ""

    @model_validator(mode="after")
    def _edges_fit(self) -> "BinParams":
        if self.method == "edges" and (len(self.edges) < 2 or any(a >= b for a, b in pairwise(self.edges))):
            raise ValueError("edges need at least two numbers, each larger than the one before")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("two ranges have one name")
        return self


class BinLearned(Params):
    """Where ranges begin and end, from the lowest to the highest."""

    edges: Annotated[tuple[Number, ...], Field(min_length=2, max_length=MAX_BINS + 1)]


def fit(params: BinParams, facts: Facts) -> BinLearned:
    """Edges between the smallest and the largest value."""
    column = chosen((params.column,), facts.columns, *NUMERIC)[0]
    if params.method == "edges":
        return BinLearned(edges=params.edges)
    cell = f"CAST({column.sql} AS DOUBLE)"
    if params.method == "equal_width":
        low, high = facts.row([f"min({cell})", f"max({cell})"])
        found = [] if low is None else [low + (high - low) * i / params.n_bins for i in range(params.n_bins + 1)]
    else:
        shares = [i / params.n_bins for i in range(params.n_bins + 1)]
        found = list(facts.row([f"quantile_cont({cell}, CAST({share!r} AS DOUBLE))" for share in shares]))
    edges = sorted({edge for edge in found if edge is not None and math.isfinite(edge)})
    if len(edges) < 2:
        raise UserInputError(f"{column.name!r} does not vary, so it has no ranges.", hint="Choose another column.")
    return BinLearned(edges=tuple(edges))


def labels(params: BinParams, learned: BinLearned) -> list[str]:
    """The name of each range."""
    n_ranges = len(learned.edges) - 1
    if params.labels and len(params.labels) != n_ranges:
        raise UserInputError(
            f"{len(params.labels)} names are given for {n_ranges} ranges.",
            hint="Give one for each; quantiles that fall together make fewer ranges.",
        )
    if params.labels:
        return list(params.labels)
    for digits in (3, 4, 6, 9, 17):
        shown = [f"{edge:.{digits}g}" for edge in learned.edges]
        if len(set(shown)) == len(shown):
            break
    return [f"{low} to {high}" for low, high in pairwise(shown)]


def _name(params: BinParams, columns: Sequence[TableColumn]) -> str:
    if params.name:
        return new_name(params.name, columns)
    return free_name(f"{params.column}_range", [column.name for column in columns])


def change(params: BinParams, learned: BinLearned, columns: Sequence[TableColumn]) -> Change:
    """A column of texts more. Learned ranges are open at both ends, so that new data fits; given ones are not."""
    column = chosen((params.column,), columns, *NUMERIC)[0]
    cell = f"CAST({column.sql} AS DOUBLE)"
    edges = [value_sql(edge, ColumnType.NUMBER) for edge in learned.edges]
    cases = [
        f"WHEN {cell} < {edge} THEN {text_sql(label)}"
        for label, edge in zip(labels(params, learned), edges[1:], strict=True)
    ]
    if params.method == "edges":
        cases.insert(0, f"WHEN {cell} < {edges[0]} OR {cell} > {edges[-1]} THEN NULL")
    last = text_sql(labels(params, learned)[-1])
    sql = f"CASE WHEN {cell} IS NULL THEN NULL {' '.join(cases)} ELSE {last} END"
    return projection(columns, {}, [fresh(_name(params, columns), ColumnType.STRING, sql)])


def pandas(params: BinParams, learned: BinLearned, columns: Sequence[TableColumn]) -> list[str]:
    """A search among the inner edges."""
    chosen((params.column,), columns, *NUMERIC)
    cell, edges = column_python(params.column), learned.edges
    lines = [
        f"values = {cell}.to_numpy('float64', na_value=np.nan)",
        f"ranges = np.searchsorted({list(edges[1:-1])!r}, values, side='right')",
        "is_inside = ~np.isnan(values)",
    ]
    if params.method == "edges":
        lines.append(f"is_inside &= (values >= {edges[0]!r}) & (values <= {edges[-1]!r})")
    new = column_python(_name(params, columns))
    names = f"np.array({labels(params, learned)!r}, dtype=object)"
    return [
        *lines,
        f"names = {names}[np.where(is_inside, ranges, 0)]",
        f"{new} = pd.Series(np.where(is_inside, names, None), index=table.index, dtype='string')",
    ]


SPEC = StepSpec(
    key="bin",
    label="Group numbers into ranges",
    icon="stacked_bar_chart",
    group="Values",
    summary="Adds a column that says into which range a number falls.",
    params=BinParams,
    learned=BinLearned,
    fit=fit,
    change=change,
    pandas=pandas,
    title=lambda params: f"Group {params.column} into ranges ({params.method.replace('_', ' ')})",
)

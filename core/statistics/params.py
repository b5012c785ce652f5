"""Parameters that tests share, and how a field says which columns it takes."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from core.params import Params
from core.types import ColumnType

Alternative = Literal["two-sided", "greater", "less"]


class ColumnKind(StrEnum):
    """What a column has to hold for a role."""

    NUMBER = "number"
    CATEGORY = "category"
    ANY = "any"

    @property
    def types(self) -> frozenset[ColumnType]:
        """The column types that serve."""
        return _TYPES[self]


_TYPES = {
    ColumnKind.NUMBER: frozenset({ColumnType.INTEGER, ColumnType.NUMBER}),
    ColumnKind.CATEGORY: frozenset({ColumnType.STRING, ColumnType.BOOLEAN, ColumnType.INTEGER}),
    ColumnKind.ANY: frozenset(ColumnType),
}


def column(kind: ColumnKind, title: str, description: str, **facts: Any) -> Any:
    """A field that names one column, or several when it is a tuple.

    Args:
        kind: What the column has to hold.
        title: What the field is called in a form.
        description: What the column is for.
        facts: Further arguments of ``Field``, such as bounds of a tuple's length.
    """
    extra: dict[str, Any] = {"column": kind.value, "front": True}
    return Field(title=title, description=description, json_schema_extra=extra, **facts)


def column_fields(model: type[Params]) -> Iterator[tuple[str, ColumnKind]]:
    """The fields of ``model`` that name columns, with what the columns have to hold."""
    for name, info in model.model_fields.items():
        kind = _kind(info)
        if kind is not None:
            yield name, kind


def named_columns(params: Params) -> Iterator[tuple[str, str, ColumnKind]]:
    """``(field, column, kind)`` for each column that ``params`` names; empty names are left out."""
    for field, kind in column_fields(type(params)):
        value = getattr(params, field)
        for name in (value,) if isinstance(value, str) else value:
            if name:
                yield field, name, kind


def _kind(info: FieldInfo) -> ColumnKind | None:
    extra = info.json_schema_extra
    if not isinstance(extra, dict) or "column" not in extra:
        return None
    return ColumnKind(str(extra["column"]))


class CommonParams(Params):
    """What every test takes."""

    alpha: Annotated[
        float,
        Field(
            ge=0.001,
            le=0.2,
            title="Significance level",
            description="How often a finding may be a false alarm when there is nothing to find. Intervals hold the "
            "true value in the other cases.",
        ),
    ] = 0.05


class SidedParams(CommonParams):
    """Tests that can look in one direction only."""

    alternative: Annotated[
        Alternative,
        Field(
            title="Looking for",
            description="Two-sided finds differences in both directions. Choose a direction only if you did so before "
            "you saw the data.",
        ),
    ] = "two-sided"


Measure = Annotated[str, column(ColumnKind.NUMBER, "Values", "The column of numbers.", min_length=1)]
Group = Annotated[
    str, column(ColumnKind.CATEGORY, "Groups", "The column that says who is in which group.", min_length=1)
]
Wanted = Annotated[
    tuple[str, ...],
    Field(
        max_length=2,
        title="Only these two groups",
        description="Two values of the groups column, in the order of the comparison. Empty takes both that there are.",
    ),
]
Hypothesised = Annotated[
    float, Field(ge=-1e15, le=1e15, title="Hypothesised value", description="What to compare with.")
]


class TwoGroupParams(SidedParams):
    """One column of numbers, one that splits the rows in two."""

    measure: Measure
    group: Group
    groups: Wanted = ()


class ManyGroupParams(CommonParams):
    """One column of numbers, one that splits the rows into groups."""

    measure: Measure
    group: Group


class PairParams(SidedParams):
    """Two columns of one row, or two rows of one subject."""

    first: Annotated[
        str,
        column(
            ColumnKind.NUMBER,
            "First values",
            "Before; or the only column of numbers, if rows are paired.",
            min_length=1,
        ),
    ]
    second: Annotated[
        str, column(ColumnKind.NUMBER, "Second values", "After. Empty if each measurement has a row of its own.")
    ] = ""
    group: Annotated[
        str, column(ColumnKind.CATEGORY, "Occasions", "Says which measurement a row is, if each has its own row.")
    ] = ""
    subject: Annotated[
        str, column(ColumnKind.ANY, "Subject", "Says which rows belong together, if each measurement has its own row.")
    ] = ""
    groups: Wanted = ()


class TwoNumberParams(SidedParams):
    """Two columns of numbers."""

    x: Annotated[str, column(ColumnKind.NUMBER, "First column", "Drawn along the horizontal axis.", min_length=1)]
    y: Annotated[str, column(ColumnKind.NUMBER, "Second column", "Drawn along the vertical axis.", min_length=1)]


class OneNumberParams(CommonParams):
    """One column of numbers."""

    measure: Measure


class TwoCategoryParams(CommonParams):
    """Two columns of categories."""

    rows: Annotated[str, column(ColumnKind.CATEGORY, "First column", "Its values become rows.", min_length=1)]
    columns: Annotated[str, column(ColumnKind.CATEGORY, "Second column", "Its values become columns.", min_length=1)]

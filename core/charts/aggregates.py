"""One number for many: what a bar, a point or a cell can stand for."""

from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from core.errors import UserInputError
from core.expressions.quoting import name_sql

Aggregate = Annotated[
    Literal["count", "mean", "sum", "median", "minimum", "maximum", "deviation", "distinct"],
    Field(title="Show", description="What is drawn of each group. Without a column of values, rows are counted."),
]
LABELS = MappingProxyType(
    {
        "count": "Rows",
        "mean": "Mean of {}",
        "sum": "Sum of {}",
        "median": "Median of {}",
        "minimum": "Minimum of {}",
        "maximum": "Maximum of {}",
        "deviation": "Standard deviation of {}",
        "distinct": "Distinct values of {}",
    }
)
_SQL = MappingProxyType(
    {
        "count": "count(*)",
        "mean": "avg({0})",
        "sum": "sum({0}::DOUBLE)",
        "median": "quantile_cont({0}::DOUBLE, 0.5)",
        "minimum": "min({0})",
        "maximum": "max({0})",
        "deviation": "stddev_samp({0}::DOUBLE)",
        "distinct": "count(DISTINCT {0})",
    }
)
_PANDAS = MappingProxyType(
    {
        "count": "size",
        "mean": "mean",
        "sum": "sum",
        "median": "median",
        "minimum": "min",
        "maximum": "max",
        "deviation": "std",
        "distinct": "nunique",
    }
)


def check_aggregate(aggregate: str, values: str | None) -> None:
    """Raises UserInputError when ``aggregate`` needs a column of values and there is none."""
    if aggregate != "count" and values is None:
        raise UserInputError(
            f"{LABELS[aggregate].format('...')} needs a column of numbers.",
            hint="Choose one, or count rows.",
            field="params.aggregate",
        )


def aggregate_sql(aggregate: str, values: str | None) -> str:
    """The aggregate as SQL."""
    return _SQL[aggregate].format(name_sql(values) if values else "")


def aggregate_label(aggregate: str, values: str | None) -> str:
    """What the number is, for an axis."""
    return LABELS[aggregate].format(values)


def aggregate_python(aggregate: str, by: list[str]) -> list[str]:
    """Lines that make ``result`` with ``value`` and ``rows`` for each group of ``work``."""
    name = _PANDAS[aggregate]
    column = by[0] if aggregate == "count" else "y"
    lines = [f"grouped = work.groupby({by!r}, observed=True)"]
    if aggregate == "count":
        lines.append('result = grouped.size().rename("value").reset_index().assign(rows=lambda made: made["value"])')
    else:
        lines.append(f'result = grouped.agg(value=("{column}", "{name}"), rows=("{column}", "size")).reset_index()')
    return lines


def is_additive(aggregate: str) -> bool:
    """Whether values of parts add up to the value of the whole."""
    return aggregate in ("count", "sum")

"""Conditions on columns: which rows a chart is drawn from. Typed, so that nothing of them is ever run as code."""

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from core.errors import UserInputError
from core.expressions.quoting import Scalar, name_sql, text_sql, value_sql
from core.params import Params
from core.types import Column, ColumnType

Operator = Literal[
    "is",
    "is_not",
    "less",
    "at_most",
    "more",
    "at_least",
    "between",
    "one_of",
    "contains",
    "starts_with",
    "missing",
    "present",
]
OPERATOR_WORDS: dict[str, str] = {
    "is": "is",
    "is_not": "is not",
    "less": "is less than",
    "at_most": "is at most",
    "more": "is more than",
    "at_least": "is at least",
    "between": "is between",
    "one_of": "is one of",
    "contains": "contains",
    "starts_with": "starts with",
    "missing": "is missing",
    "present": "is not missing",
}
_SIGNS = {"is": "=", "is_not": "<>", "less": "<", "at_most": "<=", "more": ">", "at_least": ">="}
_PYTHON_SIGNS = {"is": "==", "is_not": "!=", "less": "<", "at_most": "<=", "more": ">", "at_least": ">="}
_TEXT_ONLY = ("contains", "starts_with")
_ORDERED = ("less", "at_most", "more", "at_least", "between")
_YES_NO = {"true": True, "false": False, "yes": True, "no": False}


class Condition(Params):
    """A row counts when the value of ``column`` fits. A missing value fits ``missing`` only."""

    column: Annotated[str, Field(title="Column", max_length=1_000)]
    operator: Annotated[Operator, Field(title="Condition")] = "is"
    value: Annotated[
        bool | int | float | str | tuple[bool | int | float | str, ...] | None,
        Field(title="Value", description="One value; two for between; a list for one of; times in ISO 8601."),
    ] = None


Conditions = Annotated[
    tuple[Condition, ...],
    Field(max_length=10, title="Filters", description="Only rows that fit all of them are drawn."),
]


def operators_for(type: ColumnType) -> tuple[str, ...]:
    """The operators that make sense for values of ``type``."""
    without: tuple[str, ...] = _TEXT_ONLY if type is not ColumnType.STRING else ()
    if type is ColumnType.BOOLEAN:
        without = (*_TEXT_ONLY, *_ORDERED, "one_of")
    return tuple(key for key in OPERATOR_WORDS if key not in without)


def condition_sql(condition: Condition, column: Column) -> str:
    """The condition as SQL.

    Raises:
        UserInputError: The operator or the value does not fit the column.
    """
    name = name_sql(column.name)
    if condition.operator == "missing":
        return f"{name} IS NULL"
    if condition.operator == "present":
        return f"{name} IS NOT NULL"
    values = typed_values(condition, column)
    if condition.operator == "contains":
        return f"contains(lower({name}), lower({text_sql(str(values[0]))}))"
    if condition.operator == "starts_with":
        return f"starts_with({name}, {text_sql(str(values[0]))})"
    literals = [_literal(value, column) for value in values]
    if condition.operator == "between":
        return f"{name} BETWEEN {literals[0]} AND {literals[1]}"
    if condition.operator == "one_of":
        return f"{name} IN ({', '.join(literals)})"
    return f"{name} {_SIGNS[condition.operator]} {literals[0]}"


def condition_python(condition: Condition, column: Column) -> str:
    """The condition as a pandas expression over ``rows``: true, false, or missing."""
    cell = f"rows[{column.name!r}]"
    if condition.operator == "missing":
        return f"{cell}.isna()"
    if condition.operator == "present":
        return f"{cell}.notna()"
    values = typed_values(condition, column)
    if condition.operator == "contains":
        return f"{cell}.str.lower().str.contains({str(values[0]).lower()!r}, regex=False)"
    if condition.operator == "starts_with":
        return f"{cell}.str.startswith({str(values[0])!r})"
    literals = [
        f"pd.Timestamp({value.isoformat()!r})" if isinstance(value, datetime) else repr(value) for value in values
    ]
    if condition.operator == "between":
        return f"{cell}.between({literals[0]}, {literals[1]})"
    if condition.operator == "one_of":
        return f"{cell}.isin([{', '.join(literals)}])"
    return f"({cell} {_PYTHON_SIGNS[condition.operator]} {literals[0]})"


def typed_values(condition: Condition, column: Column) -> list[Scalar]:
    """The values of the condition as the column's type knows them. Raises UserInputError."""
    if condition.operator not in operators_for(column.type):
        words = OPERATOR_WORDS[condition.operator]
        raise UserInputError(
            f"{column.name!r} holds {column.type.value} values, for which '{words}' has no meaning.",
            hint="Choose another condition.",
            field="filters",
        )
    given = condition.value
    values: list[Any] = list(given) if isinstance(given, tuple) else [given]
    expected = 2 if condition.operator == "between" else None if condition.operator == "one_of" else 1
    if given is None or not values or (expected is not None and len(values) != expected):
        counted = {1: "one value", 2: "two values"}.get(expected or 0, "at least one value")
        raise UserInputError(
            f"The filter on {column.name!r} needs {counted}; it has {given!r}.", hint="Give it.", field="filters"
        )
    return [_typed(value, column) for value in values]


def _typed(value: Any, column: Column) -> Scalar:
    try:
        if column.type.is_numeric:
            return _number(value)
        if column.type is ColumnType.BOOLEAN:
            return value if isinstance(value, bool) else _YES_NO[str(value).strip().lower()]
        if column.type is ColumnType.DATETIME:
            moment = datetime.fromisoformat(str(value).strip())
            return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, KeyError, OverflowError) as error:
        kinds = {ColumnType.BOOLEAN: "true or false", ColumnType.DATETIME: "a date such as 2026-03-12"}
        raise UserInputError(
            f"{value!r} is not {kinds.get(column.type, 'a number')}, which {column.name!r} holds.",
            hint="Change the value of the filter.",
            field="filters",
        ) from error
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValueError("yes and no are no numbers")
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a number in a filter is finite")
    return number


def _literal(value: Scalar, column: Column) -> str:
    type_ = column.type
    if type_ is ColumnType.INTEGER and isinstance(value, float):
        type_ = ColumnType.NUMBER
    return value_sql(value, type_)

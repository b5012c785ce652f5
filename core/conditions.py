"""Conditions on rows: one language for the filters of charts, steps of recipes and questions.

Typed, so that nothing of a condition is ever run as code.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field

from core.errors import UserInputError
from core.expressions.quoting import Scalar, name_sql, value_sql
from core.params import Params
from core.types import ColumnType

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
    "ends_with",
    "missing",
    "present",
]
OPERATOR_WORDS: MappingProxyType[Operator, str] = MappingProxyType(
    {
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
        "ends_with": "ends with",
        "missing": "is missing",
        "present": "is not missing",
    }
)
WITHOUT_VALUE: tuple[Operator, ...] = ("missing", "present")
TEXT_ONLY: tuple[Operator, ...] = ("contains", "starts_with", "ends_with")
_NOT_FOR_YES_NO: tuple[Operator, ...] = ("less", "at_most", "more", "at_least", "between", "one_of", *TEXT_ONLY)
_SIGNS = {"is": "=", "is_not": "<>", "less": "<", "at_most": "<=", "more": ">", "at_least": ">="}
_PYTHON_SIGNS = {**_SIGNS, "is": "==", "is_not": "!="}
_TEXT_PYTHON = {
    "contains": ".str.contains({}, regex=False)",
    "starts_with": ".str.startswith({})",
    "ends_with": ".str.endswith({})",
}
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}\Z")
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

ConditionValue = bool | int | float | str


class TypedColumn(Protocol):
    """What is known of the column that a condition is on."""

    @property
    def name(self) -> str:
        """As the table has it."""
        ...

    @property
    def type(self) -> ColumnType:
        """Of its values."""
        ...


class Condition(Params):
    """A row counts when the value of ``column`` fits. A missing value fits ``missing`` only.

    ``contains``, ``starts_with`` and ``ends_with`` do not mind capitals; ``between`` includes both ends.
    """

    column: Annotated[str, Field(title="Column", min_length=1, max_length=1_000)]
    operator: Annotated[Operator, Field(title="Condition")] = "is"
    value: Annotated[
        ConditionValue | tuple[ConditionValue, ...] | None,
        Field(title="Value", description="One value; two for between; a list for one of; times in ISO 8601."),
    ] = None


Conditions = Annotated[
    tuple[Condition, ...],
    Field(max_length=10, title="Filters", description="Only rows that fit all of them are drawn."),
]


def operators_for(type: ColumnType) -> tuple[Operator, ...]:
    """The operators that make sense for values of ``type``."""
    without: tuple[Operator, ...] = () if type is ColumnType.STRING else TEXT_ONLY
    if type is ColumnType.BOOLEAN:
        without = _NOT_FOR_YES_NO
    return tuple(operator for operator in OPERATOR_WORDS if operator not in without)


def condition_words(condition: Condition) -> str:
    """The condition as a part of a sentence.

    Example:
        >>> condition_words(Condition(column="age", operator="between", value=(18, 30)))
        'age is between 18 and 30'
        >>> condition_words(Condition(column="town", operator="one_of", value=("Oslo", "Rome")))
        'town is Oslo or Rome'
        >>> condition_words(Condition(column="cabin", operator="missing"))
        'cabin is missing'
    """
    value = condition.value
    if condition.operator in WITHOUT_VALUE or value is None:
        return f"{condition.column} {OPERATOR_WORDS[condition.operator]}"
    if condition.operator == "one_of" and isinstance(value, tuple):
        return f"{condition.column} is {' or '.join(map(str, value))}"
    shown = " and ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{condition.column} {OPERATOR_WORDS[condition.operator]} {shown}"


def comparison_sql(name: str, operator: Operator, literals: Sequence[str]) -> str:
    """A condition as SQL; ``name`` and ``literals`` are SQL already and of one type, as many as the operator needs."""
    if operator in WITHOUT_VALUE:
        return f"{name} IS {'NOT ' if operator == 'present' else ''}NULL"
    if operator in TEXT_ONLY:
        return f"{operator}(lower({name}), lower({literals[0]}))"
    if operator == "between":
        return f"{name} BETWEEN {literals[0]} AND {literals[1]}"
    if operator == "one_of":
        return f"{name} IN ({', '.join(literals)})"
    return f"{name} {_SIGNS[operator]} {literals[0]}"


def condition_sql(condition: Condition, column: TypedColumn) -> str:
    """The condition as SQL that has no other reading, whatever the column is called.

    Raises:
        UserInputError: The operator or the value does not fit the column.
    """
    literals = [_literal(value, column) for value in typed_values(condition, column)]
    return comparison_sql(name_sql(column.name), condition.operator, literals)


def condition_python(condition: Condition, column: TypedColumn) -> str:
    """The condition as a pandas expression over ``rows``: true, false, or missing.

    Raises:
        UserInputError: The operator or the value does not fit the column.
    """
    operator, cell = condition.operator, f"rows[{column.name!r}]"
    if operator in WITHOUT_VALUE:
        return f"{cell}.{'notna' if operator == 'present' else 'isna'}()"
    values = typed_values(condition, column)
    if operator in TEXT_ONLY:
        return f"{cell}.str.lower(){_TEXT_PYTHON[operator].format(repr(str(values[0]).lower()))}"
    literals = [
        f"pd.Timestamp({value.isoformat()!r})" if isinstance(value, datetime) else repr(value) for value in values
    ]
    if operator == "between":
        return f"{cell}.between({literals[0]}, {literals[1]})"
    if operator == "one_of":
        return f"{cell}.isin([{', '.join(literals)}])"
    return f"({cell} {_PYTHON_SIGNS[operator]} {literals[0]})"


def typed_values(condition: Condition, column: TypedColumn) -> list[Scalar]:
    """The values of the condition as the column's type knows them; empty for ``missing`` and ``present``.

    Raises:
        UserInputError: The operator or the value does not fit the column.
    """
    if condition.operator not in operators_for(column.type):
        words = OPERATOR_WORDS[condition.operator]
        raise UserInputError(
            f"{column.name!r} holds {column.type.value} values, for which '{words}' has no meaning.",
            hint="Choose another condition, or change the type of the column.",
            field="filters",
        )
    return [_typed(value, column) for value in given_values(condition)]


def given_values(condition: Condition) -> tuple[ConditionValue, ...]:
    """The values of the condition as they were given: as many as its operator needs.

    Raises:
        UserInputError: There are more or fewer.
    """
    if condition.operator in WITHOUT_VALUE:
        return ()
    given = condition.value
    values = given if isinstance(given, tuple) else () if given is None else (given,)
    least, most, counted = {
        "between": (2, 2, "two values"),
        "one_of": (1, 200, "1 to 200 values"),
    }.get(condition.operator, (1, 1, "one value"))
    if not least <= len(values) <= most:
        has = "none" if not values else str(len(values))
        raise UserInputError(
            f"{condition.column!r}: '{OPERATOR_WORDS[condition.operator]}' needs {counted}, not {has}.",
            hint='Give them. To look for gaps, choose "is missing".',
            field="filters",
        )
    return values


def _typed(value: Any, column: TypedColumn) -> Scalar:
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
            hint="Change the value.",
            field="filters",
        ) from error
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValueError("yes and no are no numbers")
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    if isinstance(value, str) and _WHOLE.match(value.strip()) and abs(int(value)) < 2**63:
        return int(value)  # by way of a float it would lose its last digits
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a number in a filter is finite")
    return number


def _literal(value: Scalar, column: TypedColumn) -> str:
    type_ = column.type
    if type_ is ColumnType.INTEGER and isinstance(value, float):
        type_ = ColumnType.NUMBER
    return value_sql(value, type_)

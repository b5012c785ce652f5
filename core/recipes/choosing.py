"""Columns, names and values that a step was given, checked against the table it meets."""

import difflib
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from core.errors import UserInputError
from core.expressions.quoting import Scalar
from core.ids import clean_name
from core.recipes.changes import TableColumn
from core.tables.names import MAX_NAME_LENGTH, listed
from core.types import ColumnType

NUMERIC = (ColumnType.INTEGER, ColumnType.NUMBER)
TYPE_NAMES = {
    ColumnType.INTEGER: "whole numbers",
    ColumnType.NUMBER: "numbers",
    ColumnType.BOOLEAN: "yes or no",
    ColumnType.DATETIME: "dates",
    ColumnType.STRING: "text",
}
_LARGEST = 2**63
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


class UnknownColumn(UserInputError):
    """A step names a column that is not there, or not any more."""

    def __init__(self, name: str, columns: Sequence[TableColumn]) -> None:
        names = [column.name for column in columns]
        close = difflib.get_close_matches(name, names, n=2)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"There are: {listed(names)}."
        super().__init__(f"there is no column {name!r}.", hint=hint)
        self.name = name


def columns_field(title: str, *types: ColumnType, optional: bool = False, description: str = "") -> Any:
    """A parameter that holds names of columns, of the given types if any."""
    extra: dict[str, Any] = {"widget": "columns", "types": [type_.value for type_ in types]}
    return Field(
        title=title, description=description, min_length=0 if optional else 1, max_length=2_000, json_schema_extra=extra
    )


def column_field(title: str, *types: ColumnType, optional: bool = False, description: str = "") -> Any:
    """A parameter that holds the name of one column; empty for none where it is optional."""
    extra: dict[str, Any] = {"widget": "column", "types": [type_.value for type_ in types], "optional": optional}
    return Field(
        title=title, description=description, min_length=0 if optional else 1, max_length=400, json_schema_extra=extra
    )


def widget_field(
    title: str, widget: str, description: str = "", *, shown_if: dict[str, list[str]] | None = None, **bounds: Any
) -> Any:
    """A parameter with a form field of its own kind, shown when other fields have one of the given values."""
    extra: dict[str, Any] = {"widget": widget, "shown_if": shown_if or {}}
    return Field(title=title, description=description, json_schema_extra=extra, **bounds)


def chosen(
    names: Sequence[str], columns: Sequence[TableColumn], *types: ColumnType, all_if_empty: bool = False
) -> tuple[TableColumn, ...]:
    """The named columns, in the given order, each once.

    Raises:
        UnknownColumn: One of them is not there.
        UserInputError: One of them has another type than ``types``.
    """
    if not names and all_if_empty:
        return tuple(column for column in columns if not types or column.type in types)
    by_name = {column.name: column for column in columns}
    found = []
    for name in dict.fromkeys(names):
        if name not in by_name:
            raise UnknownColumn(name, columns)
        if types and by_name[name].type not in types:
            wanted = " or ".join(dict.fromkeys(TYPE_NAMES[type_] for type_ in types))
            raise UserInputError(
                f"{name!r} holds {TYPE_NAMES[by_name[name].type]}; this step works on {wanted}.",
                hint="Choose another column, or change its type in a step before.",
            )
        found.append(by_name[name])
    return tuple(found)


def new_name(name: str, columns: Sequence[TableColumn], *, taken: Sequence[str] = ()) -> str:
    """``name`` as it may be given to a new column.

    Raises:
        UserInputError: It is empty, or a column has it already, in small or capital letters.
    """
    clean = clean_name(name, max_length=MAX_NAME_LENGTH)
    if not clean:
        raise UserInputError("a new column needs a name.", hint="Give it one.")
    if clean.casefold() in {other.casefold() for other in (*(column.name for column in columns), *taken)}:
        raise UserInputError(
            f"there is a column {clean!r} already.", hint="Choose another name; capitals make no difference."
        )
    return clean


def free_name(name: str, taken: Sequence[str]) -> str:
    """``name``, or with a number behind it when it is taken."""
    folded = {other.casefold() for other in taken}
    base = clean_name(name, max_length=MAX_NAME_LENGTH - 6) or "column"
    unique, number = base, 1
    while unique.casefold() in folded:
        number += 1
        unique = f"{base}_{number}"
    return unique


def typed(value: Any, type: ColumnType, *, what: str = "the value") -> Scalar:
    """``value`` as one of a column of type ``type``; texts are read.

    Raises:
        UserInputError: It cannot be one.
    """
    try:
        return _READERS[type](value)
    except (ValueError, TypeError, OverflowError) as error:
        raise UserInputError(
            f"{what} {str(value)[:60]!r} does not fit a column of {TYPE_NAMES[type]}.", hint=_EXAMPLES[type]
        ) from error


def _whole(value: Any) -> int:
    number = _number(value)
    exact = int(value) if isinstance(value, int | str) and not isinstance(value, bool) and _is_digits(value) else None
    whole = int(number) if exact is None else exact
    if number != math.floor(number) or not -_LARGEST <= whole < _LARGEST:
        raise ValueError("no whole number of 64 bits")
    return whole


def _is_digits(value: int | str) -> bool:
    return isinstance(value, int) or value.strip().lstrip("+-").isdigit()


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError("yes or no")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _boolean(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in (*_TRUE, *_FALSE):
        raise ValueError("neither yes nor no")
    return word in _TRUE


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    if moment.tzinfo is not None:
        raise ValueError("has a time zone")
    return moment


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


_READERS: dict[ColumnType, Callable[[Any], Scalar]] = {
    ColumnType.INTEGER: _whole,
    ColumnType.NUMBER: _number,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.DATETIME: _moment,
    ColumnType.STRING: _text,
}
_EXAMPLES = {
    ColumnType.INTEGER: "Write a whole number, such as 12.",
    ColumnType.NUMBER: "Write a number with a point, such as 12.5.",
    ColumnType.BOOLEAN: "Write true or false.",
    ColumnType.DATETIME: "Write it as 2025-01-31 or 2025-01-31 14:30.",
    ColumnType.STRING: "Write a text.",
}


def names_title(names: Sequence[str], everything: str = "every column") -> str:
    """Names for a line of the recipe."""
    return listed([name if len(name) <= 40 else name[:39] + "…" for name in names]) if names else everything

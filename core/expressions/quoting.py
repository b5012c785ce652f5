"""Names and values as SQL and as Python source. Nothing reaches a statement or a script but through these."""

import math
from datetime import datetime
from types import MappingProxyType

from core.types import ColumnType

Scalar = bool | int | float | str | datetime
"""One value of a column; missing is None beside it."""

SQL_TYPES = MappingProxyType(
    {
        ColumnType.INTEGER: "BIGINT",
        ColumnType.NUMBER: "DOUBLE",
        ColumnType.BOOLEAN: "BOOLEAN",
        ColumnType.DATETIME: "TIMESTAMP",
        ColumnType.STRING: "VARCHAR",
    }
)
DTYPES = MappingProxyType(
    {
        ColumnType.INTEGER: "Int64",
        ColumnType.NUMBER: "Float64",
        ColumnType.BOOLEAN: "boolean",
        ColumnType.DATETIME: "datetime64[us]",
        ColumnType.STRING: "string",
    }
)
"""pandas types that keep missing values apart from every value."""


def name_sql(name: str) -> str:
    """``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """``text`` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def value_sql(value: Scalar | None, type: ColumnType) -> str:
    """``value`` as SQL of exactly the type ``type``; None is a typed NULL.

    Raises:
        ValueError: A number is not finite.
    """
    if value is None:
        return f"CAST(NULL AS {SQL_TYPES[type]})"
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number in a statement is finite")
    if type is ColumnType.BOOLEAN:
        return "true" if value else "false"
    if type is ColumnType.STRING:
        return text_sql(str(value))
    if type is ColumnType.DATETIME:
        assert isinstance(value, datetime)
        return f"CAST({text_sql(value.isoformat(sep=' '))} AS TIMESTAMP)"
    number = int(value) if type is ColumnType.INTEGER else float(value)  # type: ignore[arg-type]  # no datetime is left
    return f"CAST({text_sql(repr(number))} AS {SQL_TYPES[type]})"


def value_python(value: Scalar | None, type: ColumnType) -> str:
    """``value`` as Python source that pandas takes for a value of the type ``type``."""
    if value is None:
        return "pd.NaT" if type is ColumnType.DATETIME else "pd.NA"
    if isinstance(value, datetime):
        return f"pd.Timestamp({value.isoformat(sep=' ')!r})"
    if type is ColumnType.NUMBER:
        return repr(float(value))
    return repr(value)


def column_python(name: str) -> str:
    """The column ``name`` of the frame that every script calls ``table``."""
    return f"table[{name!r}]"

"""Fill missing values."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.errors import UserInputError
from core.expressions.quoting import DTYPES, SQL_TYPES, Scalar, column_python, value_python, value_sql
from core.params import Params
from core.recipes.changes import ROW, Change, TableColumn, projection, remade
from core.recipes.choosing import NUMERIC, chosen, columns_field, names_title, typed, widget_field
from core.recipes.spec import Facts, StepSpec
from core.types import ColumnType

Cell = bool | int | float | str


class ImputeParams(Params):
    """Where, and by what."""

    columns: Annotated[tuple[str, ...], columns_field("Columns")]
    strategy: Annotated[
        Literal["median", "mean", "mode", "constant", "forward"],
        Field(
            title="Fill with",
            description="Median and mean: of a column of numbers; extreme values move the mean, not the median. "
            "Mode: the most frequent value. Constant: a value of yours. Forward: the last value above.",
        ),
    ] = "median"
    value: Annotated[
        Cell | None, widget_field("Value", "value", "For constant only.", shown_if={"strategy": ["constant"]})
    ] = None

    @model_validator(mode="after")
    def _has_value(self) -> "ImputeParams":
        if self.strategy == "constant" and (self.value is None or self.value == ""):
            raise ValueError("a constant needs its value")
        return self


class ImputeLearned(Params):
    """What fills each column."""

    values: dict[str, Cell] = Field(default_factory=dict)


def fit(params: ImputeParams, facts: Facts) -> ImputeLearned:
    """Medians, means or most frequent values."""
    columns = chosen(params.columns, facts.columns, *(NUMERIC if params.strategy in ("mean", "median") else ()))
    if params.strategy == "forward":
        return ImputeLearned()
    if params.strategy == "constant":
        return ImputeLearned(values={column.name: _constant(params, column) for column in columns})
    if params.strategy == "mode":
        found = {column.name: _mode(column, facts) for column in columns}
    else:
        function = {"mean": "avg", "median": "median"}[params.strategy]
        row = facts.row([f"{function}(CAST({column.sql} AS DOUBLE))" for column in columns])
        found = {column.name: value for column, value in zip(columns, row, strict=True)}
    values: dict[str, Cell] = {}
    for column in columns:
        value = found[column.name]
        if value is None:
            raise UserInputError(
                f"{column.name!r} holds no value to learn from.", hint="Fill it with a constant, or remove the column."
            )
        values[column.name] = _storable(value, column.type)
    return ImputeLearned(values=values)


def _constant(params: ImputeParams, column: TableColumn) -> Cell:
    if column.type is ColumnType.INTEGER and _is_decimal(params.value):
        return float(str(params.value))
    return _storable(typed(params.value, column.type), column.type)


def _is_decimal(value: Cell | None) -> bool:
    try:
        return not isinstance(value, bool) and not float(str(value)).is_integer()
    except (ValueError, OverflowError):
        return False


def _mode(column: TableColumn, facts: Facts) -> Scalar | None:
    rows = facts.rows(
        f"SELECT {column.sql} FROM {{relation}} WHERE {column.sql} IS NOT NULL "
        f"GROUP BY {column.sql} ORDER BY count(*) DESC, {column.sql} LIMIT 1"
    )
    return rows[0][0] if rows else None


def _storable(value: Scalar, type: ColumnType) -> Cell:
    if type is ColumnType.DATETIME:
        return str(value)
    if type is ColumnType.INTEGER and float(value).is_integer():  # type: ignore[arg-type]  # a number by its type
        return int(value)  # type: ignore[arg-type]
    assert isinstance(value, bool | int | float | str)
    return value


def _filling(learned: ImputeLearned, column: TableColumn) -> tuple[Scalar, ColumnType]:
    """The value for a column, and the type of the column once it is filled."""
    value = learned.values[column.name]
    if column.type is ColumnType.INTEGER and isinstance(value, float):
        return value, ColumnType.NUMBER
    return typed(value, column.type), column.type


def change(params: ImputeParams, learned: ImputeLearned, columns: Sequence[TableColumn]) -> Change:
    """The same columns without gaps."""
    made = {}
    for column in chosen(params.columns, columns):
        if params.strategy == "forward":
            above = f"last_value({column.sql} IGNORE NULLS) OVER (ORDER BY {ROW} ROWS UNBOUNDED PRECEDING)"
            made[column.name] = remade(column, above)
            continue
        value, type_ = _filling(learned, column)
        cell = column.sql if type_ is column.type else f"CAST({column.sql} AS {SQL_TYPES[type_]})"
        made[column.name] = remade(column, f"coalesce({cell}, {value_sql(value, type_)})", type_)
    return projection(columns, made)


def pandas(params: ImputeParams, learned: ImputeLearned, columns: Sequence[TableColumn]) -> list[str]:
    """``fillna`` with the learned values, or ``ffill``."""
    lines = []
    for column in chosen(params.columns, columns):
        cell = column_python(column.name)
        if params.strategy == "forward":
            lines.append(f"{cell} = {cell}.ffill()")
            continue
        value, type_ = _filling(learned, column)
        converted = "" if type_ is column.type else f".astype({DTYPES[type_]!r})"
        lines.append(f"{cell} = {cell}{converted}.fillna({value_python(value, type_)})")
    return lines


def _title(params: ImputeParams) -> str:
    by = {"constant": f"with {params.value}", "forward": "with the value above"}.get(
        params.strategy, f"with the {params.strategy}"
    )
    return f"Fill gaps in {names_title(params.columns)} {by}"


SPEC = StepSpec(
    key="impute",
    label="Fill missing values",
    icon="format_color_fill",
    group="Missing values",
    summary="Puts the median, the mean, the most frequent value, a constant or the value above into gaps.",
    params=ImputeParams,
    learned=ImputeLearned,
    fit=fit,
    change=change,
    pandas=pandas,
    title=_title,
)

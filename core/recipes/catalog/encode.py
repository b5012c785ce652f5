"""Categories become numbers."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from core.errors import UserInputError
from core.expressions.quoting import Scalar, column_python, value_python, value_sql
from core.params import Params
from core.recipes.changes import Change, Made, Projection, TableColumn, fresh, projection, remade
from core.recipes.choosing import chosen, columns_field, free_name, names_title, typed, widget_field
from core.recipes.spec import Facts, StepSpec
from core.types import ColumnType

MAX_CATEGORIES = 200
TYPES = (ColumnType.STRING, ColumnType.BOOLEAN, ColumnType.INTEGER)

Cell = bool | int | str


class EncodeParams(Params):
    """Which columns, and how."""

    columns: Annotated[tuple[str, ...], columns_field("Columns", *TYPES)]
    method: Annotated[
        Literal["onehot", "ordinal", "label"],
        Field(
            title="How",
            description="Onehot: a column of 0 and 1 for each category. Ordinal: numbers in an order that you give. "
            "Label: numbers in alphabetical order, which means nothing but is small.",
        ),
    ] = "onehot"
    order: Annotated[
        tuple[Cell, ...],
        widget_field(
            "Order of the categories",
            "texts",
            "From the smallest up.",
            shown_if={"method": ["ordinal"]},
            max_length=MAX_CATEGORIES,
        ),
    ] = ()

    @model_validator(mode="after")
    def _order_fits(self) -> "EncodeParams":
        if self.method == "ordinal" and len(self.order) < 2:
            raise ValueError("ordinal needs the order of at least two categories")
        if len(set(self.order)) != len(self.order):
            raise ValueError("a category stands twice in the order")
        return self


class EncodeLearned(Params):
    """The categories of each column, in the order of their numbers or columns."""

    categories: dict[str, tuple[Cell, ...]] = Field(default_factory=dict)


def fit(params: EncodeParams, facts: Facts) -> EncodeLearned:
    """All categories that occur, sorted."""
    found: dict[str, tuple[Cell, ...]] = {}
    for column in chosen(params.columns, facts.columns, *TYPES):
        if params.method == "ordinal":
            for value in params.order:
                typed(value, column.type, what=f"the category for {column.name!r}")
            found[column.name] = params.order
            continue
        rows = facts.rows(
            f"SELECT DISTINCT {column.sql} AS value FROM {{relation}} WHERE {column.sql} IS NOT NULL "
            f"ORDER BY value LIMIT {MAX_CATEGORIES + 1}"
        )
        if not 1 <= len(rows) <= MAX_CATEGORIES:
            what = f"more than {MAX_CATEGORIES}" if rows else "no"
            raise UserInputError(
                f"{column.name!r} holds {what} categories.",
                hint="Put rare ones together by replacing values, or leave the column out.",
            )
        found[column.name] = tuple(row[0] for row in rows)
    return EncodeLearned(categories=found)


def _values(learned: EncodeLearned, column: TableColumn) -> list[Scalar]:
    return [typed(value, column.type) for value in learned.categories[column.name]]


def _onehot_names(params: EncodeParams, learned: EncodeLearned, columns: Sequence[TableColumn]) -> dict[str, list[str]]:
    taken = [column.name for column in columns if column.name not in params.columns]
    names: dict[str, list[str]] = {}
    for column in chosen(params.columns, columns, *TYPES):
        names[column.name] = []
        for value in _values(learned, column):
            word = str(value).lower() if isinstance(value, bool) else str(value)
            name = free_name(f"{column.name}_{word}", taken)
            taken.append(name)
            names[column.name].append(name)
    return names


def change(params: EncodeParams, learned: EncodeLearned, columns: Sequence[TableColumn]) -> Change:
    """Numbers in the columns' places; one-hot columns stand where the column stood."""
    found = {column.name: column for column in chosen(params.columns, columns, *TYPES)}
    if params.method != "onehot":
        made = {}
        for name, column in found.items():
            cases = " ".join(
                f"WHEN {column.sql} = {value_sql(value, column.type)} THEN CAST({number} AS BIGINT)"
                for number, value in enumerate(_values(learned, column))
            )
            made[name] = remade(column, f"CASE {cases} END", ColumnType.INTEGER)
        return projection(columns, made)
    names = _onehot_names(params, learned, columns)
    everything: list[Made] = []
    for column in columns:
        if column.name not in found:
            everything.append(Made(column=column, sql=column.sql, before=column.name))
            continue
        for name, value in zip(names[column.name], _values(learned, column), strict=True):
            cell = f"CASE WHEN {column.sql} = {value_sql(value, column.type)} THEN 1 ELSE 0 END"
            everything.append(fresh(name, ColumnType.INTEGER, f"CAST({cell} AS BIGINT)"))
    return Projection(made=tuple(everything))


def pandas(params: EncodeParams, learned: EncodeLearned, columns: Sequence[TableColumn]) -> list[str]:
    """A comparison for each category, or a look-up of its number."""
    found = chosen(params.columns, columns, *TYPES)
    lines = []
    if params.method != "onehot":
        for column in found:
            pairs = ", ".join(
                f"{value_python(value, column.type)}: {number}" for number, value in enumerate(_values(learned, column))
            )
            cell = column_python(column.name)
            lines.append(f"{cell} = {cell}.map({{{pairs}}}).astype('Int64')")
        return lines
    names = _onehot_names(params, learned, columns)
    for column in found:
        pairs = ", ".join(
            f"{name!r}: {value_python(value, column.type)}"
            for name, value in zip(names[column.name], _values(learned, column), strict=True)
        )
        cell = column_python(column.name)
        lines.append(
            f"made = {{name: {cell}.eq(value).fillna(False).astype('Int64') for name, value in {{{pairs}}}.items()}}"
        )
        lines.append(f"table = pd.concat([table.drop(columns=[{column.name!r}]), pd.DataFrame(made)], axis=1)")
    order = [name for column in columns for name in names.get(column.name, [column.name])]
    return [*lines, f"table = table[{order!r}]"]


SPEC = StepSpec(
    key="encode",
    label="Turn categories into numbers",
    icon="pin",
    group="Values",
    summary="Gives each category a column of 0 and 1, or a number.",
    params=EncodeParams,
    learned=EncodeLearned,
    fit=fit,
    change=change,
    pandas=pandas,
    title=lambda params: f"Encode {names_title(params.columns)} ({params.method})",
)

"""One column of text becomes several."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.errors import UserInputError
from core.expressions.functions import BLANKS
from core.expressions.quoting import column_python, name_sql, text_sql
from core.params import Params
from core.recipes.changes import Change, Made, Projection, TableColumn, fresh, projection
from core.recipes.choosing import chosen, column_field, free_name, new_name, widget_field
from core.recipes.spec import Facts, StepSpec
from core.types import ColumnType

MAX_PARTS = 20


class SplitColumnParams(Params):
    """Where to cut, and how the parts are called."""

    column: Annotated[str, column_field("Column", ColumnType.STRING)]
    delimiter: Annotated[str, Field(min_length=1, max_length=20, title="Cut at", description="A sign or a word.")] = ","
    into: Annotated[
        tuple[str, ...],
        widget_field(
            "Names of the parts",
            "texts",
            f"None: numbered, as many as there are, up to {MAX_PARTS}. The last part takes what is left over.",
            max_length=MAX_PARTS,
        ),
    ] = ()
    trim: Annotated[bool, Field(title="Cut blanks around the parts")] = True
    keep: Annotated[bool, Field(title="Keep the column as well")] = False


class SplitColumnLearned(Params):
    """How many parts there are."""

    n_parts: Annotated[int, Field(ge=2, le=MAX_PARTS)] = 2


def fit(params: SplitColumnParams, facts: Facts) -> SplitColumnLearned:
    """The most parts that a cell has."""
    column = chosen((params.column,), facts.columns, ColumnType.STRING)[0]
    if params.into:
        if len(params.into) < 2:
            raise UserInputError("one name is given for the parts.", hint="Give two or more, or none.")
        return SplitColumnLearned(n_parts=len(params.into))
    most = facts.row([f"max(len(string_split({column.sql}, {text_sql(params.delimiter)})))"])[0]
    if most is None or most < 2:
        raise UserInputError(
            f"no value of {column.name!r} holds {params.delimiter!r}.", hint="Choose another sign to cut at."
        )
    return SplitColumnLearned(n_parts=min(int(most), MAX_PARTS))


def part_names(params: SplitColumnParams, learned: SplitColumnLearned, columns: Sequence[TableColumn]) -> list[str]:
    """The names of the parts."""
    others = [column for column in columns if params.keep or column.name != params.column]
    taken = [column.name for column in others]
    names: list[str] = []
    for number in range(learned.n_parts):
        if params.into:
            names.append(new_name(params.into[number], others, taken=names))
        else:
            names.append(free_name(f"{params.column}_{number + 1}", [*taken, *names]))
    return names


def change(params: SplitColumnParams, learned: SplitColumnLearned, columns: Sequence[TableColumn]) -> Change:
    """The parts in the column's place; a missing value has missing parts."""
    column = chosen((params.column,), columns, ColumnType.STRING)[0]
    delimiter = text_sql(params.delimiter)
    pieces = f"string_split({column.sql}, {delimiter})"
    made: list[Made] = []
    for number, name in enumerate(part_names(params, learned, columns), start=1):
        cell = f"{pieces}[{number}]"
        if number == learned.n_parts:
            rest = f"array_to_string({pieces}[{number}:], {delimiter})"
            cell = f"CASE WHEN len({pieces}) >= {number} THEN {rest} END"
        made.append(fresh(name, ColumnType.STRING, f"trim({cell}, {text_sql(BLANKS)})" if params.trim else cell))
    if params.keep:
        return projection(columns, {}, made)
    place = [one.name for one in columns].index(column.name)
    kept = [Made(column=one, sql=name_sql(one.name), before=one.name) for one in columns]
    return Projection(made=(*kept[:place], *made, *kept[place + 1 :]))


def pandas(params: SplitColumnParams, learned: SplitColumnLearned, columns: Sequence[TableColumn]) -> list[str]:
    """``str.split`` with as many columns as there are parts."""
    names = part_names(params, learned, columns)
    cell = column_python(params.column)
    lines = [
        f"parts = {cell}.str.split({params.delimiter!r}, n={learned.n_parts - 1}, expand=True, regex=False)",
        f"parts = parts.reindex(columns=range({learned.n_parts})).astype('string')",
    ]
    if params.trim:
        lines.append(f"parts = parts.apply(lambda part: part.str.strip({BLANKS!r}))")
    before = [column.name for column in columns]
    place = before.index(params.column)
    order = [*before, *names] if params.keep else [*before[:place], *names, *before[place + 1 :]]
    if not params.keep:
        lines.append(f"table = table.drop(columns=[{params.column!r}])")
    return [*lines, f"table[{names!r}] = parts", f"table = table[{order!r}]"]


SPEC = StepSpec(
    key="split_column",
    label="Split a column",
    icon="call_split",
    group="Columns",
    summary="Cuts the texts of a column at a sign, so that each part has a column of its own.",
    params=SplitColumnParams,
    learned=SplitColumnLearned,
    fit=fit,
    change=change,
    pandas=pandas,
    title=lambda params: f"Split {params.column} at {params.delimiter!r}",
)

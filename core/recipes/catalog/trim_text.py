"""Tidy texts up."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.expressions.functions import BLANKS
from core.expressions.quoting import text_sql
from core.params import Params
from core.recipes.changes import Change, TableColumn, projection, remade
from core.recipes.choosing import chosen, columns_field, names_title
from core.recipes.spec import StepSpec, learns_nothing
from core.types import ColumnType

_RUN = f"[{BLANKS}]+"


class TrimTextParams(Params):
    """Which columns, and what is tidied."""

    columns: Annotated[
        tuple[str, ...],
        columns_field("Columns", ColumnType.STRING, optional=True, description="None: every column of text."),
    ] = ()
    spaces: Annotated[
        Literal["ends", "all", "keep"],
        Field(title="Blanks", description="Ends: cut at both ends. All: also several in a row become one."),
    ] = "ends"
    case: Annotated[
        Literal["keep", "lower", "upper", "sentence"],
        Field(title="Letters", description="Sentence: the first one capital, the others small."),
    ] = "keep"
    empty_to_missing: Annotated[
        bool, Field(title="Empty text becomes missing", description="So that it is counted and filled as missing.")
    ] = False


def _cell_sql(cell: str, params: TrimTextParams) -> str:
    if params.spaces == "all":
        cell = f"regexp_replace({cell}, {text_sql(_RUN)}, ' ', 'g')"
    if params.spaces != "keep":
        cell = f"trim({cell}, {text_sql(BLANKS)})"
    if params.case in ("lower", "upper"):
        cell = f"{params.case}({cell})"
    if params.case == "sentence":
        cell = f"(upper(left({cell}, 1)) || lower(substring({cell}, 2)))"
    return f"nullif({cell}, '')" if params.empty_to_missing else cell


def change(params: TrimTextParams, _learned: Params, columns: Sequence[TableColumn]) -> Change:
    """The same columns with tidier texts."""
    found = chosen(params.columns, columns, ColumnType.STRING, all_if_empty=True)
    return projection(columns, {column.name: remade(column, _cell_sql(column.sql, params)) for column in found})


def pandas(params: TrimTextParams, _learned: Params, columns: Sequence[TableColumn]) -> list[str]:
    """``.str`` methods."""
    found = chosen(params.columns, columns, ColumnType.STRING, all_if_empty=True)
    lines = [f"for name in {[column.name for column in found]!r}:", "    texts = table[name]"]
    if params.spaces == "all":
        lines.append(f"    texts = texts.str.replace({_RUN!r}, ' ', regex=True)")
    if params.spaces != "keep":
        lines.append(f"    texts = texts.str.strip({BLANKS!r})")
    if params.case in ("lower", "upper"):
        lines.append(f"    texts = texts.str.{params.case}()")
    if params.case == "sentence":
        lines.append("    texts = texts.str.slice(0, 1).str.upper() + texts.str.slice(1).str.lower()")
    if params.empty_to_missing:
        lines.append("    texts = texts.where((texts != '').fillna(False).astype(bool))")
    return [*lines, "    table[name] = texts"]


def _title(params: TrimTextParams) -> str:
    return f"Tidy the text in {names_title(params.columns, 'every column of text')}"


SPEC = StepSpec(
    key="trim_text",
    label="Tidy text",
    icon="format_clear",
    group="Values",
    summary="Cuts blanks, and writes letters small or capital, so that equal texts look equal.",
    params=TrimTextParams,
    fit=learns_nothing,
    change=change,
    pandas=pandas,
    title=_title,
)

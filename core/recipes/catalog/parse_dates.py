"""Read texts or numbers as dates."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.errors import UserInputError
from core.expressions.functions import BLANKS
from core.expressions.quoting import column_python, name_sql, text_sql
from core.params import Params
from core.recipes.changes import Change, TableColumn, projection, remade
from core.recipes.choosing import chosen, columns_field, names_title
from core.recipes.date_formats import candidates, pattern
from core.recipes.spec import Facts, StepSpec
from core.types import ColumnType

TYPES = (ColumnType.STRING, ColumnType.INTEGER)
EPOCH = {"unix seconds": 1_000_000, "unix milliseconds": 1_000}
"""Formats of whole numbers, and the microseconds of one."""
LAST_MICROSECOND = 253_402_300_799_999_999
"""Of the year 9999."""
TRIED_ROWS = 10_000


class ParseDatesParams(Params):
    """Which columns, and how their dates are written."""

    columns: Annotated[tuple[str, ...], columns_field("Columns", *TYPES)]
    format: Annotated[
        str,
        Field(
            max_length=60,
            title="Format",
            description="Empty: found by looking at the values. Else such as %d.%m.%Y or %Y-%m-%d %H:%M; for whole "
            "numbers: unix seconds or unix milliseconds.",
        ),
    ] = ""
    day_first: Annotated[
        bool, Field(title="Day before month", description="Decides what 01/02/2025 means where it could be either.")
    ] = False


class ParseDatesLearned(Params):
    """The format of each column."""

    formats: dict[str, str] = Field(default_factory=dict)


def fit(params: ParseDatesParams, facts: Facts) -> ParseDatesLearned:
    """The format that reads the most values of each column."""
    found = {}
    for column in chosen(params.columns, facts.columns, *TYPES):
        found[column.name] = params.format.strip() or _sniffed(column, facts, day_first=params.day_first)
        _check(column, found[column.name])
    return ParseDatesLearned(formats=found)


def _check(column: TableColumn, format: str) -> None:
    if format in EPOCH and column.type is not ColumnType.INTEGER:
        raise UserInputError(f"{column.name!r} holds text, no {format}.", hint="Change its type to integer before.")
    if format not in EPOCH:
        pattern(format)


def _sniffed(column: TableColumn, facts: Facts, *, day_first: bool) -> str:
    if column.type is ColumnType.INTEGER:
        low, high = facts.row([f"min({column.sql})", f"max({column.sql})"])
        if low is not None and 19_000_101 <= low <= high <= 21_001_231:
            return "%Y%m%d"
        return "unix milliseconds" if high is not None and high > 10**11 else "unix seconds"
    formats = candidates(day_first=day_first)
    values = (
        f"SELECT DISTINCT {column.sql} AS value FROM {{relation}} WHERE {column.sql} IS NOT NULL LIMIT {TRIED_ROWS}"
    )
    counts = ", ".join(f"count({_read_sql(name_sql('value'), format)})" for format in formats)
    row = facts.rows(f"SELECT {counts} FROM ({values})")[0]
    best = max(row)
    if not best:
        raise UserInputError(
            f"no value of {column.name!r} looks like a date.", hint="Give its format, such as %d.%m.%Y."
        )
    return formats[row.index(best)]


def _read_sql(cell: str, format: str) -> str:
    trimmed = f"trim({cell}, {text_sql(BLANKS)})"
    reads = f"CAST(try_strptime({trimmed}, {text_sql(format)}) AS TIMESTAMP)"
    return f"CASE WHEN regexp_full_match({trimmed}, {text_sql(pattern(format))}) THEN {reads} END"


def change(params: ParseDatesParams, learned: ParseDatesLearned, columns: Sequence[TableColumn]) -> Change:
    """The same columns as dates; what does not fit the format is missing."""
    made = {}
    for column in chosen(params.columns, columns, *TYPES):
        format_ = learned.formats[column.name]
        _check(column, format_)
        if format_ in EPOCH:
            limit = LAST_MICROSECOND // EPOCH[format_]
            moment = f"make_timestamp({column.sql} * {EPOCH[format_]})"
            sql = f"CASE WHEN {column.sql} BETWEEN {-limit // 4} AND {limit} THEN {moment} END"
        else:
            sql = _read_sql(f"CAST({column.sql} AS VARCHAR)", format_)
        made[column.name] = remade(column, sql, ColumnType.DATETIME)
    return projection(columns, made)


def pandas(params: ParseDatesParams, learned: ParseDatesLearned, columns: Sequence[TableColumn]) -> list[str]:
    """``to_datetime`` with the learned format."""
    lines = []
    for column in chosen(params.columns, columns, *TYPES):
        format_, cell = learned.formats[column.name], column_python(column.name)
        if format_ in EPOCH:
            limit = LAST_MICROSECOND // EPOCH[format_]
            inside = f"{cell}.where({cell}.between({-limit // 4}, {limit}).fillna(False).astype(bool))"
            lines.append(f"{cell} = microseconds_to_dates({inside} * {EPOCH[format_]})")
            continue
        lines += [
            f"texts = {cell}.astype('string').str.strip({BLANKS!r})",
            f"texts = texts.where(texts.str.fullmatch({pattern(format_)!r}).fillna(False).astype(bool))",
            f"{cell} = pd.to_datetime(texts, format={format_!r}, errors='coerce').astype('datetime64[us]')",
        ]
    return lines


SPEC = StepSpec(
    key="parse_dates",
    label="Read dates",
    icon="event",
    group="Values",
    summary="Reads texts such as 31.12.2025 as dates; what is no date becomes missing.",
    params=ParseDatesParams,
    learned=ParseDatesLearned,
    fit=fit,
    change=change,
    pandas=pandas,
    title=lambda params: f"Read {names_title(params.columns)} as dates",
)

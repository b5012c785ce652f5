"""A question's query as SQL that a person would have written, and as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.conditions import Condition, comparison_sql, condition_words, given_values
from core.expressions.quoting import text_sql
from core.questions.table import AskedColumn, AskedTable
from core.sql.names import written, written_column
from core.types import ColumnType

Fn = Literal["count", "avg", "median", "sum", "min", "max", "stddev_samp", "distinct", "share"]
FN_WORDS: dict[str, str] = {
    "avg": "average",
    "median": "median",
    "sum": "total",
    "min": "smallest",
    "max": "largest",
    "stddev_samp": "standard deviation of",
    "distinct": "number of different values of",
}
MAX_LISTED = 200
MAX_GROUPS = 500


@dataclass(frozen=True)
class Measure:
    """One number for each group."""

    fn: Fn
    column: AskedColumn | None = None
    part: tuple[Condition, ...] = ()
    """Of a share: what the counted rows fulfil."""


@dataclass(frozen=True)
class Group:
    """What rows are grouped by."""

    column: AskedColumn
    unit: str = ""
    """Of a time: year, quarter, month, week, day, hour or weekday."""


@dataclass
class Query:
    """The parts of a statement."""

    table: AskedTable
    measures: list[Measure] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    filters: list[Condition] = field(default_factory=list)
    columns: list[AskedColumn] = field(default_factory=list)
    """Of a list of rows; empty takes all."""
    order: AskedColumn | int | None = None
    """A column, or the position of a measure; None keeps the natural order."""
    is_descending: bool = True
    limit: int | None = None


def to_sql(query: Query) -> str:
    """The statement."""
    listed = [_named(_group_sql(one), _group_name(one)) for one in query.groups]
    listed += [_named(_measure_sql(query, one), measure_name(one)) for one in query.measures]
    if not listed:
        listed = [written_column(column.name) for column in query.columns] or ["*"]
    lines = [f"SELECT {', '.join(listed)}", f"FROM {written(query.table.name)}"]
    conditions = [condition_sql(query.table, one) for one in query.filters]
    if conditions:
        lines.append(f"WHERE {' AND '.join(conditions)}")
    if query.groups:
        lines.append(f"GROUP BY {', '.join(_group_sql(one) for one in query.groups)}")
    order = _order_sql(query)
    if order:
        lines.append(f"ORDER BY {order}")
    limit = query.limit or (MAX_GROUPS if query.groups else MAX_LISTED if not query.measures else None)
    if limit:
        lines.append(f"LIMIT {limit}")
    return "\n".join(lines)


def to_words(query: Query) -> str:
    """What the statement answers, in one sentence."""
    table = query.table
    if query.measures:
        what = " and ".join(measure_words(one, table) for one in query.measures)
    elif query.columns:
        what = _listed_words(query)
    else:
        what = "All columns of the rows"
    words = what[:1].upper() + what[1:]
    if query.groups:
        words += " by " + " and ".join(_group_words(one) for one in query.groups)
    if query.filters:
        words += ", where " + " and ".join(condition_words(one) for one in query.filters)
    if query.order is not None:
        by = "" if isinstance(query.order, int) else f"{query.order.name}: "
        words += f", {by}{'largest' if query.is_descending else 'smallest'} first"
    if query.measures and query.limit:
        words += f", the first {query.limit}" if query.limit > 1 else ", the first one"
    return f"{words}."


def _listed_words(query: Query) -> str:
    if query.limit is None:
        return f"The {query.table.noun}s"
    return f"The first {query.limit} {query.table.noun}s" if query.limit > 1 else f"The first {query.table.noun}"


def measure_name(measure: Measure) -> str:
    """What the column of a measure is called."""
    names = {"avg": "average", "sum": "total", "stddev_samp": "stddev", "distinct": "different"}
    if measure.column is None:
        return {"count": "n_rows", "share": "percent"}[measure.fn]
    return f"{names.get(measure.fn, measure.fn)}_{measure.column.name}"


def measure_words(measure: Measure, table: AskedTable) -> str:
    """A measure in words."""
    if measure.fn == "count" or measure.column is None:
        if measure.fn == "share":
            return f"percentage of {table.noun}s whose " + " and ".join(condition_words(one) for one in measure.part)
        return f"number of {table.noun}s"
    return f"{FN_WORDS[measure.fn]} {measure.column.name}"


def condition_sql(table: AskedTable, found: Condition) -> str:
    """A condition as SQL."""
    name = written_column(found.column)
    kind = table[found.column].column.type
    literals = [_value_sql(value, kind) for value in given_values(found)]
    return comparison_sql(name, found.operator, literals)


def _value_sql(value: object, kind: ColumnType) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return f"TIMESTAMP {text_sql(str(value))}" if kind is ColumnType.DATETIME else text_sql(str(value))


def _named(sql: str, name: str) -> str:
    return sql if sql == written_column(name) else f"{sql} AS {written_column(name)}"


def _group_name(group: Group) -> str:
    return group.unit or group.column.name


def _group_sql(group: Group) -> str:
    name = written_column(group.column.name)
    if not group.unit:
        return name
    return f"dayname({name})" if group.unit == "weekday" else f"date_trunc('{group.unit}', {name})"


def _group_words(group: Group) -> str:
    return f"{group.unit} of {group.column.name}" if group.unit else group.column.name


def _measure_sql(query: Query, measure: Measure) -> str:
    if measure.fn == "share":
        part = " AND ".join(condition_sql(query.table, one) for one in measure.part)
        return f"100.0 * count(*) FILTER (WHERE {part}) / count(*)"
    if measure.column is None:
        return "count(*)"
    name = written_column(measure.column.name)
    return f"count(DISTINCT {name})" if measure.fn == "distinct" else f"{measure.fn}({name})"


def _order_sql(query: Query) -> str:
    direction = "DESC NULLS LAST" if query.is_descending else "ASC NULLS LAST"
    if isinstance(query.order, int):
        return f"{written_column(measure_name(query.measures[query.order]))} {direction}"
    if query.order is not None:
        return f"{written_column(query.order.name)} {direction}"
    if any(group.unit and group.unit != "weekday" for group in query.groups):
        return ", ".join(str(position) for position in range(1, len(query.groups) + 1))
    if query.groups and query.measures:
        return ", ".join(str(position) for position in range(1, len(query.groups) + 1))
    return ""


def listed_columns(table: AskedTable, mentioned: Sequence[AskedColumn]) -> list[AskedColumn]:
    """Columns of a list of rows: those a row is known by, those that were spoken of, then the others, at most 12."""
    order = [*table.keys, *mentioned, *table.columns]
    return list(dict.fromkeys(order))[:12]

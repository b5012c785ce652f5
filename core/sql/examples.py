"""Statements that work on the tables at hand, made from their columns."""

from collections.abc import Iterator, Sequence

from core.sql.types import QueryTable, TableColumn
from core.types import Value

N_EXAMPLES = 5


class ExampleStatement(Value):
    """One statement and what it shows."""

    label: str
    sql: str


def make_statements(tables: Sequence[QueryTable]) -> tuple[ExampleStatement, ...]:
    """A few statements on the first of ``tables``, from simple to less so; none without a table."""
    return tuple(_statements(tables[0]))[:N_EXAMPLES] if tables and tables[0].columns else ()


def _statements(table: QueryTable) -> Iterator[ExampleStatement]:
    yield ExampleStatement(label="First rows", sql=f"SELECT *\nFROM {table.sql}\nLIMIT 20")
    text = _first(table, "string", "boolean")
    number = _first(table, "number") or _first(table, "integer")
    moment = _first(table, "datetime")
    if text:
        sql = f"SELECT {text.sql}, count(*) AS n\nFROM {table.sql}\nGROUP BY 1\nORDER BY n DESC\nLIMIT 20"
        yield ExampleStatement(label="Count by group", sql=sql)
    if number:
        group = f"{text.sql}, " if text else ""
        tail = "\nGROUP BY 1\nORDER BY 2 DESC\nLIMIT 20" if text else ""
        sql = f"SELECT {group}avg({number.sql}) AS mean, median({number.sql}) AS middle\nFROM {table.sql}{tail}"
        yield ExampleStatement(label="Mean and median", sql=sql)
    if moment:
        month = f"date_trunc('month', {moment.sql}) AS month"
        sql = f"SELECT {month}, count(*) AS n\nFROM {table.sql}\nGROUP BY 1\nORDER BY 1"
        yield ExampleStatement(label="By month", sql=sql)
    yield ExampleStatement(label="All columns at a glance", sql=f"SUMMARIZE {table.sql}")


def _first(table: QueryTable, *types: str) -> TableColumn | None:
    return next((column for column in table.columns if column.type in types), None)

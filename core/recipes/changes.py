"""What a step does to a table, as facts: new columns, kept rows, another order, another table beside it.

Every relation carries two hidden columns: ``ROW`` gives the order, ``ORIGIN`` the row of the first table that a row
comes from. No column of a table can have their names, since names hold no control characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.expressions.quoting import name_sql
from core.types import ColumnType, Value

ROW = name_sql("\x01row")
ORIGIN = name_sql("\x01origin")
PLACE = name_sql("\x01place")
"""The number of a row from 0, where a step asks for it."""


class TableColumn(Value):
    """A column at one point of a recipe."""

    name: str
    type: ColumnType
    origin: str | None = None
    """The column of the first table whose values these are, perhaps changed; None for a new one."""

    @property
    def sql(self) -> str:
        """Its quoted name."""
        return name_sql(self.name)


@dataclass(frozen=True, kw_only=True)
class Made:
    """One column after a step."""

    column: TableColumn
    sql: str
    """Its values, as an expression over the columns before."""
    before: str | None = None
    """The column before, whose cells these replace; None for a new one."""

    @property
    def is_kept(self) -> bool:
        """Whether nothing happens to its cells."""
        return self.before is not None and self.sql == name_sql(self.before)


@dataclass(frozen=True, kw_only=True)
class Projection:
    """Every row stays; these are the columns."""

    made: tuple[Made, ...]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Every column stays; so do the rows for which the condition holds."""

    where: str = "true"
    qualify: str = "true"
    """A condition on window functions."""
    needs_place: bool = False
    """Whether the conditions use ``PLACE``."""


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """Every cell stays; the rows stand in another order, and stay as they were where ``by`` leaves it open."""

    by: str


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Columns of another table beside this one."""

    relation: str
    """Of the other table, with a ``ROW`` of its own."""
    pairs: tuple[tuple[str, str], ...]
    """Names of the columns here and there that have to be equal."""
    added: tuple[tuple[str, TableColumn], ...]
    """The name of a column there, and what it becomes here."""
    is_left: bool
    """Whether rows without a partner stay."""


Change = Projection | Kept | Ordered | Joined


def columns_after(change: Change, columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
    """The columns once the change is made."""
    if isinstance(change, Projection):
        return tuple(made.column for made in change.made)
    if isinstance(change, Joined):
        return (*columns, *(column for _, column in change.added))
    return tuple(columns)


def relation_sql(change: Change, previous: str, columns: Sequence[TableColumn]) -> str:
    """The rows after the change, as a SELECT from ``previous``."""
    if isinstance(change, Projection):
        made = [f"{one.sql} AS {one.column.sql}" for one in change.made]
        return f"SELECT {', '.join((ROW, ORIGIN, *made))} FROM {previous}"
    names = ", ".join(column.sql for column in columns)
    if isinstance(change, Kept):
        qualify = "" if change.qualify == "true" else f" QUALIFY {change.qualify}"
        if change.needs_place:
            previous = f"(SELECT *, row_number() OVER (ORDER BY {ROW}) - 1 AS {PLACE} FROM {previous})"
        return f"SELECT {ROW}, {ORIGIN}, {names} FROM {previous} WHERE {change.where}{qualify}"
    if isinstance(change, Ordered):
        return f"SELECT row_number() OVER (ORDER BY {change.by}, {ROW}) AS {ROW}, {ORIGIN}, {names} FROM {previous}"
    return _join_sql(change, previous, columns)


def _join_sql(change: Joined, previous: str, columns: Sequence[TableColumn]) -> str:
    here = [f"here.{column.sql}" for column in columns]
    there = [f"there.{name_sql(name)} AS {column.sql}" for name, column in change.added]
    on = " AND ".join(f"here.{name_sql(left)} = there.{name_sql(right)}" for left, right in change.pairs)
    order = f"row_number() OVER (ORDER BY here.{ROW}, there.{ROW}) AS {ROW}"
    kind = "LEFT JOIN" if change.is_left else "JOIN"
    selected = ", ".join((order, f"here.{ORIGIN}", *here, *there))
    return f"SELECT {selected} FROM {previous} AS here {kind} {change.relation} AS there ON {on}"


def projection(columns: Sequence[TableColumn], made: dict[str, Made], added: Sequence[Made] = ()) -> Projection:
    """The columns with some made anew, in their places, and others added at the end."""
    kept = [made.get(column.name) or Made(column=column, sql=column.sql, before=column.name) for column in columns]
    return Projection(made=(*kept, *added))


def remade(column: TableColumn, sql: str, type: ColumnType | None = None) -> Made:
    """``column`` with other values in its place."""
    after = column if type is None else column.model_copy(update={"type": type})
    return Made(column=after, sql=sql, before=column.name)


def fresh(name: str, type: ColumnType, sql: str) -> Made:
    """A new column."""
    return Made(column=TableColumn(name=name, type=type), sql=sql)

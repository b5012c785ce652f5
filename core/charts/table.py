"""A stored table as a chart reads it: the columns it needs, of the rows that pass its filters."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.conditions import Condition, condition_sql
from core.errors import UserInputError
from core.expressions.quoting import name_sql, text_sql
from core.types import Column

if TYPE_CHECKING:
    from core.tables.engine import Engine, OnFraction

SCATTER_FACTOR, SCATTER_SIZE = 2_654_435_761, 2**32
"""Row numbers times the first, modulo the second, are spread evenly: the first ones of that order are a sample that is
the same each time. (Knuth, The Art of Computer Programming 3, section 6.4: multiplicative hashing.)"""


@dataclass(frozen=True, kw_only=True)
class View:
    """The rows that a chart is drawn from."""

    sql: str
    """A SELECT that reads the columns it needs and nothing else."""
    n_filtered: int
    n_used: int


class ChartTable:
    """One dataset's Parquet file, read through an engine."""

    def __init__(
        self,
        engine: Engine,
        path: Path,
        *,
        columns: Iterable[Column],
        n_rows: int,
        on_fraction: OnFraction | None = None,
    ) -> None:
        self._engine = engine
        self._path = path
        self._on_fraction = on_fraction
        self.columns = {column.name: column for column in columns}
        self.n_rows = n_rows

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement."""
        return self._engine.rows(sql, self._on_fraction)

    def view(
        self,
        filters: Sequence[Condition],
        needed: Sequence[str | None],
        *,
        also: Sequence[str | None] = (),
        where: str = "",
    ) -> View:
        """The rows that pass ``filters`` and have a value in each ``needed`` column.

        Args:
            filters: What a person asked for.
            needed: Columns that are read and must not be missing; None and repetitions count for nothing.
            also: Columns that are read and may be missing.
            where: One more condition in SQL, for values that cannot be drawn, such as negative ones on a logarithmic
                axis. Rows that fail it count as unusable.
        """
        required = [name_sql(name) for name in dict.fromkeys(needed) if name]
        read = [name_sql(name) for name in dict.fromkeys((*needed, *also)) if name]
        passes = [condition_sql(each, find_column(self.columns, each.column, "filters")) for each in filters]
        usable = [f"{name} IS NOT NULL" for name in required] + ([where] if where else [])
        n_filtered = n_used = self.n_rows
        can_differ = any(self.columns[name].n_missing for name in needed if name) or bool(where)
        if passes or can_differ:
            count = f"count(*) FILTER ({' AND '.join(usable)})" if usable else "count(*)"
            n_filtered, n_used = self.rows(f"SELECT count(*), {count} FROM {self._scan()}{_where(passes)}")[0]
        options = ("file_row_number = true",)
        select = ", ".join([*read, "file_row_number"])
        sql = f"SELECT {select} FROM {self._scan(*options)}{_where([*passes, *usable])}"
        return View(sql=sql, n_filtered=n_filtered, n_used=n_used)

    def sample(self, view: View, expressions: Sequence[str], n_rows: int) -> list[tuple[Any, ...]]:
        """``expressions`` of at most ``n_rows`` rows of ``view``, the same ones each time, in their order."""
        select = ", ".join(f"{expression} AS v{number}" for number, expression in enumerate(expressions))
        inner = f"SELECT {select}, file_row_number AS place FROM ({view.sql})"
        if view.n_used > n_rows:
            inner += f" ORDER BY (file_row_number * {SCATTER_FACTOR}) % {SCATTER_SIZE} LIMIT {n_rows}"
        names = ", ".join(f"v{number}" for number in range(len(expressions)))
        return self.rows(f"SELECT {names} FROM ({inner}) ORDER BY place")

    def _scan(self, *options: str) -> str:
        return f"read_parquet({', '.join((text_sql(str(self._path)), 'hive_partitioning = false', *options))})"


def find_column(columns: dict[str, Column], name: str, field: str) -> Column:
    """The column called ``name``.

    Raises:
        UserInputError: There is none; the closest names are in the hint.
    """
    if name in columns:
        return columns[name]
    close = difflib.get_close_matches(name, columns, n=3)
    hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else "Choose one of the dataset's columns."
    raise UserInputError(f"There is no column {name!r} in this dataset.", hint=hint, field=field)


def _where(parts: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(f'({part})' for part in parts)}" if parts else ""

"""Which type each column of texts has, from counts over its cells.

The counts come from one query that serves the sample and, when the sample leaves doubt, all rows. A column gets a type
only when every cell fits it; the one thing that is taken for missing on the way are placeholders such as "?".
"""

from dataclasses import dataclass

from core.tables.delimited.conversion import (
    COLUMN_TYPES,
    DAY_FIRST,
    LEADING_ZERO,
    MONTH_FIRST,
    NAIVE,
    WRITTEN,
    ZONED,
    Reading,
    double_sql,
    integer_form,
    list_sql,
    number_form,
    ungrouped_sql,
)
from core.tables.detection import shorten
from core.tables.engine import Engine, text_sql
from core.types import Notice, Severity

MISSING_TEXTS = ("", "NA", "N/A", "null", "NULL", "NaN", "nan")
"""Cells that are missing in any column."""

_PLACEHOLDERS = (
    "", "?", "-", "--", ".", "..", "*", "n/a", "na", "n.a.", "none", "null", "nan", "nil", "<na>", "nat", "missing",
    "#n/a", "#na", "#null!", "#value!", "#div/0!", "#num!", "#ref!", "inf", "+inf", "-inf", "infinity", "+infinity",
    "-infinity",
)  # fmt: skip
"""Lower case; missing in a column whose other cells are numbers, dates or booleans."""

MOSTLY = 0.8
"""Share of numbers from which a column of texts is said to look numeric."""


@dataclass(frozen=True)
class CellCounts:
    """How many cells of one column have which form; missing cells are not counted at all."""

    index: int
    n: int = 0
    n_integer: int = 0
    n_leading_zero: int = 0
    n_int64: int = 0
    n_exact_double: int = 0
    """Integers beyond int64 that a float holds to the last digit."""
    n_number: int = 0
    """Finite numbers, integers among them."""
    n_boolean: int = 0
    n_naive: int = 0
    n_zoned: int = 0
    n_day_first: int = 0
    n_month_first: int = 0
    n_slashed: int = 0
    """Dates written with slashes."""
    n_placeholder: int = 0
    placeholder: str | None = None
    """One of them."""
    other: str | None = None
    """A cell that is neither a number nor a placeholder."""

    @property
    def is_plainly_text(self) -> bool:
        """Whether more rows cannot change that this is a column of texts, nor the notices on it."""
        best = max(self.n_number, self.n_boolean, self.n_naive + self.n_zoned, self.n_day_first, self.n_month_first)
        return self.n > 0 and best + self.n_placeholder < self.n * 0.5


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """How one column is read."""

    index: int
    reading: Reading
    notices: tuple[Notice, ...] = ()
    is_settled: bool = True
    """Whether a clean first reading may rely on it; otherwise all rows are counted first."""


def count_cells(engine: Engine, cells: str, *, decimal: str, thousands: str | None = None) -> dict[int, CellCounts]:
    """Counts by column index over ``cells``, a relation of ``(k, v)``: column index and non-missing text."""
    number, integer = (text_sql(form) for form in (number_form(decimal, thousands), integer_form(thousands)))
    bare = ungrouped_sql("t", thousands)
    placeholders = ", ".join(text_sql(text) for text in _PLACEHOLDERS)
    # CASE and not AND: only CASE spares the cells that an earlier test has settled from the dearer ones.
    sql = f"""
        WITH trimmed AS (SELECT k, v, trim(v, ' \t\u00a0') AS t FROM ({cells})),
        blanked AS (SELECT k, v, t, lower(t) IN ({placeholders}) AS blank FROM trimmed),
        numbered AS (
            SELECT k, v, t, blank,
                CASE WHEN blank THEN NULL WHEN regexp_full_match(t, {number}) THEN {double_sql(bare, decimal)} END AS d
            FROM blanked),
        formed AS (
            SELECT k, v, t, blank, d, coalesce(isfinite(d), false) AS numeric,
                CASE WHEN isfinite(d) THEN regexp_full_match(t, {integer}) ELSE false END AS whole,
                CASE WHEN blank OR d IS NOT NULL OR t[1] NOT BETWEEN '0' AND '9' THEN ''
                    WHEN regexp_full_match(t, '{NAIVE}') THEN 'naive'
                    WHEN regexp_full_match(t, '{ZONED}') THEN 'zoned'
                    WHEN regexp_full_match(t, '{WRITTEN}') THEN 'written' ELSE '' END AS dated
            FROM numbered),
        finished AS (
            SELECT *, CASE WHEN whole THEN TRY_CAST({bare} AS BIGINT) END AS i FROM formed)
        SELECT k, count(*),
            count_if(whole),
            count_if(CASE WHEN whole THEN regexp_full_match(t, '{LEADING_ZERO}') END),
            count(i),
            count_if(CASE WHEN whole AND i IS NULL THEN TRY_CAST(d AS HUGEINT) = TRY_CAST({bare} AS HUGEINT) END),
            count_if(numeric),
            count_if(lower(t) IN ('true', 'false')),
            count(CASE WHEN dated = 'naive' THEN TRY_CAST(t AS TIMESTAMP) END),
            count(CASE WHEN dated = 'zoned' THEN TRY_CAST(t AS TIMESTAMPTZ) END),
            count(CASE WHEN dated = 'written' THEN try_strptime(t, {list_sql(DAY_FIRST)}) END),
            count(CASE WHEN dated = 'written' THEN try_strptime(t, {list_sql(MONTH_FIRST)}) END),
            count_if(dated = 'written' AND contains(t, '/')),
            count_if(blank),
            min(v) FILTER (blank),
            min(v[:200]) FILTER (NOT blank AND NOT numeric)
        FROM finished GROUP BY k"""
    return {row[0]: CellCounts(*row) for row in engine.rows(sql)}


def plan_column(counts: CellCounts, name: str, *, day_first: bool | None) -> ColumnPlan:
    """The type that every cell of the column ``name`` fits."""
    shown = shorten(name)
    n_real = counts.n - counts.n_placeholder
    if not counts.n:
        return ColumnPlan(index=counts.index, reading=Reading.EMPTY)
    reading, notices = _reading(counts, n_real, shown, name, day_first)
    if reading is Reading.TEXT and MOSTLY * n_real <= counts.n_number < n_real:
        n_other = n_real - counts.n_number
        notices.append(
            _notice(
                "numbers_and_text",
                f"{shown} looks numeric, but {n_other:,} of {counts.n:,} cells hold other text such as "
                f"{shorten(counts.other or '', 30)}; it is read as text.",
                name,
            )
        )
    elif reading is not Reading.TEXT and counts.n_placeholder:
        what = "1 cell holds" if counts.n_placeholder == 1 else f"{counts.n_placeholder:,} cells hold"
        kind = COLUMN_TYPES[reading]
        notices.append(
            _notice(
                "placeholders_as_missing",
                f"{what} no {'number' if kind.is_numeric else kind} in {shown} but text such as "
                f"{shorten(counts.placeholder or '', 30)}; counted as missing.",
                name,
            )
        )
    is_settled = all(notice.code == "leading_zeros" for notice in notices)  # the others tell counts over all rows
    return ColumnPlan(index=counts.index, reading=reading, notices=tuple(notices), is_settled=is_settled)


def _reading(
    counts: CellCounts, n_real: int, shown: str, name: str, day_first: bool | None
) -> tuple[Reading, list[Notice]]:
    """The narrowest reading for ``n_real`` cells, and what to say about it."""
    if not n_real:
        return Reading.TEXT, []
    if counts.n_boolean == n_real:
        return Reading.BOOLEAN, []
    if counts.n_naive + counts.n_zoned == n_real:
        return (Reading.ZONED if counts.n_zoned else Reading.NAIVE), []
    if counts.n_number == n_real:
        return _numeric_reading(counts, shown, name)
    if n_real in (counts.n_day_first, counts.n_month_first):
        return _date_reading(counts, shown, name, day_first)
    return Reading.TEXT, []


def _numeric_reading(counts: CellCounts, shown: str, name: str) -> tuple[Reading, list[Notice]]:
    if counts.n_leading_zero and counts.n_integer == counts.n_number:  # codes have no decimals
        text = f"{shown} holds numbers that start with 0, such as codes or identifiers; it is read as text."
        return Reading.TEXT, [_notice("leading_zeros", text, name, Severity.INFO)]
    n_large = counts.n_integer - counts.n_int64
    if not n_large:
        return (Reading.INTEGER if counts.n_integer == counts.n_number else Reading.NUMBER), []
    integers = "1 integer" if n_large == 1 else f"{n_large:,} integers"
    if n_large == counts.n_exact_double:
        text = f"{shown} holds {integers} beyond 64 bits; it is read as floating-point numbers."
        return Reading.NUMBER, [_notice("large_integers", text, name)]
    text = f"{shown} holds {integers} with more digits than a number keeps; it is read as text to lose none."
    return Reading.TEXT, [_notice("large_integers", text, name)]


def _date_reading(counts: CellCounts, shown: str, name: str, day_first: bool | None) -> tuple[Reading, list[Notice]]:
    if counts.n_day_first != counts.n_month_first:
        is_day_first = counts.n_day_first > counts.n_month_first
        return (Reading.DAY_FIRST if is_day_first else Reading.MONTH_FIRST), []
    if day_first is not None:
        return (Reading.DAY_FIRST if day_first else Reading.MONTH_FIRST), []
    # Slashes are American more often than not; points and dashes never are.
    is_day_first = not counts.n_slashed
    order = "day, month, year" if is_day_first else "month, day, year"
    text = f"The dates in {shown} fit both orders of day and month; read as {order}. The import options can say it."
    reading = Reading.DAY_FIRST if is_day_first else Reading.MONTH_FIRST
    return reading, [_notice("ambiguous_dates", text, name)]


def _notice(code: str, text: str, column: str, severity: Severity = Severity.WARNING) -> Notice:
    return Notice(severity=severity, code=code, text=text, column=column)

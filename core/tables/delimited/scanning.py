"""How the engine's parser is told to read a regular text: which columns it converts, and which are checked in SQL."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.tables.delimited.conversion import Reading, exact_sql, list_sql, strict_sql
from core.tables.delimited.layout import Layout
from core.tables.delimited.typing import MISSING_TEXTS
from core.tables.engine import name_sql, text_sql
from core.tables.pieces import WIDE_COLUMNS

CERTAIN_AFTER = datetime(1900, 1, 2)
"""A format of dates makes the engine read words such as "epoch" as the first day of 1900."""
MAX_CASES = 8
MIN_MISSING, MAX_MISSING = min(map(len, MISSING_TEXTS[1:])), max(map(len, MISSING_TEXTS))
"""Lengths of the words for missing values."""

_DATES = {
    Reading.NAIVE: {"Y-9-9": "%Y-%m-%d"},
    Reading.DAY_FIRST: {"9/9/Y": "%d/%m/%Y", "9.9.Y": "%d.%m.%Y", "9-9-Y": "%d-%m-%Y", "Y/9/9": "%Y/%m/%d"},
    Reading.MONTH_FIRST: {"9/9/Y": "%m/%d/%Y", "9.9.Y": "%m.%d.%Y", "9-9-Y": "%m-%d-%Y", "Y/9/9": "%Y/%m/%d"},
}
_CLOCKS = {" 9:9": " %H:%M", " 9:9:9": " %H:%M:%S", "T9:9": "T%H:%M", "T9:9:9": "T%H:%M:%S"}


@dataclass(frozen=True, kw_only=True)
class Scan:
    """How the engine is told to read each column."""

    types: tuple[str, ...]
    date_format: str | None
    moment_format: str | None
    missing: tuple[str, ...]
    """Texts for missing values that are asked for in every cell: each costs time, so only those that were seen."""
    certain: frozenset[int]
    """Columns whose plan comes from all cells."""


def looks_regular(layout: Layout) -> bool:
    """Whether the engine's own parser may see the text as it is."""
    return (
        bool(layout.text.line_break)
        and layout.sample.starts_plainly
        and not layout.sample.dialect.skips_spaces
        and 1 < layout.n_columns <= WIDE_COLUMNS  # a blank line of a single column would count as a missing cell
        and all(len(row) == layout.n_columns for row in layout.sample.rows)
    )


def scan_sql(
    layout: Layout,
    types: Sequence[str] | None = None,
    missing: Sequence[str] = MISSING_TEXTS,
    *,
    date_format: str | None = None,
    moment_format: str | None = None,
) -> str:
    """SQL for the cells of a regular text in columns c0, c1, ..., missing ones NULL; texts without ``types``."""
    kinds = types or ["VARCHAR"] * layout.n_columns
    columns = ", ".join(f"'c{index}': '{kind}'" for index, kind in enumerate(kinds))
    line_break = "\\n" if layout.text.line_break == "\n" else "\\r\\n"
    formats = f", dateformat = {text_sql(date_format)}" if date_format else ""
    formats += f", timestampformat = {text_sql(moment_format)}" if moment_format else ""
    # Left to the default on purpose: an explicit strict_mode makes DuckDB 2.0 find no rows after "\r\n".
    return (
        f"read_csv({text_sql(str(layout.text.path))}, auto_detect = false, "
        f"delim = {text_sql(layout.sample.dialect.delimiter)}, quote = '\"', escape = '\"', "
        f"header = {str(layout.has_header).lower()}, columns = {{{columns}}}, nullstr = {list_sql(missing)}, "
        f"new_line = '{line_break}', compression = 'none', hive_partitioning = false{formats})"
    )


def plan_scan(layout: Layout, certain: frozenset[int], missing: tuple[str, ...] | None) -> Scan:
    """Which columns the engine's parser may convert by itself: floats, and dates of one form each."""
    types = ["VARCHAR"] * layout.n_columns
    date_format = moment_format = None
    rows = layout.sample.rows[layout.has_header :] + layout.sample.probes
    has_underscores = any("_" in cell for row in rows for cell in row)
    for index, plan in layout.plans.items():
        counts = layout.counts.get(index)
        if index in certain:
            continue
        if plan.reading is Reading.NUMBER and layout.decimal == "." and not layout.thousands and not has_underscores:
            if counts is not None and counts.n_integer < counts.n_number:
                types[index] = "DOUBLE"
        elif plan.reading in _DATES:
            form = _date_form(plan.reading, (row[index] for row in rows))
            if form and "%H" not in form and date_format in (None, form):
                types[index], date_format = "DATE", form
            elif form and "%H" in form and moment_format in (None, form):
                types[index], moment_format = "TIMESTAMP", form
    present = {cell for row in rows for cell in row if len(cell) <= MAX_MISSING}
    return Scan(
        types=tuple(types),
        date_format=date_format,
        moment_format=moment_format,
        missing=missing or tuple(text for text in MISSING_TEXTS if not text or text in present),
        certain=certain,
    )


def _date_form(reading: Reading, cells: Iterable[str]) -> str | None:
    """The one format in which all of these dates are written, if there is one."""
    present = {cell for cell in cells if cell not in MISSING_TEXTS}
    shapes = {re.sub(r"\d+", lambda run: "Y" if len(run[0]) == 4 else "9" * min(len(run[0]), 3), c) for c in present}
    shapes = {re.sub("99?", "9", shape) if "999" not in shape else shape for shape in shapes}
    years = [int(match[0]) for cell in present if (match := re.search(r"\d{4}", cell))]
    if len(shapes) != 1 or len(years) != len(present) or min(years) <= CERTAIN_AFTER.year:
        return None
    [shape] = shapes
    for day, form in _DATES[reading].items():
        if shape == day:
            return form
        if shape.startswith(day) and (clock := _CLOCKS.get(shape[len(day) :])):
            return form + clock
    return None


def select_sql(layout: Layout, scan: Scan) -> str:
    """The statement that reads, checks and converts every column."""
    source = scan_sql(layout, scan.types, scan.missing, date_format=scan.date_format, moment_format=scan.moment_format)
    whole = [
        index
        for index, plan in layout.plans.items()
        if plan.reading is Reading.INTEGER and not layout.thousands and index not in scan.certain
    ]
    rows = layout.sample.rows[layout.has_header :] + layout.sample.probes
    unseen = [text for text in MISSING_TEXTS if text not in scan.missing]
    columns = []
    for index, plan in layout.plans.items():
        cell = f"c{index}"
        if index in whole:
            sql = _checked_integer(cell, f"v{index}", [row[index] for row in rows])
        elif plan.reading is Reading.TEXT and unseen:
            is_missing = (
                f"strlen({cell}) BETWEEN {MIN_MISSING} AND {MAX_MISSING} AND list_contains({list_sql(unseen)}, {cell})"
            )
            sql = f"CASE WHEN {is_missing} THEN NULL ELSE {cell} END"
        elif index in scan.certain:
            sql = exact_sql(plan.reading, cell, decimal=layout.decimal, thousands=layout.thousands)
        elif scan.types[index] == "DATE":
            sql = f"CAST({cell} AS TIMESTAMP)"
        elif scan.types[index] == "VARCHAR":
            sql = strict_sql(plan.reading, cell, decimal=layout.decimal, thousands=layout.thousands)
        else:
            sql = cell
        columns.append(f"{sql} AS {name_sql(layout.naming.names[index])}")
    if whole:
        # Cast below, so that it is done once for the check and the value.
        source = (
            f"(SELECT *, {', '.join(f'TRY_CAST(c{index} AS BIGINT) AS v{index}' for index in whole)} FROM {source})"
        )
    return f"SELECT {', '.join(columns)} FROM {source}"


def _checked_integer(cell: str, value: str, cells: Sequence[str]) -> str:
    """``value``, the number that ``cell`` was cast to, if the text is the plain one of that number.

    The cast also takes 1.5, 007, 1_000 and 0x1F. A text of n characters is plain when the number has n digits, or n - 1
    after a minus sign, which costs a tenth of turning the number back into a text. (1e5 and 100000 are told
    apart as well, 9e2 and 900 are not, and mean the same.)
    """
    lengths = Counter(len(text) for text in cells if text not in MISSING_TEXTS)
    cases = [f"WHEN {length} THEN {_has_length(value, length)}" for length, _ in lengths.most_common(MAX_CASES)
             if length < 10]  # fmt: skip
    plain = f"CAST({value} AS VARCHAR) = {cell}"
    is_plain = f"CASE strlen({cell}) {' '.join(cases)} ELSE {plain} END" if cases else f"({plain})"
    return f"CASE WHEN {is_plain} THEN {value} WHEN {cell} IS NULL THEN NULL ELSE error('unplanned {cell}') END"


def _has_length(value: str, length: int) -> str:
    if length == 1:
        return f"{value} BETWEEN 0 AND 9"
    low, high = 10 ** (length - 1), 10**length - 1
    below = 10 ** (length - 2) if length > 1 else 1
    return f"({value} BETWEEN {low} AND {high} OR {value} BETWEEN {-(low - 1)} AND {-below})"

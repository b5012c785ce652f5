"""Whether the first row names the columns."""

import re
from collections.abc import Sequence

import pyarrow as pa

from core.tables.delimited.conversion import Reading
from core.tables.delimited.dialect import Row
from core.tables.delimited.typing import MISSING_TEXTS, CellCounts, count_cells, plan_column
from core.tables.engine import Engine

_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_YEARS = range(1800, 2101)


def has_header(rows: Sequence[Row], body: dict[int, CellCounts], first: dict[int, CellCounts]) -> bool:
    """Whether ``rows[0]`` is a header.

    It is when one of its cells does not fit the type of the cells below, or when nothing but texts is in the table and
    the first row is not one of those. Numbers in the first row of a table of numbers are data, except for years.

    Args:
        rows: The first rows of the file.
        body: Counts by column over all but the first row.
        first: Counts by column over the first row alone.
    """
    names = rows[0]
    if len(rows) == 1:
        return not any(_NUMBER.fullmatch(name) for name in names)
    typed = {index: plan_column(counts, "", day_first=None).reading for index, counts in body.items()}
    typed = {index: reading for index, reading in typed.items() if reading not in (Reading.TEXT, Reading.EMPTY)}
    for index in typed:
        own = first.get(index)
        if own is not None and own.n_number != own.n and plan_column(own, "", day_first=None).reading is Reading.TEXT:
            return True
    numeric = [name for name in names if _NUMBER.fullmatch(name)]
    if numeric:
        years = [int(name) for name in numeric if name.strip().isdigit()]
        return len(years) == len(numeric) > 1 and years == sorted(set(years)) and all(year in _YEARS for year in years)
    if typed:
        return all(name.strip() == "" or first[index].n == 0 for index, name in enumerate(names) if index in typed)
    recurring = sum(any(row[index : index + 1] == [name] for row in rows[1:]) for index, name in enumerate(names))
    return len(set(names)) == len(names) and recurring * 2 < len(names)


def count_rows_cells(
    engine: Engine, rows: Sequence[Row], *, decimal: str, thousands: str | None = None
) -> dict[int, CellCounts]:
    """``count_cells`` over rows in memory."""
    pairs = [(index, cell) for row in rows for index, cell in enumerate(row) if cell not in MISSING_TEXTS]
    indices, texts = zip(*pairs, strict=True) if pairs else ((), ())
    table = pa.table({"k": pa.array(indices, pa.int32()), "v": pa.array(texts, pa.string())})
    engine.register("sample_cells", table)
    try:
        return count_cells(engine, "SELECT k, v FROM sample_cells", decimal=decimal, thousands=thousands)
    finally:
        engine.unregister("sample_cells")

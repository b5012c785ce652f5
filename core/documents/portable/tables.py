"""Tables on a page: neighbouring lines whose cells stand below each other."""

from core.documents.portable.lines import Cell, Line

MIN_ROWS = 2
LONG_CELL = 34
"""Cells with more characters on average are columns of running text, not of a table."""
ALIGNED = 0.7
"""Part of the cells that must stand below those of the widest row."""


def find_tables(lines: list[Line]) -> list[Line | list[list[str]] | list[Line]]:
    """The lines in order, with tables as lists of rows and columns of text as lists of lines."""
    found: list[Line | list[list[str]] | list[Line]] = []
    at = 0
    while at < len(lines):
        end = _run(lines, at)
        block = _as_table(lines[at:end]) if end - at >= MIN_ROWS else None
        if block is None:
            found.append(lines[at])
            at += 1
        else:
            found.append(block)
            at = end
    return found


def _run(lines: list[Line], at: int) -> int:
    """The end of the lines from ``at`` on that may be rows of one table."""
    end = at
    while end < len(lines) and len(lines[end].cells) > 1 and (end == at or _goes_on(lines[end - 1], lines[end])):
        end += 1
        # A row with a single cell may stand within a table, never at its end.
        if end - at >= MIN_ROWS and _is_single_within(lines[end - 1 : end + 2]):
            end += 1
    return end


def _goes_on(above: Line, below: Line) -> bool:
    """Whether the next row is of the same table: close, and not the bold head of another one."""
    return _follows(above, below) and (above.is_bold or not below.is_bold)


def _is_single_within(lines: list[Line]) -> bool:
    if len(lines) < 3 or len(lines[1].cells) > 1 or len(lines[2].cells) < 2:
        return False
    above, single, below = lines
    is_narrow = single.x1 - single.x0 < 0.7 * (above.x1 - above.x0)
    return is_narrow and _goes_on(above, single) and _goes_on(single, below)


def _follows(above: Line, below: Line) -> bool:
    """Whether one row stands close below the other."""
    height = max(above.top - above.bottom, below.top - below.bottom, 1.0)
    return below.top < above.top and above.bottom - below.top < 1.8 * height


def _as_table(rows: list[Line]) -> list[list[str]] | list[Line] | None:
    widest = max(rows, key=lambda row: len(row.cells))
    columns = sorted(widest.cells, key=lambda cell: cell.x0)
    n_cells = sum(len(row.cells) for row in rows)
    tolerance = max(widest.size, 4.0) * 0.8
    n_aligned = sum(
        any(_is_aligned(cell, column, tolerance) for column in columns) for row in rows for cell in row.cells
    )
    if n_aligned < ALIGNED * n_cells:
        return None
    if len(columns) == 2 and sum(len(cell.text) for row in rows for cell in row.cells) > LONG_CELL * n_cells:
        return _column_lines(rows, columns)
    return [_fitted(row, columns) for row in rows]


def _is_aligned(cell: Cell, column: Cell, tolerance: float) -> bool:
    return (
        abs(cell.x0 - column.x0) < tolerance
        or abs(cell.x1 - column.x1) < tolerance
        or abs(cell.x0 + cell.x1 - column.x0 - column.x1) < 2 * tolerance
    )


def _fitted(row: Line, columns: list[Cell]) -> list[str]:
    """The texts of a row, each in the column it stands below."""
    texts = [""] * len(columns)
    for cell in row.cells:
        index = max(range(len(columns)), key=lambda index: _overlap(cell, columns[index]))
        texts[index] = f"{texts[index]} {cell.text}".strip()
    return texts


def _overlap(cell: Cell, column: Cell) -> float:
    """Width that both share; negative: how far apart they are."""
    return min(cell.x1, column.x1) - max(cell.x0, column.x0)


def _column_lines(rows: list[Line], columns: list[Cell]) -> list[Line]:
    """Two columns of running text, one after the other."""
    ordered = []
    for index in range(len(columns)):
        for row in rows:
            cells = [
                cell
                for cell in row.cells
                if max(range(len(columns)), key=lambda other: _overlap(cell, columns[other])) == index
            ]
            if cells:
                ordered.append(Line(cells=cells, bottom=row.bottom, top=row.top, size=row.size, is_bold=row.is_bold))
    return ordered

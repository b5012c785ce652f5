"""What tests of counted rows share."""

import numpy as np

from core.statistics import pictures, strokes
from core.statistics.result import Picture, ResultTable
from core.statistics.samples import Counts, FloatArray
from core.statistics.spec import Fit, Goal
from core.statistics.wording import number
from core.wording import percent, short


def two_category_fits(rank: int, reason: str, *, groups: tuple[int, int], roles: tuple[str, str]) -> tuple[Fit, ...]:
    """Two categories, asked for as a relation or as shares."""
    filled = {roles[0]: "category", roles[1]: "category 2"}
    return tuple(
        Fit(goal=goal, categories=(2, 2), groups=groups, rank=rank, reason=reason, roles=filled)
        for goal in (Goal.RELATION, Goal.PROPORTION)
    )


def adjusted_residuals(found: Counts) -> FloatArray:
    """How far each cell is from chance, in standard errors (Haberman 1973, doi:10.2307/2529686)."""
    n = found.n
    row, column = found.table.sum(axis=1) / n, found.table.sum(axis=0) / n
    spread = np.sqrt(found.expected * np.outer(1 - row, 1 - column))
    residuals: FloatArray = (found.table - found.expected) / spread
    return residuals


def counted_picture(found: Counts) -> Picture:
    """The contingency table as a heat map of residuals."""
    return pictures.heat(
        f"{strokes.safe(found.rows)} and {strokes.safe(found.columns)} (rows)", found.rows, found.columns,
        found.row_labels, found.column_labels, found.table.tolist(), adjusted_residuals(found),
    )  # fmt: skip


def counted_tables(found: Counts) -> tuple[ResultTable, ...]:
    """Counts and the shares within each row."""
    totals = found.table.sum(axis=1)
    return (
        ResultTable(
            title=f"Counts of {short(found.rows)} by {short(found.columns)}",
            columns=("", *found.column_labels, "All"),
            rows=tuple(
                (label, *(int(n) for n in row), int(total))
                for label, row, total in zip(found.row_labels, found.table, totals, strict=True)
            ),
        ),
    )


def strongest_cell(found: Counts) -> str:
    """The cell that is furthest from chance, in a sentence."""
    residuals = adjusted_residuals(found)
    i, j = np.unravel_index(int(np.argmax(np.abs(residuals))), residuals.shape)
    share = float(found.table[i, j] / found.table[i].sum())
    overall = float(found.table[:, j].sum() / found.n)
    word = "more" if residuals[i, j] > 0 else "less"
    return (
        f"{short(found.columns)} '{short(found.column_labels[j])}' is {word} frequent where {short(found.rows)} is "
        f"'{short(found.row_labels[i])}' ({percent(share)}) than overall ({percent(overall)})"
    )


def ratio_text(value: float | None) -> str:
    """A ratio that may have no finite value."""
    return "without bound" if value is None else number(value)

"""Simple conditions on rows: a category, or a quarter of a quantity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insights.table import InsightColumn, InsightTable
from core.insights.words import Telling, name, number_text

MOST_LITERALS = 240
MOST_LEVELS = 12
FEWEST_ROWS = 30


@dataclass(frozen=True, eq=False)
class Literal:
    """One condition."""

    column: InsightColumn
    rows: npt.NDArray[np.bool_]
    label: str | None
    """The category; None for a range."""
    low: float | None = None
    high: float | None = None

    def words(self, told: Telling, key: str) -> str:
        """As a part of a sentence."""
        if self.label is not None:
            return f"{name(self.column.name)} is {name(self.label)}"
        if self.low is None:
            assert self.high is not None
            return f"{name(self.column.name)} is at most {told.number(f'{key}_high', self.high)}"
        return f"{name(self.column.name)} is above {told.number(f'{key}_low', self.low)}"

    def short(self) -> str:
        """For an axis."""
        if self.label is not None:
            return f"{self.column.name} = {self.label}"
        edge = self.high if self.low is None else self.low
        assert edge is not None
        return f"{self.column.name} {'≤' if self.low is None else '>'} {number_text(edge)}"


def literals(table: InsightTable) -> list[Literal]:
    """Conditions that hold in enough rows: categories, and the lowest and highest quarter of quantities."""
    found: list[Literal] = []
    for column in table.groups:
        assert column.codes is not None
        for place, label in enumerate(column.labels[:MOST_LEVELS]):
            found.append(Literal(column, column.codes == place, label))
    for column in table.quantities:
        if column.codes is not None or column.known.size < 4 * FEWEST_ROWS:
            continue
        assert column.values is not None
        low, high = (float(edge) for edge in np.quantile(column.ordered, [0.25, 0.75]))
        with np.errstate(invalid="ignore"):
            found.append(Literal(column, column.values <= low, None, high=low))
            found.append(Literal(column, column.values > high, None, low=high))
    return [each for each in found if FEWEST_ROWS <= each.rows.sum() <= len(each.rows) - FEWEST_ROWS][:MOST_LITERALS]

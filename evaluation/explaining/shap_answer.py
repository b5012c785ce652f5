"""Shapley values as they are kept: numbers by row and column, and what the columns held."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.explaining.answer import Cell, Explanation, cell, rounded, words
from evaluation.explaining.columns import is_ordered
from evaluation.explaining.shapley import Contributions
from evaluation.explaining.subject import Subject

FloatArray = npt.NDArray[np.float64]
EXACT = {"trees": "exactly, from the trees themselves", "linear": "exactly, in closed form"}


class ShapValues(Explanation):
    """Contributions of some rows, so that a page can draw any of them."""

    players: tuple[str, ...]
    """Columns in the order of their mean absolute contribution."""
    is_ordered: tuple[bool, ...]
    """By player: whether its values are numbers or times."""
    contributions: list[list[float]]
    """Shape (n_rows, n_players)."""
    values: list[list[Cell]]
    """What the columns held, shape (n_rows, n_players)."""
    row_numbers: tuple[int, ...]
    """In the table, from 1."""
    truths: tuple[Cell, ...]
    """The target of each row."""
    base: float
    outputs: tuple[float, ...]
    """What the model itself says, on the scale of ``unit``."""
    unit: str
    method: str
    output_name: str
    """What the contributions add up to: "log-odds of yes", "price"."""
    largest_gap: float
    """Between base + contributions and the output, over all rows."""
    standard_error: float
    """Typical error of one contribution; 0 where they are exact."""

    @property
    def matrix(self) -> FloatArray:
        """Contributions as an array."""
        return np.array(self.contributions, dtype=np.float64).reshape(len(self.row_numbers), len(self.players))

    @property
    def strength(self) -> FloatArray:
        """Mean absolute contribution of each player."""
        found: FloatArray = np.abs(self.matrix).mean(axis=0)
        return found


def shap_values(subject: Subject, found: Contributions, *, class_code: int, n_available: int) -> ShapValues:
    """Contributions with what belongs to them, strongest column first.

    Args:
        subject: The explained rows.
        found: Their contributions; the first of them where time was short.
        class_code: The class that was asked about.
        n_available: Rows of the part that the explained ones were drawn from.
    """
    n_rows = len(found.values)
    strength = np.abs(found.values).mean(axis=0)
    order = np.argsort(-strength, kind="stable")
    players = tuple(found.players[place] for place in order)
    columns = [_values(subject, name, n_rows) for name in players]
    name = output_name(subject, found.unit, class_code)
    truths = [subject.labels[code] for code in subject.y[:n_rows]] if subject.labels else subject.y[:n_rows]
    top = players[0]
    return ShapValues(
        sentence=f"{top!r} moves the {name} most: by {words(float(strength[order[0]]))} on average, up or down.",
        remarks=_remarks(found, n_rows, n_available),
        players=players,
        is_ordered=tuple(ordered for _, ordered in columns),
        contributions=[[rounded(value, 8) for value in row] for row in found.values[:, order].tolist()],
        values=[list(row) for row in zip(*(values for values, _ in columns), strict=True)],
        row_numbers=tuple(map(int, subject.row_numbers[:n_rows])),
        truths=tuple(cell(truth) for truth in truths),
        base=found.base,
        outputs=tuple(map(float, found.outputs)),
        unit=found.unit,
        method=found.method,
        output_name=name,
        largest_gap=found.gap,
        standard_error=found.error,
    )


def output_name(subject: Subject, unit: str, class_code: int) -> str:
    """What contributions add up to, in words."""
    if subject.is_regression:
        return f"logarithm of {subject.target}" if unit == "log of the value" else subject.target
    return f"{unit} of {subject.labels[class_code]}"


def _values(subject: Subject, player: str, n_rows: int) -> tuple[list[Cell], bool]:
    if player in subject.frame.columns:
        column = subject.frame[player]
        return [cell(value) for value in column.iloc[:n_rows].astype(object)], is_ordered(column)
    feature: Any = subject.X[:n_rows, subject.features.index(player)]
    return [cell(value) for value in feature.tolist()], True


def _remarks(found: Contributions, n_rows: int, n_available: int) -> tuple[str, ...]:
    how = EXACT.get(found.method)
    if how is None:
        how = (
            "by mixing rows, since this model can be taken apart in no exact way: each contribution is off by "
            f"about {rounded(found.error, 2)}"
        )
    rows = f"{n_rows:,} rows" if n_rows == n_available else f"a sample of {n_rows:,} of {n_available:,} rows"
    remarks = [
        f"Worked out {how}, for {rows}.",
        f"Checked: base and contributions add up to what the model says, to within {rounded(found.gap, 2)}.",
    ]
    if found.unit in {"log-odds", "score", "log of the value"}:
        remarks.append(_UNIT_WORDS[found.unit])
    return tuple(remarks)


_UNIT_WORDS = {
    "log-odds": "Contributions are in log-odds, in which this model adds up: +0.7 doubles the odds, 0 is even.",
    "score": "Contributions are in the score of the model, in which it adds up; it is no probability.",
    "log of the value": "Contributions are in logarithms, in which this model adds up: +0.7 doubles the prediction.",
}

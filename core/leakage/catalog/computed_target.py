"""Numbers that add up, or multiply, to the target."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.leakage.spec import Finding, LeakSpec
from core.leakage.table import LeakTable
from core.leakage.words import leave_out, rounded
from core.types import Severity
from core.wording import joined, percent

FEWEST_ROWS = 60
ROWS_OF_COLUMN = 10
MOST_COLUMNS = 60
EXACT = 0.999999
"""Share of the variance from which a formula is no coincidence: what is left is rounding."""
Floats = npt.NDArray[np.float64]


def check(table: LeakTable) -> Iterable[Finding]:
    """At most one: the shortest sum found, or else the shortest product."""
    if table.is_class:
        return
    names = table.numeric[:MOST_COLUMNS]
    y = np.asarray(table.scored_y, dtype=np.float64)
    X = np.column_stack([table.values(name) for name in names]) if names else np.empty((len(y), 0))
    keep = [place for place in range(len(names)) if np.isfinite(X[:, place]).mean() > 0.8 and _varies(X[:, place])]
    names, X = tuple(names[place] for place in keep), X[:, keep]
    rows = np.isfinite(X).all(axis=1)
    X, y = X[rows], y[rows]
    if not names or len(y) < max(FEWEST_ROWS, ROWS_OF_COLUMN * len(names)) or np.ptp(y) == 0:
        return
    if finding := _finding(table.target, names, X, y, kind="sum"):
        yield finding
        return
    positive = np.atleast_1d((X > 0).all(axis=0))
    if (y > 0).all() and positive.any():
        chosen = tuple(name for name, is_positive in zip(names, positive, strict=True) if is_positive)
        if finding := _finding(table.target, chosen, np.log(X[:, positive]), np.log(y), kind="product"):
            yield finding


def _finding(target: str, names: tuple[str, ...], X: Floats, y: Floats, *, kind: str) -> Finding | None:
    X, y = (each - each.mean(axis=0) for each in (X, y))
    X, y = X / np.maximum(np.abs(X).max(axis=0), 1e-300), y / np.abs(y).max()
    if _explained(X, y) < EXACT:
        return None
    chosen = list(range(len(names)))
    for place in np.argsort(np.abs(np.linalg.lstsq(X, y, rcond=None)[0])):  # what matters least goes first
        rest = [other for other in chosen if other != place]
        if rest and _explained(X[:, rest], y) >= EXACT:
            chosen = rest
    if len(chosen) < 2:
        return None  # one column alone is a copy, which has a check of its own
    share = _explained(X[:, chosen], y)
    parts = tuple(names[place] for place in chosen)
    return Finding(
        severity=Severity.SERIOUS,
        columns=parts,
        sentence=f"{target!r} is a {kind} of {joined([repr(name) for name in parts])}: they explain {percent(share)} "
        "of its variance by a plain formula.",
        evidence=tuple(
            {"Column": name, "Variance explained without it": _without(X, y, chosen, place)}
            for name, place in zip(parts, chosen, strict=True)
        ),
        remedy=leave_out(*parts),
    )


def _without(X: Floats, y: Floats, chosen: list[int], place: int) -> float:
    return rounded(_explained(X[:, [other for other in chosen if other != place]], y))


def _explained(X: Floats, y: Floats) -> float:
    residual = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return max(0.0, 1 - float(residual @ residual) / float(y @ y))


def _varies(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 0 and float(np.ptp(known)) > 0 and float(np.abs(known).max()) < 1e100


SPEC = LeakSpec(
    key="computed_target",
    label="Formula of the target",
    why="When the target is computed from these columns, a model only learns the formula again. When they are written "
    "down together with the target, they are not there when you predict.",
    advice="Leave out the parts that are not known beforehand. If all are known, compute the target instead.",
    check=check,
)

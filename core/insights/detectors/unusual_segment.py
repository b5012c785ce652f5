"""Subgroups of two conditions in which an outcome is unlike everywhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.literals import Literal, literals
from core.insights.measures import Z95, benefit, deflation
from core.insights.pictures import bars
from core.insights.spec import Action, TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable, as_outcome, is_binary
from core.insights.words import Telling, name, train_on

MOST_OUTCOMES = 30
REMEMBERING = 1.2
"""Deflation from which a segment must differ in the first and in the last half of the rows."""
TRIED = 4
"""Segments of each outcome that are chosen in one half of the rows and tested in the other."""
FEWEST_ROWS, LEAST_SHARE = 25, 0.01
LEAST = 0.35
"""Deviations by which a segment differs from the rows that fit one of its conditions only."""
LEAST_Z = 3.5
TOLD_BY = 0.8
"""Share of the outcome's variance that one column explains, from which segments of it say nothing new."""

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Segment:
    """Rows that fit two conditions, and how different an outcome is there."""

    first: Literal
    second: Literal
    outcome: InsightColumn
    values: FloatArray
    """Of the outcome, with deviation 1."""
    p_value: float
    difference: float
    """To the nearest of the rows that fit one condition or none, in deviations, in the confirming half."""
    error: float
    """Standard error of that difference."""
    n: int


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """A few hypotheses for each outcome, chosen in one half of the rows and tested in the other."""
    found = literals(table)
    if len(found) < 2 or table.n_looked < 8 * FEWEST_ROWS:
        return
    half = table.is_first_half
    holds = np.column_stack([each.rows[half] for each in found]).astype(np.float32)
    counts = holds.T @ holds
    for outcome in _outcomes(table):
        values = _standard(outcome)
        for i, j in _candidates(found, holds, counts, values[half], outcome):
            segment = _confirmed(found[i], found[j], outcome, values, ~half)
            if segment is not None:
                yield Hypothesis(
                    subject=(found[i].column.name, found[j].column.name, outcome.name),
                    p_value=segment.p_value,
                    strength=benefit(segment.difference / 2),
                    is_large=segment.difference >= LEAST,
                    tell=partial(_tell, table, segment),
                )


def _outcomes(table: InsightTable) -> tuple[InsightColumn, ...]:
    if table.target is not None and table.outcomes and table.outcomes[0].name == table.target:
        return table.outcomes[:1]
    return table.outcomes[:MOST_OUTCOMES]


def _standard(outcome: InsightColumn) -> FloatArray:
    values = as_outcome(outcome) if is_binary(outcome) else outcome.scores
    return np.asarray((values - np.nanmean(values)) / max(float(np.nanstd(values)), 1e-12))


def _candidates(
    found: list[Literal],
    holds: npt.NDArray[np.float32],
    counts: npt.NDArray[np.float32],
    values: FloatArray,
    outcome: InsightColumn,
) -> list[tuple[int, int]]:
    """The pairs of conditions whose rows are farthest from what both conditions alone give."""
    known = np.isfinite(values)
    y = np.nan_to_num(values).astype(np.float32)
    sums = (holds * y[:, None]).T @ holds
    n = counts if known.all() else (holds[known].T @ holds[known])
    means = np.divide(sums, n, out=np.zeros_like(sums), where=n > 0)
    alone = np.diag(means)
    excess = np.abs(means - (alone[:, None] + alone[None, :])) * np.sqrt(n)
    least = max(FEWEST_ROWS, LEAST_SHARE * len(values))
    total = float((y**2).mean()) or 1.0
    for i, first in enumerate(found):
        share = float(n[i, i]) / max(1, len(values))
        if first.column is outcome or alone[i] ** 2 * share / (1 - share + 1e-9) > TOLD_BY * total:
            excess[i, :] = excess[:, i] = 0
    names = np.array([id(each.column) for each in found])
    excess[(n < least) | (names[:, None] == names[None, :])] = 0
    excess = np.triu(excess, 1)
    places = np.argsort(excess, axis=None)[::-1][: 5 * TRIED]
    pairs = [(int(at // len(found)), int(at % len(found))) for at in places if excess.flat[at] > LEAST_Z]
    chosen, seen = [], set()
    for i, j in pairs:
        columns = frozenset((found[i].column.name, found[j].column.name))
        if columns not in seen:
            seen.add(columns)
            chosen.append((i, j))
    return chosen[:TRIED]


def _confirmed(
    first: Literal, second: Literal, outcome: InsightColumn, values: FloatArray, rows: BoolArray
) -> Segment | None:
    """The segment tested in rows that had no part in choosing it: all of its differences at once."""
    from scipy import stats

    rows = rows & np.isfinite(values)
    a, b = first.rows & rows, second.rows & rows
    cells = [values[part] for part in (a & b, a & ~b, b & ~a, rows & ~a & ~b)]
    if min(len(cell) for cell in cells) < FEWEST_ROWS // 2:
        return None
    means = np.array([cell.mean() for cell in cells])
    errors = np.array([max(cell.var(ddof=1), 1e-6) / len(cell) for cell in cells])
    inside = (a & b).astype(np.float64)
    factor = deflation(np.where(rows, means[0] * inside, np.nan), np.where(rows, values - means[0] * inside, np.nan))
    gaps = means[0] - means[1:]
    z = gaps / np.sqrt((errors[0] + errors[1:]) * factor)
    beyond = (means[0] - means[1] - means[2] + means[3]) / np.sqrt(errors.sum() * factor)
    is_one_way = np.all(z > 0) or np.all(z < 0)
    weakest = float(min(np.abs(z).min(), beyond * np.sign(z[0]))) if is_one_way else 0.0
    df = max(5, len(cells[0]) - 1)
    p = float(2 * stats.t.sf(max(0.0, weakest), df))
    if factor > REMEMBERING and not _in_both_ends(a & b, rows, values):
        p = 1.0
    nearest = int(np.abs(gaps).argmin())
    return Segment(
        first=first,
        second=second,
        outcome=outcome,
        values=values,
        p_value=p,
        difference=float(abs(gaps[nearest])) if is_one_way else 0.0,
        error=float(np.sqrt((errors[0] + errors[1 + nearest]) * factor)),
        n=int(rows.sum()),
    )


def _in_both_ends(inside: BoolArray, rows: BoolArray, values: FloatArray) -> bool:
    """Whether the segment differs to the same side in the first and in the last half of the rows."""
    sides = []
    for part in np.array_split(np.flatnonzero(rows), 2):
        within, beside = values[part[inside[part]]], values[part[~inside[part]]]
        if min(len(within), len(beside)) < 5:
            return False
        sides.append(float(within.mean() - beside.mean()))
    return sides[0] * sides[1] > 0 and min(abs(side) for side in sides) > 0.3 * max(abs(side) for side in sides)


def _tell(table: InsightTable, segment: Segment) -> Draft:
    told = Telling()
    outcome = segment.outcome
    values = as_outcome(outcome)
    known = np.isfinite(values)
    a, b = segment.first.rows & known, segment.second.rows & known
    parts = [a & b, a & ~b, b & ~a, known & ~a & ~b]
    where = f"{segment.first.words(told, 'first')} and {segment.second.words(told, 'second')}"
    n_rows = told.count("rows", int(parts[0].sum()), "row")
    is_share = is_binary(outcome)
    rest = values[known & ~(a & b)]
    word: str = "median"
    middle: Callable[[FloatArray], float] = _median
    if is_share or np.median(values[parts[0]]) == np.median(rest):
        word, middle = "mean", _mean
    levels = [middle(values[part]) for part in parts]
    other = middle(rest)
    if is_share:
        inside, outside = told.percent("inside_percent", levels[0]), told.percent("elsewhere_percent", other)
        what = f"{name(outcome.name)} is {name(outcome.labels[1])} in {inside} of the {n_rows} where {where}"
        statement = f"{what}, against {outside} elsewhere. Neither condition alone explains it."
    else:
        inside, outside = told.number("inside", levels[0]), told.number("elsewhere", other)
        what = f"The {word} of {name(outcome.name)} is {inside} in the {n_rows} where {where}"
        statement = f"{what}, against {outside} elsewhere. Neither condition alone explains it."
    labels = ["both", segment.first.short(), segment.second.short(), "neither"]
    y_title = f"Share of {outcome.labels[1]}" if is_share else f"{word.capitalize()} of {outcome.name}"
    picture, rows = bars("Both conditions, one, none", "Rows", y_title, _distinct(labels), levels, marked=(0,))
    half = Z95 * segment.error
    actions: tuple[Action, ...] = (train_on(table.dataset_id, outcome.name),) if table.target == outcome.name else ()
    return Draft(
        title=f"{name(outcome.name)} is unusual in one segment",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chosen in one half of the rows, tested in the other: differences to all other rows",
                p_value=segment.p_value,
                effect_name="Deviations from the nearest other rows",
                effect=segment.difference,
                interval=(segment.difference - half, segment.difference + half),
                n=segment.n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="Look at these rows by themselves, and give a model both columns: their combination counts.",
        actions=actions,
    )


def _median(values: FloatArray) -> float:
    return float(np.median(values))


def _mean(values: FloatArray) -> float:
    return float(np.mean(values))


def _distinct(labels: list[str]) -> list[str]:
    return [label if label not in labels[:place] else f"{label} " for place, label in enumerate(labels)]


SPEC = Detector(
    key="unusual_segment",
    label="Unusual segments",
    family="pattern",
    looks_for="A subgroup of two conditions in which an outcome is unlike what either condition alone gives.",
    surprise=0.92,
    look=look,
    is_slow=True,
    group="combined",
    most=3,
)

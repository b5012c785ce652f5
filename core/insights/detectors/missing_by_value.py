"""Cells that are missing where another column has certain values."""

import itertools
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import benefit, crossed, deflated_r_p, independence, mean_difference
from core.insights.pictures import bars
from core.insights.spec import TestEvidence
from core.insights.table import BoolArray, FloatArray, InsightColumn, InsightTable
from core.insights.words import Telling, mend, name

LEAST = 0.12
"""Correlation of "is missing" with the ranks of a quantity, or Cramér's V with a category."""
FEWEST = 15
ALIKE = 0.9
"""Of the rows in which one of two columns is missing, those in which both are, from which they are told together."""
SUSPICIOUS = 1e-3
N_BINS = 6


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each column with gaps and each other column."""
    for alike in patterns(table):
        gaps = ~table.column(alike[0]).is_known
        for other in table.columns:
            if other.name in alike or not (other.is_known & gaps).any():
                continue
            found = _asked(table, alike, gaps, other)
            if found is not None:
                yield found


def patterns(table: InsightTable) -> list[list[str]]:
    """Columns with gaps, those together that are nearly always missing together."""
    found: list[list[str]] = []
    for column in table.columns:
        gaps = ~column.is_known
        if not FEWEST <= int(gaps.sum()) <= table.n_looked - FEWEST:
            continue
        for alike in found:
            other = ~table.column(alike[0]).is_known
            if int((gaps & other).sum()) >= ALIKE * int((gaps | other).sum()):
                alike.append(column.name)
                break
        else:
            found.append([column.name])
    return found


def _asked(table: InsightTable, alike: list[str], gaps: BoolArray, other: InsightColumn) -> Hypothesis | None:
    known = other.is_known
    if min(int((gaps & known).sum()), int((~gaps & known).sum())) < FEWEST:
        return None
    if other.codes is not None:
        size, p = _by_category(table, gaps, other)
    elif other.kind in ("quantity", "moment"):
        size, p = _by_rank(table, gaps, other)
    else:
        return None
    subject = (*alike[:4], other.name)
    return Hypothesis(
        subject=subject,
        p_value=p,
        strength=benefit(size),
        is_large=size >= LEAST,
        tell=partial(_tell, table, alike, gaps, other, p),
        topic=frozenset({alike[0], other.name}),
    )


def _by_rank(table: InsightTable, gaps: BoolArray, other: InsightColumn) -> tuple[float, float]:
    rows = other.finite
    a, b = gaps[rows].astype(np.float64), other.scores[rows]
    if a.std() == 0 or b.std() == 0:
        return 0.0, 1.0
    r = float(np.corrcoef(a, b)[0, 1])
    p = deflated_r_p(r, len(a), 1.0)
    if p < SUSPICIOUS:
        fitted = np.where(rows, r * a.std() * other.scores, np.nan)
        residual = np.where(rows, gaps - a.mean() - r * a.std() * other.scores, np.nan)
        p = deflated_r_p(r, len(a), table.deflation(fitted, residual))
    return abs(r), p


def _by_category(table: InsightTable, gaps: BoolArray, other: InsightColumn) -> tuple[float, float]:
    from scipy import stats

    assert other.codes is not None
    counts = crossed(gaps.astype(np.int64), other.codes, 2, len(other.labels))
    tested = independence(counts)
    if tested.p_value > SUSPICIOUS:
        return tested.effect, tested.p_value
    shares = counts[1] / np.maximum(counts.sum(axis=0), 1)
    rows = other.codes >= 0
    fitted = np.where(rows, shares[other.codes], np.nan)
    factor = table.deflation(fitted, np.where(rows, gaps - fitted, np.nan))
    df = max(1, len(other.labels) - 1)
    return tested.effect, float(stats.chi2.sf(tested.statistic / factor, df)) if factor > 1 else tested.p_value


def _tell(table: InsightTable, alike: list[str], gaps: BoolArray, other: InsightColumn, p: float) -> Draft:
    told = Telling()
    labels, shares, parts = _parts(other, gaps)
    high, low = int(np.argmax(shares)), int(np.argmin(shares))
    top, bottom = told.percent("highest_percent", shares[high]), told.percent("lowest_percent", shares[low])
    columns = (
        name(alike[0]) if len(alike) == 1 else f"{name(alike[0])} (and {told.count('others', len(alike) - 1)} more)"
    )
    if other.codes is not None:
        where = f"{name(other.name)} is {name(labels[high])}, but in {bottom} where it is {name(labels[low])}"
    else:
        where = f"{name(other.name)} is {labels[high]}, but in {bottom} where it is {labels[low]}"
        told.numbers |= _written(f"{labels[high]} {labels[low]}")
    verb = "is" if len(alike) == 1 else "are"
    statement = f"{columns} {verb} missing in {top} of the rows where {where}. The gaps are not random."
    difference = mean_difference(gaps[parts == high].astype(float), gaps[parts == low].astype(float))
    picture, rows = bars("Share missing", other.name, f"Missing {alike[0]}", labels, shares, marked=(high,))
    steps: list[tuple[str, dict[str, Any]]] = [("add_missing_indicator", {"columns": alike})]
    return Draft(
        title=f"{name(alike[0])} is missing by {name(other.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chi-squared test" if other.codes is not None else "Correlation of gaps with ranks",
                p_value=p,
                effect_name="Difference of the shares that are missing",
                effect=difference.effect,
                interval=difference.extra,
                n=int(other.is_known.sum()),
            ),
        ),
        picture=picture,
        table=rows,
        advice="Leaving these rows out, or filling in the mean, would distort results. Keep a column that says what "
        "was missing.",
        actions=(mend(table.dataset_id, "Mark what is missing", *steps),),
    )


def _written(text: str) -> dict[str, float]:
    """The numbers of some ranges as they are written; of dates their parts."""
    words = text.replace(",", "").split()
    parts = [
        part for word in words for part in (word.split("-") if word.count("-") == 2 and word[:1] != "-" else [word])
    ]
    found = [part for part in parts if part.lstrip("-")[:1].isdecimal()]
    return {f"edge_{place}": float(part) for place, part in enumerate(found)}


def _parts(other: InsightColumn, gaps: BoolArray) -> tuple[list[str], list[float], np.ndarray]:
    """Parts of the rows by the other column, and the share of gaps in each."""
    if other.codes is not None:
        codes, labels = other.codes, list(other.labels)
    else:
        edges = np.unique(np.quantile(other.ordered, np.linspace(0, 1, N_BINS + 1)[1:-1]))
        codes = np.full(len(gaps), -1, dtype=np.int64)
        codes[other.finite] = np.searchsorted(edges, other.known, side="right")
        labels = _ranges(other, edges)
    enough = [place for place in range(len(labels)) if (codes == place).sum() >= 5]
    shares = [float(gaps[codes == place].mean()) for place in enough]
    new = np.full(len(gaps), -1, dtype=np.int64)
    for at, place in enumerate(enough):
        new[codes == place] = at
    return [labels[place] for place in enough], shares, new


def _ranges(other: InsightColumn, edges: FloatArray) -> list[str]:
    from core.insights.words import moment_text, number_text

    write = moment_text if other.kind == "moment" else number_text
    ends = [write(float(edge)) for edge in edges]
    found = [f"up to {ends[0]}", *(f"{a} to {b}" for a, b in itertools.pairwise(ends)), f"{ends[-1]} or more"]
    return [text if text not in found[:place] else f"{text} " for place, text in enumerate(found)]


SPEC = Detector(
    key="missing_by_value",
    label="Gaps that are not random",
    family="problem",
    looks_for="Columns that are missing more often where another column has certain values.",
    surprise=0.85,
    look=look,
    group="missing",
    most=3,
)

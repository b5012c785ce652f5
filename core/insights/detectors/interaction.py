"""Two columns that act together: the effect of one depends on the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import benefit, correlation_interval, correlation_p, deflation
from core.insights.pictures import Figure, Table, bars, heat, plain
from core.insights.spec import TestEvidence
from core.insights.table import CodeArray, FloatArray, InsightColumn, InsightTable, as_outcome, is_binary
from core.insights.words import Telling, name, number_text, train_on

MOST_OUTCOMES, MOST_COLUMNS, MOST_LEVELS = 30, 60, 6
CHOOSING_ROWS = 20_000
TRIED = 4
REMEMBERING = 1.2
"""Deflation from which a relation must hold in the first and in the last half of the rows."""
LEAST_Z = 4.0
LEAST = 0.04
"""Share of the variance that is left by both columns alone, which only their product explains."""
LEAST_DIFFERENCE = 0.3
"""Between the correlations in two parts of the rows."""
N_BINS = 6
FEWEST_ROWS = 120


@dataclass(frozen=True, eq=False)
class Part:
    """One number a row that stands for a column, or for one of its categories."""

    column: InsightColumn
    values: FloatArray
    """Mean 0, deviation 1, 0 where missing."""


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """A few hypotheses for each outcome, chosen in one half of the rows and tested in the other."""
    if table.n_looked < FEWEST_ROWS:
        return
    parts = _parts(table)
    half = np.flatnonzero(table.is_first_half)[:CHOOSING_ROWS]
    choosing = (
        np.column_stack([part.values[half] for part in parts]).astype(np.float32)
        if parts
        else np.empty((0, 0), dtype=np.float32)
    )
    for outcome in _outcomes(table):
        y = _standard(outcome)
        for i, j in _candidates(parts, choosing, np.nan_to_num(y[half]).astype(np.float32), outcome):
            a, b = parts[i], parts[j]
            r, p, n = _confirmed(a, b, y, ~table.is_first_half)
            yield Hypothesis(
                subject=(a.column.name, b.column.name, outcome.name),
                p_value=p,
                strength=benefit(1.3 * abs(r)),
                is_large=r * r >= LEAST and _is_told_apart(a.column, b.column, outcome),
                tell=partial(_tell, table, a.column, b.column, outcome, r, p, n),
            )


def _is_told_apart(a: InsightColumn, b: InsightColumn, outcome: InsightColumn) -> bool:
    """Whether a person sees the difference: slopes that turn round, or differ by much."""
    if a.kind != "quantity" and b.kind == "quantity":
        a, b = b, a
    if a.kind != "quantity":
        return True
    found = list(_correlations(a, b, outcome).values())
    return len(found) >= 2 and max(found) - min(found) >= LEAST_DIFFERENCE


def _outcomes(table: InsightTable) -> tuple[InsightColumn, ...]:
    if table.target is not None and table.outcomes and table.outcomes[0].name == table.target:
        return table.outcomes[:1]
    return table.outcomes[:MOST_OUTCOMES]


def _standard(column: InsightColumn) -> FloatArray:
    values = column.scores if column.kind == "quantity" else as_outcome(column)
    return np.asarray((values - np.nanmean(values)) / max(float(np.nanstd(values)), 1e-12))


def _parts(table: InsightTable) -> list[Part]:
    found = [Part(column, np.nan_to_num(_standard(column))) for column in table.quantities[:MOST_COLUMNS]]
    for column in table.groups[:MOST_COLUMNS]:
        if column.kind != "category" or len(column.labels) > MOST_LEVELS:
            continue
        assert column.codes is not None
        for place in range(1 if len(column.labels) == 2 else 0, len(column.labels)):
            flag = (column.codes == place).astype(np.float64)
            found.append(Part(column, (flag - flag.mean()) / max(float(flag.std()), 1e-12)))
    return found


def _candidates(
    parts: list[Part], choosing: npt.NDArray[np.float32], y: npt.NDArray[np.float32], outcome: InsightColumn
) -> list[tuple[int, int]]:
    """The products that go most with what is left of the outcome by all columns alone."""
    places = [place for place, part in enumerate(parts) if part.column is not outcome]
    if len(places) < 2 or len(y) < FEWEST_ROWS // 2:
        return []
    X = choosing[:, places]
    gram = X.T @ X + 1e-3 * len(y) * np.eye(len(places), dtype=np.float32)
    left = y - X @ np.linalg.solve(gram, X.T @ y)
    scale = np.sqrt(((X * X).T @ (X * X)) * float((left**2).mean())) + 1e-9
    z = np.abs((X * left[:, None]).T @ X) / scale
    names = np.array([id(parts[place].column) for place in places])
    z[names[:, None] == names[None, :]] = 0
    z = np.triu(z, 1)
    found, seen = [], set()
    for at in np.argsort(z, axis=None)[::-1][: 6 * TRIED]:
        i, j = places[int(at // len(places))], places[int(at % len(places))]
        key = frozenset((parts[i].column.name, parts[j].column.name))
        if z.flat[at] > LEAST_Z and key not in seen:
            seen.add(key)
            found.append((i, j))
    return found[:TRIED]


def _confirmed(a: Part, b: Part, y: FloatArray, rows: np.ndarray) -> tuple[float, float, int]:
    """The partial correlation of the product with the outcome in the other half, beside both columns in bins."""
    rows = rows & np.isfinite(y) & (a.values != 0) & (b.values != 0)
    n = int(rows.sum())
    if n < FEWEST_ROWS // 2:
        return 0.0, 1.0, n
    x, z, target = a.values[rows], b.values[rows], y[rows]
    mains = np.column_stack([np.ones(n), x, z, _bins(x), _bins(z)])
    both = np.column_stack([target, x * z])
    left = both - mains @ np.linalg.lstsq(mains, both, rcond=None)[0]
    scale = np.sqrt(float(left[:, 0] @ left[:, 0]) * float(left[:, 1] @ left[:, 1]))
    if scale <= 1e-9 * n:
        return 0.0, 1.0, n
    r = float(left[:, 0] @ left[:, 1]) / scale
    slope = float(left[:, 0] @ left[:, 1]) / float(left[:, 1] @ left[:, 1])
    noise = left[:, 0] - slope * left[:, 1]
    # Rows with large products must not count for many: the error of the slope follows their own noise.
    error = np.sqrt(float((left[:, 1] ** 2 * noise**2).sum())) / float(left[:, 1] @ left[:, 1])
    robust = abs(slope / error) if error > 0 else 0.0
    plain_t = abs(r) * np.sqrt(n / max(1e-12, 1 - r * r))
    factor = deflation(slope * left[:, 1], noise)
    t = min(robust, plain_t) / np.sqrt(factor)
    honest = t / np.sqrt(n + t * t)
    p = float(correlation_p(honest, n - mains.shape[1]))
    if factor > REMEMBERING:
        p = max(p, _in_both_ends(left, r, factor))
    return r, p, n


def _in_both_ends(left: FloatArray, r: float, factor: float) -> float:
    """The p-value of the same relation in the first and in the last half of the rows, where neighbours are alike."""
    p = 0.0
    for part in np.array_split(left, 2):
        a, b = part[:, 0] - part[:, 0].mean(), part[:, 1] - part[:, 1].mean()
        scale = float(np.sqrt((a @ a) * (b @ b)))
        own = float(a @ b) / scale if scale > 0 else 0.0
        p = max(p, float(correlation_p(own, max(4.0, len(part) / factor)))) if own * r > 0 else 1.0
    return p


def _bins(values: FloatArray) -> FloatArray:
    edges = np.unique(np.quantile(values, np.linspace(0, 1, N_BINS + 1)[1:-1]))
    codes = np.searchsorted(edges, values, side="right")
    return np.asarray(codes[:, None] == np.arange(1, len(edges) + 1)[None, :], dtype=np.float64)


def _tell(
    table: InsightTable, a: InsightColumn, b: InsightColumn, outcome: InsightColumn, r: float, p: float, n: int
) -> Draft:
    if a.kind != "quantity" and b.kind == "quantity":
        a, b = b, a
    told = Telling()
    if a.kind == "quantity":
        statement, picture, rows = _slopes(told, a, b, outcome)
    else:
        statement, picture, rows = _cells(told, a, b, outcome)
    actions = (train_on(table.dataset_id, outcome.name),) if table.target == outcome.name else ()
    return Draft(
        title=f"{name(a.name)} and {name(b.name)} act together on {name(outcome.name)}",
        statement=statement,
        numbers=told.numbers,
        tests=(
            TestEvidence(
                name="Chosen in one half of the rows, tested in the other: product beside both columns",
                statistic=r,
                p_value=p,
                effect_name="Partial correlation",
                effect=r,
                interval=correlation_interval(r, n),
                n=n,
            ),
        ),
        picture=picture,
        table=rows,
        advice="Linear models need the product of both columns as a column of its own; models of trees find it.",
        actions=actions,
    )


def _sides(b: InsightColumn) -> tuple[CodeArray, list[str]]:
    """Two or more parts of the rows by the column that changes the effect."""
    if b.kind == "quantity":
        middle = float(np.median(b.known))
        assert b.values is not None
        codes = np.where(b.finite, (np.nan_to_num(b.values) > middle).astype(np.int64), -1)
        return codes, [f"at most {number_text(middle)}", f"above {number_text(middle)}"]
    assert b.codes is not None
    return b.codes, list(b.labels)


def _correlations(a: InsightColumn, b: InsightColumn, outcome: InsightColumn) -> dict[str, float]:
    """How the outcome goes with ``a`` in each part of the rows by ``b``."""
    codes, labels = _sides(b)
    x, y = a.scores, _standard(outcome)
    found = {}
    for place, label in enumerate(labels):
        rows = (codes == place) & np.isfinite(x) & np.isfinite(y)
        if rows.sum() >= 20 and np.ptp(x[rows]) > 0 and np.ptp(y[rows]) > 0:
            found[label] = float(np.corrcoef(x[rows], y[rows])[0, 1])
    return found


def _slopes(told: Telling, a: InsightColumn, b: InsightColumn, outcome: InsightColumn) -> tuple[str, Figure, Table]:
    found = _correlations(a, b, outcome)
    high, low = max(found, key=found.__getitem__), min(found, key=found.__getitem__)
    top, bottom = told.number("correlation_high", found[high]), told.number("correlation_low", found[low])
    if b.kind == "quantity":
        middle = told.number("median", float(np.median(b.known)))
        upper, lower = ("above", "at most") if high.startswith("above") else ("at most", "above")
        where, other = f"{name(b.name)} is {upper} {middle}", f"it is {lower} {middle}"
    else:
        where, other = f"{name(b.name)} is {name(high)}", f"it is {name(low)}"
    statement = (
        f"How {name(outcome.name)} goes with {name(a.name)} depends on {name(b.name)}: they correlate with {top} where "
        f"{where}, and with {bottom} where {other}."
    )
    picture, rows = bars(
        f"Correlation with {a.name}", b.name, "Correlation", list(found), [plain(v) for v in found.values()]
    )
    return statement, picture, rows


def _cells(told: Telling, a: InsightColumn, b: InsightColumn, outcome: InsightColumn) -> tuple[str, Figure, Table]:
    assert a.codes is not None
    assert b.codes is not None
    y = as_outcome(outcome)
    means = np.full((len(a.labels), len(b.labels)), np.nan)
    for i in range(len(a.labels)):
        for j in range(len(b.labels)):
            rows = (a.codes == i) & (b.codes == j) & np.isfinite(y)
            if rows.sum() >= 5:
                means[i, j] = y[rows].mean()
    high, low = np.unravel_index(np.nanargmax(means), means.shape), np.unravel_index(np.nanargmin(means), means.shape)
    is_share = is_binary(outcome)
    say = told.percent if is_share else told.number
    top, bottom = say("highest", float(means[high])), say("lowest", float(means[low]))
    what = (
        f"The share of {name(outcome.labels[1])} in {name(outcome.name)}"
        if is_share
        else f"The mean of {name(outcome.name)}"
    )
    statement = (
        f"{what} depends on {name(a.name)} and {name(b.name)} together: it is {top} where they are "
        f"{name(a.labels[high[0]])} and {name(b.labels[high[1]])}, and {bottom} where they are "
        f"{name(a.labels[low[0]])} and {name(b.labels[low[1]])}."
    )
    picture, rows = heat(f"Mean of {outcome.name}", b.name, a.name, b.labels, a.labels, means)
    return statement, picture, rows


SPEC = Detector(
    key="interaction",
    label="Columns that act together",
    family="pattern",
    looks_for="Two columns of which one changes how the other goes with an outcome.",
    surprise=0.88,
    look=look,
    is_slow=True,
    group="combined",
)

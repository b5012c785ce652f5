"""Relations that turn round within groups: Simpson's paradox."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from core.insights.detector import Detector, Draft, Hypothesis
from core.insights.measures import benefit, correlation_interval, correlation_p
from core.insights.pictures import Figure, Table, lines, plain
from core.insights.spec import TestEvidence
from core.insights.table import FloatArray, InsightColumn, InsightTable, as_outcome, is_binary
from core.insights.words import Telling, draw_it, name

LEAST = 0.1
"""Correlations over all rows, and within the groups, that point to different sides."""
AGREEING = 0.66
"""Share of the rows that lie in groups with the direction of the groups taken together."""
MOST_LABELS = 15
MOST_OUTCOMES = 45
SUSPICIOUS = 1e-3


def look(table: InsightTable) -> Iterator[Hypothesis]:
    """One hypothesis for each two outcomes and each column of groups."""
    outcomes = table.outcomes[:MOST_OUTCOMES]
    if len(outcomes) < 2:
        return
    values = np.column_stack([_standard(column) for column in outcomes])
    overall = _correlations(values)
    for group in table.groups:
        if not 2 <= len(group.labels) <= MOST_LABELS:
            continue
        yield from _within(table, group, outcomes, values, overall)


def _within(
    table: InsightTable,
    group: InsightColumn,
    outcomes: tuple[InsightColumn, ...],
    values: FloatArray,
    overall: FloatArray,
) -> Iterator[Hypothesis]:
    assert group.codes is not None
    rows = group.codes >= 0
    codes, k = group.codes[rows], len(group.labels)
    counts = np.bincount(codes, minlength=k)
    part = values[rows]
    means = np.column_stack([np.bincount(codes, weights=column, minlength=k) for column in part.T])
    inner = _correlations(part - (means / np.maximum(counts, 1)[:, None])[codes])
    n = int(rows.sum())
    p_overall, p_inner = correlation_p(overall, n), correlation_p(inner, n - k)
    for i, x in enumerate(outcomes):
        for j in range(i + 1, len(outcomes)):
            y = outcomes[j]
            if group.name in (x.name, y.name):
                continue
            first, second = float(overall[i, j]), float(inner[i, j])
            is_large = first * second < 0 and min(abs(first), abs(second)) >= LEAST
            p = float(max(p_overall[i, j], p_inner[i, j]))
            if is_large and p < SUSPICIOUS:
                is_large = _agree(codes, part[:, i], part[:, j], k, second)
                p = _honest(table, rows, values[:, i], values[:, j], (first, second), p)
            names = (y.name, x.name) if x.name == table.target else (x.name, y.name)
            yield Hypothesis(
                subject=(*names, group.name),
                p_value=p,
                strength=benefit(2 * min(abs(first), abs(second))),
                is_large=is_large,
                tell=partial(_tell, table, names, group, first, second, p),
            )


def _honest(
    table: InsightTable, rows: np.ndarray, x: FloatArray, y: FloatArray, found: tuple[float, float], p: float
) -> float:
    """The larger p-value of the two relations where neighbouring rows are alike: both must hold."""
    r = found[0]
    factor = table.deflation(np.where(rows, r * x, np.nan), np.where(rows, y - r * x, np.nan))
    weaker = min(found, key=abs)
    return max(p, float(correlation_p(weaker, max(4.0, rows.sum() / factor))))


def _standard(column: InsightColumn) -> FloatArray:
    values = column.scores if column.kind == "quantity" else as_outcome(column)
    centred = values - np.nanmean(values)
    return np.nan_to_num(centred / max(float(np.nanstd(values)), 1e-12))


def _correlations(values: FloatArray) -> FloatArray:
    products = values.T @ values
    scale = np.sqrt(np.diag(products))
    matrix = np.outer(scale, scale)
    return np.asarray(
        np.divide(products, matrix, out=np.zeros_like(products), where=matrix > 1e-9 * max(1, len(values)))
    )


def _agree(codes: np.ndarray, x: FloatArray, y: FloatArray, k: int, inner: float) -> bool:
    agreeing = total = 0
    for place in range(k):
        is_in = codes == place
        n = int(is_in.sum())
        if n < 10:
            continue
        total += n
        covariance = float(((x[is_in] - x[is_in].mean()) * (y[is_in] - y[is_in].mean())).sum())
        agreeing += n * (covariance * inner > 0)
    return total > 0 and agreeing / total >= AGREEING


def _tell(
    table: InsightTable, names: tuple[str, str], group: InsightColumn, first: float, second: float, p: float
) -> Draft:
    x, y = table.column(names[0]), table.column(names[1])
    told = Telling()
    all_rows, inside = told.number("correlation_overall", first), told.number("correlation_within", second)
    ways = (_way(y, is_up=first > 0), _way(y, is_up=first < 0))
    statement = (
        f"Over all rows, {_more(x)} goes with {ways[0]} (correlation {all_rows}). Within the groups of "
        f"{name(group.name)} it goes with {ways[1]} ({inside})."
    )
    picture, rows = _picture(group, x, y)
    n = int(np.sum(group.codes >= 0)) if group.codes is not None else 0
    tests = tuple(
        TestEvidence(
            name=label,
            statistic=r,
            p_value=p,
            effect_name="Correlation",
            effect=r,
            interval=correlation_interval(r, n),
            n=n,
        )
        for label, r in (("Correlation over all rows", first), ("Correlation within the groups", second))
    )
    return Draft(
        title=f"{name(x.name)} and {name(y.name)}: the groups say the opposite",
        statement=statement,
        numbers=told.numbers,
        tests=tests,
        picture=picture,
        table=rows,
        advice=f"Compare within {name(group.name)}: over all rows, the mixture of groups decides.",
        actions=(draw_it(table.dataset_id),),
    )


def _more(x: InsightColumn) -> str:
    return f"{name(x.name)} being {name(x.labels[1])}" if is_binary(x) else f"a higher {name(x.name)}"


def _way(y: InsightColumn, *, is_up: bool) -> str:
    if is_binary(y):
        return f"{name(y.name)} being {name(y.labels[1])} {'more' if is_up else 'less'} often"
    return f"a {'higher' if is_up else 'lower'} {name(y.name)}"


def _picture(group: InsightColumn, x: InsightColumn, y: InsightColumn) -> tuple[Figure, Table]:
    """A line for each group over the range it has, and one for all rows."""
    assert group.codes is not None
    a, b = as_outcome(x), as_outcome(y)
    data: list[Figure] = []
    table: Table = {"Group": [], "From": [], "To": [], "Slope": []}
    both = np.isfinite(a) & np.isfinite(b)
    parts = [
        ("All rows", both),
        *((label, both & (group.codes == place)) for place, label in enumerate(group.labels[:8])),
    ]
    picture, _ = lines("All rows, and each group", x.name, y.name, [], {})
    for number, (label, rows) in enumerate(parts):
        if rows.sum() < 10 or np.ptp(a[rows]) == 0:
            continue
        slope, start = np.polyfit(a[rows], b[rows], 1)
        low, high = (plain(v) for v in np.quantile(a[rows], [0.02, 0.98]))
        from core.charts.drawing import color_of, safe
        from core.wording import short

        color, width = color_of(number), 4 if number == 0 else 2
        data.append(
            safe(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": short(label, 20),
                    "x": [low, high],
                    "y": [plain(start + slope * low), plain(start + slope * high)],
                    "line": {"color": color, "width": width},
                }
            )
        )
        for key, value in zip(table, (label, low, high, plain(slope)), strict=True):
            table[key].append(value)
    picture["data"], picture["layout"]["showlegend"] = data, True
    return picture, table


SPEC = Detector(
    key="simpson_reversal",
    label="Reversals within groups",
    family="pattern",
    looks_for="A relation over all rows that points the other way within groups (Simpson's paradox).",
    surprise=1.0,
    look=look,
    is_slow=True,
    group="reversal",
    most=3,
)

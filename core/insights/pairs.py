"""Every two quantities compared at once: straight, rising or falling, and in any other shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.insights.table import InsightColumn

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int64]

FEWEST_ROWS = 30
ROWS_OF_BIN = 25
MOST_BINS = 48
FEWEST_BINS = 6
TAIL = 0.01
"""Share of each end of a quantity that is pulled in, so that single values decide on no shape."""


@dataclass(frozen=True)
class Pair:
    """Two quantities."""

    x: InsightColumn
    y: InsightColumn
    n: int
    r: float
    """Correlation of the normal scores: rising or falling together, whatever the scales."""
    r_plain: float
    """Correlation of the values, ends pulled in."""


@dataclass(frozen=True)
class Shape:
    """How the mean of one column follows the other, bin by bin."""

    x: InsightColumn
    y: InsightColumn
    codes: CodeArray
    """The bin of each row by ``x``, -1 where either is missing."""
    means: FloatArray
    """Of the scores of ``y``."""
    n: int
    explained: float
    """Share of the variance of the scores of ``y`` that the bins explain, less what chance gives."""
    monotone: float
    """The same of the best curve that only rises or only falls."""
    f: float
    """The F statistic of what only a curve that turns can explain."""
    p_value: float
    df: int


class PairScreen:
    """Comparisons of quantities; missing cells of either one are left out."""

    def __init__(self, columns: Sequence[InsightColumn]) -> None:
        self.columns = tuple(columns)

    @cached_property
    def _known(self) -> FloatArray:
        return _matrix([column.finite.astype(np.float64) for column in self.columns])

    @cached_property
    def _n(self) -> FloatArray:
        return np.asarray(self._known.T @ self._known)

    @cached_property
    def correlations(self) -> FloatArray:
        """Of the normal scores. Shape (k, k)."""
        return _correlations(_matrix([np.nan_to_num(column.scores) for column in self.columns]), self._known)

    @cached_property
    def plain_correlations(self) -> FloatArray:
        """Of the values, ends pulled in. Shape (k, k)."""
        return _correlations(_matrix([np.nan_to_num(pulled_in(column)) for column in self.columns]), self._known)

    def pairs(self) -> Iterator[Pair]:
        """Each two columns once."""
        if len(self.columns) < 2:
            return
        for i, x in enumerate(self.columns):
            for j in range(i + 1, len(self.columns)):
                n = int(self._n[i, j])
                if n >= FEWEST_ROWS:
                    r, plain = float(self.correlations[i, j]), float(self.plain_correlations[i, j])
                    yield Pair(x, self.columns[j], n, r, plain)

    @cached_property
    def shapes(self) -> dict[tuple[str, str], Shape]:
        """How each column follows each other one, by ``(x, y)``."""
        found = {}
        for x in self.columns:
            codes, k = quantile_bins(x)
            if k < FEWEST_BINS:
                continue
            for y in self.columns:
                if y is not x:
                    found[x.name, y.name] = shape(x, y, codes, k)
        return found


def quantile_bins(column: InsightColumn) -> tuple[CodeArray, int]:
    """Bins of about equal numbers of rows, -1 where missing, and how many there are."""
    n = column.known.size
    wanted = int(np.clip(n // ROWS_OF_BIN, 1, MOST_BINS))
    codes = np.full(len(column.finite), -1, dtype=np.int64)
    if n < FEWEST_ROWS:
        return codes, 0
    edges = np.unique(np.quantile(column.ordered, np.linspace(0, 1, wanted + 1)[1:-1]))
    raw = np.searchsorted(edges, column.known, side="right")
    _, dense = np.unique(raw, return_inverse=True)
    codes[column.finite] = dense
    return codes, int(dense.max()) + 1


def shape(x: InsightColumn, y: InsightColumn, codes: CodeArray, k: int) -> Shape:
    """How the scores of ``y`` follow the bins of ``x``, and whether a turning curve is needed."""
    from scipy import stats

    codes = np.where(y.finite, codes, -1)
    rows = codes >= 0
    values = y.scores[rows]
    counts = np.bincount(codes[rows], minlength=k).astype(np.float64)
    sums = np.bincount(codes[rows], weights=values, minlength=k)
    present = counts > 0
    means = np.divide(sums, counts, out=np.zeros(k), where=present)
    n, groups = int(counts.sum()), int(present.sum())
    nothing = Shape(x, y, codes, means, n, 0.0, 0.0, 0.0, 1.0, 1)
    if n < FEWEST_ROWS or groups < FEWEST_BINS or n - groups < 10:
        return nothing
    grand = float(sums.sum() / n)
    total = float(((values - grand) ** 2).sum())
    between = float((counts * (means - grand) ** 2).sum())
    error = (total - between) / (n - groups)
    if total <= 0 or error <= 1e-12:
        return Shape(x, y, codes, means, n, between / total if total > 0 else 0.0, 1.0, 0.0, 1.0, 1)
    curve = monotone_fit(means[present], counts[present])
    rising = float((counts[present] * (curve - grand) ** 2).sum())
    f = max(0.0, between - rising) / (groups - 1) / error
    return Shape(
        x=x,
        y=y,
        codes=codes,
        means=np.where(present, means, np.nan),
        n=n,
        explained=max(0.0, (between - (groups - 1) * error) / total),
        monotone=max(0.0, (rising - 3 * error) / total),
        f=f,
        p_value=float(stats.f.sf(f, groups - 1, n - groups)),
        df=groups - 1,
    )


def monotone_fit(means: FloatArray, weights: FloatArray) -> FloatArray:
    """The closest curve that never falls, or the one that never rises, whichever is closer."""
    from scipy.optimize import isotonic_regression

    both = [isotonic_regression(means, weights=weights, increasing=way).x for way in (True, False)]
    errors = [float((weights * (means - fit) ** 2).sum()) for fit in both]
    return np.asarray(both[int(np.argmin(errors))], dtype=np.float64)


def pulled_in(column: InsightColumn) -> FloatArray:
    """The clipped values with mean 0 and largest distance 1."""
    values = clipped(column)
    centred = values - (np.nanmean(values) if column.known.size else 0.0)
    scale = float(np.nanmax(np.abs(centred))) if column.known.size else 0.0
    return centred / scale if scale > 0 else centred


def clipped(column: InsightColumn) -> FloatArray:
    """The values, the most extreme hundredth at each end moved to its border; NaN where missing."""
    assert column.values is not None
    low, high = np.quantile(column.ordered, [TAIL, 1 - TAIL]) if column.known.size else (0.0, 0.0)
    if low == high:
        low, high = (column.ordered[0], column.ordered[-1]) if column.known.size else (0.0, 0.0)
    return np.clip(column.values, low, high)


def _matrix(columns: Sequence[FloatArray]) -> FloatArray:
    return np.column_stack(columns) if columns else np.empty((0, 0))


def _correlations(values: FloatArray, known: FloatArray) -> FloatArray:
    """Correlations over the rows where both are known, of columns with mean 0 and 0 for missing."""
    products = values.T @ values
    squares = (values * values).T @ known
    scale = np.sqrt(squares * squares.T)
    found = np.divide(products, scale, out=np.zeros_like(products), where=scale > 0)
    return np.asarray(np.clip(found, -1, 1))

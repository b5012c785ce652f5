"""How strongly two columns go together: numbers with numbers, categories with categories, categories with numbers."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int64]
"""Categories as 0, 1, ...; missing cells are -1."""

TINY = 1e-12
"""Shares of a variance below this are rounding: such a column does not vary."""


def pearson(columns: FloatArray) -> FloatArray:
    """Linear correlations of every pair of columns, each over the rows where both have a value.

    Args:
        columns: Shape (n_rows, n_columns); missing cells are NaN.

    Returns:
        Shape (n_columns, n_columns), NaN where a column does not vary or fewer than two rows are shared.
    """
    present = ~np.isnan(columns)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(present, np.abs(columns), 0).max(axis=0, initial=0)
        filled = np.where(present, columns, 0) / np.where(scale > 0, scale, 1)
        n = present.sum(axis=0)
        filled -= np.where(n > 0, filled.sum(axis=0) / np.maximum(n, 1), 0)
        filled[~present] = 0
        mask = present.astype(np.float64)
        shared = mask.T @ mask
        sums = filled.T @ mask  # [i, j]: sum of column i over the rows that j has, too
        squares = (filled * filled).T @ mask
        covariance = shared * (filled.T @ filled) - sums * sums.T
        variance = shared * squares - sums * sums
        is_flat = variance <= TINY * shared * squares
        result = covariance / np.sqrt(variance * variance.T)
    result[is_flat | is_flat.T | (shared < 2)] = np.nan
    return np.asarray(np.clip(result, -1, 1))


def spearman(columns: FloatArray) -> FloatArray:
    """Rank correlations of every pair, ranked anew over the rows where both have a value. Shapes as ``pearson``."""
    n_columns = columns.shape[1]
    present = ~np.isnan(columns)
    codes = [_dense(columns[:, i], present[:, i]) for i in range(n_columns)]
    own = np.column_stack([_ranks(code, present[:, i]) for i, code in enumerate(codes)]) if n_columns else columns
    result = pearson(own)
    for i in range(n_columns):
        for j in range(i):
            both = present[:, i] & present[:, j]
            if both.sum() < max(present[:, i].sum(), present[:, j].sum()):
                pair = np.column_stack([_ranks(codes[i][both]), _ranks(codes[j][both])])
                result[i, j] = result[j, i] = pearson(pair)[0, 1] if len(pair) > 1 else np.nan
    return result


def _dense(values: FloatArray, present: npt.NDArray[np.bool_]) -> CodeArray:
    """The place of each value among the different ones, so that ranking needs no more sorting; -1 for missing."""
    codes = np.full(values.size, -1, dtype=np.int64)
    codes[present] = np.unique(values[present], return_inverse=True)[1]
    return codes


def _ranks(codes: CodeArray, present: npt.NDArray[np.bool_] | None = None) -> FloatArray:
    """Ranks from 1 on, equal values sharing their mean; NaN where not present."""
    ranks = np.full(codes.size, np.nan)
    chosen = codes if present is None else codes[present]
    counts = np.bincount(chosen) if chosen.size else np.zeros(1, dtype=np.int64)
    of_code = np.cumsum(counts) - (counts - 1) / 2
    ranks[slice(None) if present is None else present] = of_code[chosen]
    return ranks


def contingency(first: CodeArray, second: CodeArray) -> FloatArray:
    """How many rows have each pair of categories; rows in which one is missing are left out."""
    both = (first >= 0) & (second >= 0)
    a, b = first[both], second[both]
    if not a.size:
        return np.zeros((0, 0))
    n_a, n_b = int(a.max()) + 1, int(b.max()) + 1
    table = np.bincount(a * n_b + b, minlength=n_a * n_b).reshape(n_a, n_b).astype(np.float64)
    return np.asarray(table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0])


def cramers_v(first: CodeArray, second: CodeArray) -> float | None:
    """Association of two categorical columns in [0, 1], corrected for the bias of small tables.

    None where a column has a single category in the shared rows.

    Source:
        Bergsma 2013, Journal of the Korean Statistical Society 42(3), doi:10.1016/j.jkss.2012.10.002.
    """
    table = contingency(first, second)
    if min(table.shape) < 2:
        return None
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = float(((table - expected) ** 2 / expected).sum() / n)
    r, k = table.shape
    corrected = max(0.0, phi2 - (r - 1) * (k - 1) / (n - 1))
    smaller = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    return float(min(1.0, np.sqrt(corrected / smaller))) if smaller > 0 else None


def correlation_ratio(groups: CodeArray, values: FloatArray) -> float | None:
    """How much of the spread of ``values`` lies between the groups: eta in [0, 1]; None where nothing varies."""
    both = (groups >= 0) & ~np.isnan(values)
    g, x = groups[both], values[both]
    if x.size < 2 or np.unique(g).size < 2:
        return None
    scale = float(np.abs(x).max())
    x = x / scale if scale else x
    x = x - x.mean()
    total = float((x * x).sum())
    if total <= TINY:
        return None
    counts, sums = np.bincount(g), np.bincount(g, weights=x)
    between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum())
    return float(np.sqrt(min(1.0, between / total)))


def mutual_information(first: CodeArray, second: CodeArray) -> float:
    """What one categorical column tells of the other, in nats, over the rows in which both have a value."""
    table = contingency(first, second)
    if not table.size:
        return 0.0
    p = table / table.sum()
    product = np.outer(p.sum(axis=1), p.sum(axis=0))
    positive = p > 0
    return max(0.0, float((p[positive] * np.log(p[positive] / product[positive])).sum()))


def entropy(codes: CodeArray) -> float:
    """Of the categories that are not missing, in nats."""
    counts = np.bincount(codes[codes >= 0])
    p = counts[counts > 0] / max(1, counts.sum())
    return float(-(p * np.log(p)).sum())

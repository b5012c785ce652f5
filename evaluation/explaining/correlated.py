"""Columns that say nearly the same, and so share their importance between them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.explaining.columns import ColumnMap

FloatArray = npt.NDArray[np.float64]
STRONG = 0.7
MOST_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two columns and how closely they go together."""

    first: str
    second: str
    strength: float
    """Largest absolute rank correlation between a feature of one and a feature of the other, in [0, 1]."""


def associations(columns: ColumnMap, X: FloatArray) -> FloatArray:
    """Strength between each two columns, shape (n_columns, n_columns), 1 on the diagonal.

    Args:
        columns: Which features belong to which column.
        X: Features of some rows, shape (n_rows, n_features); the first 2,000 are looked at.
    """
    from scipy.stats import rankdata

    ranks = rankdata(np.nan_to_num(X[:MOST_ROWS]), axis=0)
    centred = ranks - ranks.mean(axis=0)
    norms = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(norms > 0, norms, 1.0)
    between = np.abs(scaled.T @ scaled)
    n = len(columns.probes)
    found = np.eye(n)
    places = [columns.features_of(probe.column) for probe in columns.probes]
    for i in range(n):
        for j in range(i):
            block = between[np.ix_(places[i], places[j])]
            found[i, j] = found[j, i] = float(min(1.0, block.max(initial=0.0)))
    return found


def strong_pairs(columns: ColumnMap, X: FloatArray, *, least: float = STRONG) -> list[Pair]:
    """Pairs of columns at least this close, the closest first."""
    found = associations(columns, X)
    names = [probe.column for probe in columns.probes]
    pairs = [
        Pair(first=names[j], second=names[i], strength=float(found[i, j]))
        for i in range(len(names))
        for j in range(i)
        if found[i, j] >= least
    ]
    return sorted(pairs, key=lambda pair: -pair.strength)


def correlated_groups(columns: ColumnMap, X: FloatArray, *, least: float = STRONG) -> list[tuple[str, ...]]:
    """All columns in groups: those within a group go together, on average, at least as closely as ``least``."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    names = [probe.column for probe in columns.probes]
    if len(names) == 1:
        return [(names[0],)]
    distances = 1 - associations(columns, X)
    np.fill_diagonal(distances, 0.0)
    labels = fcluster(linkage(squareform(distances, checks=False), "average"), 1 - least, criterion="distance")
    groups: dict[int, list[str]] = {}
    for name, label in zip(names, labels, strict=True):
        groups.setdefault(int(label), []).append(name)
    return [tuple(group) for group in groups.values()]

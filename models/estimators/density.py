"""Density clusterings that can also say where a new row belongs.

scikit-learn's DBSCAN and HDBSCAN group the rows they were given and have no ``predict``. Here the grouping is theirs,
and a new row joins the cluster of the nearest dense row, if that is near enough to have belonged to it.
"""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted, validate_data

FloatArray = npt.NDArray[np.float64]
NOISE = -1
MOST_ROWS_OF_KNEE = 5_000
"""The knee of the distances is found on this many rows, evenly spaced: all of them change it little."""


class _NearestRowClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # the library has no types
    """Gives a row the cluster of the nearest kept row, or noise beyond that cluster's reach.

    ``fit`` of a subclass sets ``labels_`` and calls ``_keep``.
    """

    def predict(self, X: Any) -> npt.NDArray[np.intp]:
        """The cluster of each row, -1 for noise; shape (n_samples,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float64)
        if self._neighbours is None:
            return np.full(len(X), NOISE, dtype=np.intp)
        distances, nearest = self._neighbours.kneighbors(X)
        clusters = self.kept_labels_[nearest[:, 0]]
        is_near = distances[:, 0] <= self.reach_[clusters]
        return np.where(is_near, clusters, NOISE).astype(np.intp)

    def _keep(self, X: FloatArray, labels: npt.NDArray[np.intp], reach: FloatArray) -> None:
        """Remember the rows that speak for clusters (and, where they count, for noise), and the reach of each.

        ``reach`` has one more entry than there are clusters: that of noise, which -1 finds.
        """
        self.kept_rows_, self.kept_labels_, self.reach_ = X, labels, reach
        self._neighbours = NearestNeighbors(n_neighbors=1).fit(X) if len(X) else None

    def _describe(self, X: FloatArray) -> None:
        """Centres and their number, from ``labels_``."""
        self.n_clusters_ = int(self.labels_.max()) + 1
        self.cluster_centers_ = np.array([X[self.labels_ == name].mean(axis=0) for name in range(self.n_clusters_)])
        self.cluster_centers_ = self.cluster_centers_.reshape(self.n_clusters_, X.shape[1])


class DensityClusters(_NearestRowClusterer):
    """DBSCAN with a ``predict``, and a radius that can be found in the data.

    A new row belongs to the cluster of its nearest core row within ``eps``: it would be a border row of that cluster.

    Args:
        eps: Radius within which rows are neighbours; None takes the knee of the distances to the ``min_samples``-th
            neighbour, as Ester et al. propose.
        min_samples: Rows, itself among them, that a row needs within the radius to be dense.

    Source:
        Ester, Kriegel, Sander and Xu 1996, KDD-96, p. 226; the knee: Satopaa et al. 2011, doi:10.1109/ICDCSW.2011.20.
    """

    def __init__(self, eps: float | None = None, min_samples: int = 5) -> None:
        self.eps = eps
        self.min_samples = min_samples

    def fit(self, X: Any, y: Any = None) -> Self:
        """Group the rows; ``labels_`` are those of scikit-learn's DBSCAN."""
        del y
        X = validate_data(self, X, dtype=np.float64)
        self.eps_ = float(self.eps) if self.eps is not None else radius_at_knee(X, self.min_samples)
        dbscan = DBSCAN(eps=self.eps_, min_samples=self.min_samples).fit(X)
        self.labels_ = dbscan.labels_
        self._describe(X)
        core = dbscan.core_sample_indices_
        self._keep(X[core], self.labels_[core], np.full(self.n_clusters_ + 1, self.eps_))
        return self


class HierarchicalDensityClusters(_NearestRowClusterer):
    """HDBSCAN with a ``predict``.

    A new row does as its nearest training row, noise included, unless it lies farther away than any row of that
    cluster lies from its nearest fellow.

    Args:
        min_cluster_size: Rows below which a group counts as noise.
        min_samples: Rows that decide how dense a place is; None takes ``min_cluster_size``.

    Source:
        Campello, Moulavi and Sander 2013, doi:10.1007/978-3-642-37456-2_14.
    """

    def __init__(self, min_cluster_size: int = 5, min_samples: int | None = None) -> None:
        self.min_cluster_size = min_cluster_size
        self.min_samples = min_samples

    def fit(self, X: Any, y: Any = None) -> Self:
        """Group the rows; ``labels_`` are those of scikit-learn's HDBSCAN."""
        del y
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        size = min(self.min_cluster_size, len(X))
        samples = min(self.min_samples or size, len(X))
        self.labels_ = HDBSCAN(min_cluster_size=size, min_samples=samples, copy=True).fit(X).labels_.astype(np.intp)
        self._describe(X)
        self._keep(X, self.labels_, self._reaches(X))
        return self

    def _reaches(self, X: FloatArray) -> FloatArray:
        reaches = np.zeros(self.n_clusters_ + 1)
        reaches[NOISE] = np.inf
        for name in range(self.n_clusters_):
            members = X[self.labels_ == name]
            distances, _ = NearestNeighbors(n_neighbors=2).fit(members).kneighbors()
            reaches[name] = distances[:, 0].max()
        return reaches


def radius_at_knee(X: FloatArray, min_samples: int) -> float:
    """The distance at which the sorted distances to the ``min_samples``-th neighbour begin to rise steeply.

    Never 0: where most rows are equal, the smallest distance above 0 is taken, or 1 where all are.
    """
    rows = X
    if len(X) > MOST_ROWS_OF_KNEE:
        rows = X[np.linspace(0, len(X) - 1, MOST_ROWS_OF_KNEE).round().astype(np.intp)]
    n_neighbors = min(max(min_samples, 2), len(X))
    distances = np.sort(NearestNeighbors(n_neighbors=n_neighbors).fit(X).kneighbors(rows)[0][:, -1])
    rise = distances[-1] - distances[0]
    knee = distances[0]
    if rise > 0:
        along = np.linspace(0, 1, len(distances))
        knee = distances[np.argmax(along - (distances - distances[0]) / rise)]
    if knee > 0:
        return float(knee)
    above = distances[distances > 0]
    return float(above[0]) if len(above) else 1.0

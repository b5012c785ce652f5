"""What the metrics of a clustering share: rows by cluster, how well each sits, how far groups lie apart."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.outputs import ClusterOut
from evaluation.spec import FloatArray, Predictions
from evaluation.weighted import weighted_sum

MOST_SILHOUETTES = 1_000
"""Distances between all pairs of more rows would slow down each point of a live curve."""
BLAS_FROM = 8
"""Fewer weightings are multiplied without BLAS, whose threads spin on beside a training."""


def has_reference(predictions: Predictions) -> bool:
    """Whether there are names to judge by, at least two among the rows."""
    y_true = predictions.y_true
    return predictions.n_classes > 1 and bool((y_true != y_true[0]).any())


def clusters_of(predictions: Predictions) -> npt.NDArray[np.intp]:
    """The cluster of each row; -1 is noise."""
    return predictions.y_out[:, ClusterOut.CLUSTER].astype(np.intp)


def cluster_name(cluster: int) -> str:
    """What a cluster is called: "Cluster 1" for number 0, "Noise" for -1."""
    return "Noise" if cluster < 0 else f"Cluster {cluster + 1}"


def relative_spread(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Squared distances to the own centre over those to the one centre of everything; 1 where nothing is grouped.

    Centres are those of the training rows, so that more clusters do not look better on new rows by themselves. Noise
    belongs to no cluster and is measured from the centre of everything. 1 as well where all rows are that centre.
    """
    own = weighted_sum(predictions.y_out[:, ClusterOut.OWN], weights)
    whole = weighted_sum(predictions.y_out[:, ClusterOut.WHOLE], weights)
    return np.divide(own, whole, out=np.ones_like(own), where=whole > 0)


def sampled_rows(n_rows: int) -> npt.NDArray[np.intp]:
    """Up to 1,000 row numbers, evenly spaced."""
    if n_rows <= MOST_SILHOUETTES:
        return np.arange(n_rows)
    return np.linspace(0, n_rows - 1, MOST_SILHOUETTES).round().astype(np.intp)


def silhouettes(predictions: Predictions) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """Some rows, and how much nearer each is to its own cluster than to the next one, in [-1, 1].

    0 for noise, for the only row of a cluster, and where there is only one cluster. Of more than 1,000 rows evenly
    spaced ones are looked at, among themselves.

    Source:
        Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7.
    """
    held: tuple[npt.NDArray[np.intp], FloatArray] | None = predictions.__dict__.get("_silhouettes")
    if held is None:
        rows = sampled_rows(predictions.n_samples)
        assert predictions.X is not None, "a clustering is scored with its rows"
        held = rows, _silhouettes(predictions.X[rows], clusters_of(predictions)[rows])
        predictions.__dict__["_silhouettes"] = held
    return held


def _silhouettes(X: FloatArray, clusters: npt.NDArray[np.intp]) -> FloatArray:
    values = np.zeros(len(X))
    inside = np.flatnonzero(clusters >= 0)
    names, codes = np.unique(clusters[inside], return_inverse=True)
    if len(names) < 2:
        return values
    distances = _distances(X[inside])
    counts = np.bincount(codes)
    # (n_rows, n_clusters): summed distance of each row to each cluster
    sums = distances @ np.eye(len(names))[codes]
    here = np.arange(len(codes)), codes
    own = sums[here] / np.maximum(counts[codes] - 1, 1)
    others = sums / counts
    others[here] = np.inf
    nearest = others.min(axis=1)
    larger = np.maximum(own, nearest)
    found = np.divide(nearest - own, larger, out=np.zeros_like(own), where=larger > 0)
    values[inside] = np.where(counts[codes] == 1, 0.0, found)
    return values


def _distances(X: FloatArray) -> FloatArray:
    from scipy.spatial.distance import pdist, squareform

    distances: FloatArray = squareform(pdist(X))
    return distances


@dataclass(frozen=True, kw_only=True)
class Dispersion:
    """Weighted sums of the rows in clusters, noise left out; (n_weightings, ...) each."""

    sizes: FloatArray
    """Shape (n_weightings, n_clusters)."""
    means: FloatArray
    """Shape (n_weightings, n_clusters, n_features); 0 where a cluster has no weight."""
    within: FloatArray
    """Squared distances to the own mean, shape (n_weightings,)."""
    between: FloatArray
    """Squared distances of means to the mean of all, times sizes; shape (n_weightings,)."""
    scatter: FloatArray
    """Mean distance of a cluster's rows to its mean, shape (n_weightings, n_clusters)."""


def dispersion(predictions: Predictions, weights: FloatArray) -> Dispersion:
    """Sizes, means and distances of the clusters under each of ``weights``; kept for the next metric that asks."""
    held: tuple[FloatArray, Dispersion] | None = predictions.__dict__.get("_dispersion")
    if held is not None and held[0] is weights:
        return held[1]
    assert predictions.X is not None, "a clustering is scored with its rows"
    found = _disperse(predictions.X - predictions.X.mean(axis=0), clusters_of(predictions), weights)
    predictions.__dict__["_dispersion"] = (weights, found)
    return found


def _disperse(X: FloatArray, clusters: npt.NDArray[np.intp], weights: FloatArray) -> Dispersion:
    names = np.unique(clusters[clusters >= 0])
    n, d = len(weights), X.shape[1]
    sizes, means = np.zeros((n, len(names))), np.zeros((n, len(names), d))
    within, scatter = np.zeros(n), np.zeros((n, len(names)))
    for number, name in enumerate(names):
        rows = np.flatnonzero(clusters == name)
        w, x = weights[:, rows], X[rows]
        size = w.sum(axis=1)
        mean = np.divide(_times(w, x), size[:, None], out=np.zeros((n, d)), where=size[:, None] > 0)
        squares = (x**2).sum(axis=1) - 2 * _times(mean, x.T) + (mean**2).sum(axis=1)[:, None]  # (n, n_rows)
        squares = np.maximum(squares, 0.0)
        sizes[:, number], means[:, number] = size, mean
        within += (w * squares).sum(axis=1)
        distances = (w * np.sqrt(squares)).sum(axis=1)
        scatter[:, number] = np.divide(distances, size, out=np.zeros(n), where=size > 0)
    total = np.maximum(sizes.sum(axis=1), 1e-300)
    middle = (sizes[:, :, None] * means).sum(axis=1) / total[:, None]
    between = (sizes * ((means - middle[:, None, :]) ** 2).sum(axis=2)).sum(axis=1)
    return Dispersion(sizes=sizes, means=means, within=within, between=between, scatter=scatter)


def _times(a: FloatArray, b: FloatArray) -> FloatArray:
    if len(a) < BLAS_FROM:
        product: FloatArray = np.einsum("ij,jk->ik", a, b)
        return product
    return a @ b


def contingency(predictions: Predictions, weights: FloatArray) -> FloatArray:
    """Weighted counts by cluster and reference, shape (n_weightings, n_clusters, n_classes); noise is a group too."""
    names, codes = np.unique(clusters_of(predictions), return_inverse=True)
    n_classes = predictions.n_classes
    pairs = codes * n_classes + predictions.y_true.astype(np.intp)
    length = len(names) * n_classes
    tables: FloatArray = np.stack([np.bincount(pairs, weighting, length) for weighting in weights]).astype(np.float64)
    return tables.reshape(len(weights), len(names), n_classes)

"""What a clustering says of rows, whatever its method."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UnsuitableData
from core.outputs import ClusterOut

FloatArray = npt.NDArray[np.floating[Any]]


def cluster_outputs(estimator: Any, X: FloatArray, middle: FloatArray) -> FloatArray:
    """Cluster and distances of each row, as ``ClusterOut`` says.

    Args:
        estimator: Fitted, with ``predict`` and with centres as ``cluster_centers_`` or ``means_``.
        X: Shape (n_samples, n_features).
        middle: The centre of all training rows, shape (n_features,).
    """
    clusters = estimator.predict(X)
    centres = getattr(estimator, "cluster_centers_", None)
    centres = estimator.means_ if centres is None else centres
    own = np.vstack([centres, middle])[clusters]  # noise, -1, finds the middle
    out = np.empty((len(X), len(ClusterOut)))
    out[:, ClusterOut.CLUSTER] = clusters
    out[:, ClusterOut.OWN] = ((X - own) ** 2).sum(axis=1)
    out[:, ClusterOut.WHOLE] = ((X - middle) ** 2).sum(axis=1)
    return out


def check_enough_rows(X: FloatArray, n_clusters: int) -> None:
    """Raise UnsuitableData when ``X`` has fewer different rows than clusters are asked for."""
    distinct: set[bytes] = set()
    for row in X:  # ends after a few rows, unless nearly all are equal
        distinct.add(row.tobytes())
        if len(distinct) == n_clusters:
            return
    raise UnsuitableData(
        f"{n_clusters} clusters were asked for, but the {len(X):,} training rows hold only {len(distinct):,} "
        "different ones.",
        hint="Ask for fewer clusters, or bring more rows.",
        field="params.n_clusters",
    )
